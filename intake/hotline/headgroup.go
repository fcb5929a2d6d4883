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
	ofReported, ofCaller := groupOf(above)
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

// groupOf tells whom a head names that stands above others.
func groupOf(above string) (ofReported, ofCaller bool) {
	if w, known := headWords[above]; known {
		return w.field == Person || w.field == Unit || w.field == Post, w.field == Caller || w.field == Phone
	}
	return aboutReported(above), aboutCaller(above)
}

// ofCaller reports whether column c is a 单位 or 职务 among the columns about
// the caller: between the caller's name and telephone, with nothing else
// there. It tells where the caller works, which must not reach the team.
func ofCaller(named []string, by choice, c int) bool {
	if !ownWork(named[c]) {
		return false
	}
	left, right := c-1, c+1
	for left >= 0 && ownWork(named[left]) {
		left--
	}
	for right < len(named) && ownWork(named[right]) {
		right++
	}
	if left < 0 || right == len(named) {
		return false
	}
	a, b := by.field(named[left]), by.field(named[right])
	return a == Caller && b == Phone || a == Phone && b == Caller
}

// ownWork tells heads of a workplace or a post that do not say whose it is.
func ownWork(head string) bool {
	f := headWords[head].field
	return (f == Unit || f == Post) && !aboutReported(head) && !strings.HasPrefix(head, "反映")
}

// field is the field of a head: what the caller chose, else what it is called.
func (by choice) field(head string) Field {
	for _, columns := range []map[Field]string{by.columns, by.usual} {
		for f, name := range columns {
			if normalHead(name) == head {
				return f
			}
		}
	}
	return headWords[head].field
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
