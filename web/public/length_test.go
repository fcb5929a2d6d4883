package public_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dengwen/intake"
)

// The text is counted in characters, whatever they take in bytes or in the
// browser's halves; what nobody sees around it does not count towards the least.
func TestLengths(t *testing.T) {
	w := newWorld(t)
	var kept []string
	const emoji, accent, flag = "😀", "e\u0301", "\U0001F1E8\U0001F1F3"
	for _, tt := range []struct {
		what   string
		text   string
		status int
		says   string
	}{
		{"9", strings.Repeat("字", 9), 422, "现在是 9 个字，至少要 10 个字"},
		{"10", strings.Repeat("字", 10), 200, ""},
		{"20,000", strings.Repeat("字", 20_000), 200, ""},
		{"20,001", strings.Repeat("字", 20_001), 422, "正文有 20,001 个字，最多 20,000 个字"},
		{"9 of one byte", "123456789", 422, "现在是 9 个字"},
		{"10 of one byte", "1234567890", 200, ""},
		{"9 of four bytes", strings.Repeat(emoji, 9), 422, "现在是 9 个字"},
		{"10 of four bytes", strings.Repeat(emoji, 10), 200, ""},
		{"20,000 of four bytes", strings.Repeat(emoji, 20_000), 200, ""},
		{"20,001 of four bytes", strings.Repeat(emoji, 20_001), 422, "正文有 20,001 个字"},
		{"marks count", strings.Repeat(accent, 5), 200, ""},
		{"20,002 with marks", strings.Repeat(accent, 10_001), 422, "正文有 20,002 个字"},
		{"flags are two each", strings.Repeat(flag, 5), 200, ""},
		{"9 with zero widths around", "\u200b\u200d\ufeff" + strings.Repeat("字", 9) + "\u200b\u2060\u00ad", 422, "现在是 9 个字"},
		{"9 with blanks around", " \t\u3000\r\n" + strings.Repeat("字", 9) + "\r\n\u00a0\u2800", 422, "现在是 9 个字"},
		{"10 with both around", "\u200b \u3000" + strings.Repeat("字", 10) + "\ufeff\r\n", 200, ""},
		{"only what nobody sees", strings.Repeat("\u200b \u3164\u2800", 9), 422, "请写下要反映的问题"},
		{"20,000 in all, with blanks", strings.Repeat(" ", 9_990) + strings.Repeat("字", 10) + strings.Repeat("\n", 10_000), 200, ""},
		{"20,001 in all, with a blank", strings.Repeat("字", 20_000) + " ", 422, "正文有 20,001 个字"},
	} {
		before := len(w.taken(t))
		for _, files := range [][]file{nil, {{"a.txt", "x"}}} {
			p := w.post(t, "/report", url.Values{"text": {tt.text}}, files...)
			if p.status != tt.status || !p.shows(tt.says) {
				t.Errorf("%s: %d, not %q", tt.what, p.status, tt.says)
			}
			if tt.status != http.StatusOK && (!p.shows("\n"+tt.text+"</textarea>") || len(w.taken(t)) != before) {
				t.Errorf("%s: the text is not given back as it was, or is stored", tt.what)
			}
		}
		if tt.status == http.StatusOK {
			kept = append(kept, tt.text, tt.text)
		}
	}
	list := w.reports(t)
	for i, r := range list {
		if i >= len(kept) || r.Text != kept[i] {
			t.Errorf("of record %d the text is %d bytes long and not as it was", i, len(r.Text))
		}
	}
	if len(list) != len(kept) {
		t.Errorf("%d records of %d", len(list), len(kept))
	}
}

// A field's limit is counted the same way, and what is added may be of any
// length but too long.
func TestFieldLengths(t *testing.T) {
	w := newWorld(t)
	code := w.post(t, "/report", typed).code(t)
	for _, name := range []string{"subject", "unit", "person", "post", "contact_name", "contact_way"} {
		for n, status := range map[int]int{intake.MaxField: 200, intake.MaxField + 1: 422} {
			if p := w.post(t, "/report", altered(typed, name, strings.Repeat("😀", n))); p.status != status || status == 422 && !p.shows(fmt.Sprintf("有 %d 个字", n)) {
				t.Errorf("%s of %d: %d", name, n, p.status)
			}
		}
	}
	for text, status := range map[string]int{"好": 200, strings.Repeat("😀", intake.MaxText): 200, strings.Repeat("😀", intake.MaxText+1): 422, " \u200b": 422} {
		if p := w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {text}}); p.status != status || status == 422 && !p.shows(text+"</textarea>") {
			t.Errorf("adding %d bytes: %d", len(text), p.status)
		}
	}
}
