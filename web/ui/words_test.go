package ui

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
)

var blank = regexp.MustCompile(`\{\{[^}]*\}\}`)

// forms are the sentence's plural forms.
func forms(m *i18n.Message) []string {
	var list []string
	for _, s := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// TestCatalogue: Chinese has the sentences that English has, no language has
// others, and each has the same blanks.
func TestCatalogue(t *testing.T) {
	messages := theCatalogue().messages
	if len(IDs()) < 100 {
		t.Fatalf("only %d sentences", len(IDs()))
	}
	if diff := cmp.Diff(IDs(), slices.Sorted(maps.Keys(messages[Chinese]))); diff != "" {
		t.Error(diff)
	}
	blanks := func(m *i18n.Message) (all []string) {
		for _, s := range forms(m) {
			found := blank.FindAllString(s, -1)
			slices.Sort(found)
			all = append(all, strings.Join(slices.Compact(found), " "))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	for language, sentences := range messages {
		for id, m := range sentences {
			english := messages[English][id]
			if english == nil || m.Other == "" {
				t.Errorf("%s in %s is no sentence", id, language)
				continue
			}
			if got := blanks(m); len(got) != 1 || got[0] != blanks(english)[0] {
				t.Errorf("%s in %s has other blanks: %q", id, language, got)
			}
			if strings.TrimRight(m.Other, " \n") != m.Other {
				t.Errorf("%s: white space at the end in %s", id, language)
			}
		}
	}
}

// Chinese sentences are Chinese, and end as Chinese sentences do.
func TestChineseIsChinese(t *testing.T) {
	signs := []string{"open.problem", "error.within", "page.direction", "page.exit-address"}
	for id, m := range theCatalogue().messages[Chinese] {
		if slices.Contains(signs, id) {
			continue
		}
		if strings.IndexFunc(blank.ReplaceAllString(m.Other, ""), func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
			t.Errorf("%s: %q", id, m.Other)
		}
		if strings.HasSuffix(m.Other, ".") {
			t.Errorf("%s ends with a full stop of English", id)
		}
	}
}

func TestText(t *testing.T) {
	read := []any{"File", "a.csv", "Accepted", 1, "Refused", 0, "Duplicate", 0, "Bad", 0}
	for _, tt := range []struct {
		words Words
		id    string
		pairs []any
		want  string
	}{
		{Words{}, "reason.future", nil, "the time has not come yet"},
		{NewWords(Chinese), "reason.future", nil, "时间还没有到"},
		{NewWords("zh-Hans-CN"), "reason.future", nil, "时间还没有到"},
		{NewWords("fr;q=0.9, zh;q=0.8"), "reason.future", nil, "时间还没有到"},
		{NewWords("fr"), "reason.future", nil, "the time has not come yet"},
		{NewWords(English), "import.read", append(read, "Count", 1), "a.csv: 1 row read: 1 accepted, 0 refused, 0 duplicate, 0 bad"},
		{NewWords(English), "import.read", append(read, "Count", int64(2)), "a.csv: 2 rows read: 1 accepted, 0 refused, 0 duplicate, 0 bad"},
		{NewWords(Chinese), "import.read", append(read, "Count", 1), "a.csv：读入 1 行：接收 1，不予接收 0，重复 0，有误 0"},
		{NewWords(English), "out.exists", []any{"File", "<&>"}, "<&> exists already and is left as it is. Choose another name."},
		{NewWords(Chinese), "no.such.id", nil, "no.such.id"},
	} {
		if got := tt.words.Text(tt.id, tt.pairs...); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.id, tt.words.Language(), got, tt.want)
		}
	}
	if NewWords(Chinese).Has("no.such.id") || !NewWords(Chinese).Has("reason.future") {
		t.Error("Has is wrong")
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "登闻": 4, "Ａ１": 4, "a登": 3, "、。": 4, "\u00e9": 1, "e\u0301": 1, "\u200b": 0, "ｱ": 1, "한글": 4, "—": 1,
	} {
		if got := Width(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}
