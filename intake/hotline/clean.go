package hotline

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean returns a cell without the white space and marks around it, with \n
// as its only line end and without NUL bytes. Every other character stays.
func clean(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return strings.TrimFunc(s, padding)
}

// padding tells the characters that pad a cell without being part of it.
// A byte order mark turns up in the middle of files that were joined.
func padding(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\ufeff':
		return true
	}
	return unicode.IsSpace(r)
}

// fold brings full-width digits, letters and punctuation to their plain form.
func fold(s string) string { return norm.NFKC.String(s) }

// nobody holds what duty officers write where there is nothing to write.
var nobody = set("匿名", "匿名者", "匿名群众", "匿名举报", "不详", "未知", "无", "无名", "未留", "未透露", "未提供",
	"不愿透露", "不愿透露姓名", "-", "--", "---", "—", "——", "/", "\\")

// named returns a cell of a name, number or post, or nothing when the cell
// only says that there is none. The match is whole: a doubtful word is kept.
func named(s string) string {
	if nobody[s] {
		return ""
	}
	return s
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// digits reports whether s is digits and nothing else.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
