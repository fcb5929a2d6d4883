package hotline

import (
	"slices"
	"strings"
	"unicode"
)

// headCell is a head as people are shown it: on one line. What is too long for
// a head is cut.
func headCell(s string) string {
	if len(s) > maxHead {
		s = s[:whole([]byte(s[:maxHead]))]
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || padding(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s))
}

// hints are what stands in brackets behind a head without changing it. Other
// brackets do change it: 姓名（被反映人） is not the caller.
var hints = []string{"必填", "选填", "可选", "24小时", "格式", "例", "年月日", "精确", "时分", "yyyy", "hh", "北京时间"}

// normalHead brings a head to the form in which heads are compared: narrow
// forms, lower case, no white space (来 电 时 间), no trailing colon, no hint.
// What is too long for a head is left as it is.
func normalHead(s string) string {
	if s == "" || len(s) > maxHead {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if padding(r) || unicode.IsControl(r) || r == '*' || r == '★' || r == '※' {
			return -1
		}
		return unicode.ToLower(r)
	}, fold(s))
	s = strings.TrimRight(s, ":")
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		inside := s[open+1 : len(s)-1]
		if slices.ContainsFunc(hints, func(h string) bool { return strings.Contains(inside, h) }) {
			s = s[:open]
		}
	}
	return s
}
