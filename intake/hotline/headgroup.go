package hotline

import (
	"slices"
	"strings"
)

// A second row of heads says 姓名, 单位 and 电话 of whomever the head above it
// names: of 来电人信息, or of 被反映人信息. Read without it, the caller's
// workplace would reach the team, and the person reported be taken for the
// caller.

// fieldUnder is the field of a head of the second row, below a head of the
// first; it is none where the column is to be kept with the remark.
func fieldUnder(above, below string, field Field) Field {
	ofReported, ofCaller := aboutReported(above), aboutCaller(above)
	if w, known := headWords[above]; known {
		ofReported, ofCaller = w.field == Person || w.field == Unit || w.field == Post, w.field == Caller || w.field == Phone
	}
	switch {
	case aboutReported(below) || aboutCaller(below):
		// It says itself whom it is about.
		return field
	case ofReported && field == Caller:
		return Person
	case ofReported && field == Phone, ofCaller && (field == Unit || field == Post || field == Person):
		return ""
	}
	return field
}

// over returns the head of the first row that stands above column c: its own,
// or that to the left when it was merged over several.
func over(first []string, c int) string {
	for c = min(c, len(first)-1); c >= 0; c-- {
		if first[c] != "" {
			return first[c]
		}
	}
	return ""
}

func aboutReported(head string) bool {
	return strings.ContainsRune(head, '被') || strings.Contains(head, "对象") || strings.ContainsRune(head, '涉')
}

// callers are what heads call those who call, write or come.
var callers = []string{"来电", "来话", "来访", "致电", "主叫", "反映人", "反映者", "反映群众", "举报人", "举报者", "检举人", "控告人", "投诉人", "信访人", "诉求人", "留言人", "留言者",
	"联系人", "当事人", "市民", "群众", "caller", "reporter"}

func aboutCaller(head string) bool {
	return !aboutReported(head) && slices.ContainsFunc(callers, func(c string) bool { return strings.Contains(head, c) })
}
