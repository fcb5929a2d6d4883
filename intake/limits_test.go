package intake_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dengwen/intake"
)

func TestCutName(t *testing.T) {
	long := strings.Repeat("账", 300)
	cut := func(n int) string { return string([]rune(long)[:n]) }
	for in, want := range map[string]string{
		"":                "",
		"a.pdf":           "a.pdf",
		"a\xff.pdf":       "a\uFFFD.pdf",
		cut(255):          cut(255),
		cut(251) + ".pdf": cut(251) + ".pdf",
		long:              cut(255),
		long + ".pdf":     cut(251) + ".pdf",
		long + ".tar.gz":  cut(252) + ".gz",
		long + ".":        cut(254) + ".",
		long + ".一二三四五六七八九十一二三四五六":          cut(238) + ".一二三四五六七八九十一二三四五六",
		long + ".12345678901234567":         cut(255), // seventeen: more of a sentence than an ending
		"." + long:                          "." + cut(254),
		long + "." + long:                   cut(255),
		strings.Repeat("\xff", 9) + long:    "\uFFFD" + cut(254),
		strings.Repeat("x", 300) + ".p\xff": strings.Repeat("x", 252) + ".p\uFFFD",
	} {
		got := intake.CutName(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if utf8.RuneCountInString(got) > intake.MaxFileName || intake.CutName(got) != got {
			t.Errorf("%q: %q is cut again", in, got)
		}
	}
}
