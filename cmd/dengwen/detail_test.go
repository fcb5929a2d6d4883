package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// A remote error, like the socket's, has the texts of what it wraps in its own
// and no details any more.
type remoteError struct {
	text string
	is   []error
}

func (e remoteError) Error() string   { return e.text }
func (e remoteError) Unwrap() []error { return e.is }

// TestDetail: what packages add to a sentinel is said in the reader's language
// however it is wrapped, and what is around it stays.
func TestDetail(t *testing.T) {
	rows := intake.Explain(intake.ErrTooLong, "ledger.rows", "more than %d rows: split the file", 7)
	line := intake.Explain(rows, "ledger.line", "line %d", 8)
	window := intake.Explain(nil, "schedule.empty-window", "%s is empty; give it an end after its start", "08:00-08:00")
	for _, tt := range []struct {
		name        string
		err         error
		english, zh string
	}{
		{"alone", rows, "more than 7 rows: split the file", "超过 7 行；请分成几个文件"},
		{"in its place", line, "line 8: more than 7 rows: split the file", "第 8 行：超过 7 行；请分成几个文件"},
		{"wrapped in what has no words", fmt.Errorf("a.csv: %w", line), "a.csv: line 8: more than 7 rows: split the file", "a.csv: 第 8 行：超过 7 行；请分成几个文件"},
		{"behind its sentinel", fmt.Errorf("%w: hours.windows: %w", intake.ErrSchedule, window),
			"hours.windows: 08:00-08:00 is empty; give it an end after its start", "hours.windows: 08:00-08:00 没有长度；结束时间要晚于开始时间"},
		{"joined", errors.Join(rows, os.ErrClosed), "more than 7 rows: split the file\nfile already closed", "超过 7 行；请分成几个文件\nfile already closed"},
		{"a name", intake.Explain(intake.ErrTooLong, "report.characters", "%s: %d characters, at most %d", intake.Name("subject"), 201, 200),
			"subject: 201 characters, at most 200", "标题：201 个字，最多 200 个字"},
		{"a library's", intake.Explain(fmt.Errorf("%w: %w", errors.New("zip: torn"), intake.ErrInvalid), "ledger.damaged", "the workbook is damaged"),
			"the workbook is damaged: zip: torn", "工作簿已损坏：请用表格软件打开后重新保存：zip: torn"},
		{"a path", &os.PathError{Op: "open", Path: "a.csv", Err: syscall.ENOENT}, "a.csv", "a.csv"},
		{"what the system says of it", &os.PathError{Op: "read", Path: "a.csv", Err: syscall.EIO}, "a.csv: input/output error", "a.csv：input/output error"},
		{"bare", intake.ErrClosed, "", ""},
		{"a sentinel's word elsewhere", fmt.Errorf("a damaged blob: %w", intake.ErrDamaged), "a damaged blob", "a damaged blob"},
		{"from another process", remoteError{"line 5: over the limit", []error{intake.ErrTooLong}}, "line 5", "line 5"},
		{"around another sentinel", fmt.Errorf("line 5: %w", fmt.Errorf("%w", intake.ErrTooLong)), "line 5", "line 5"},
		{"in no catalogue", intake.Explain(intake.ErrInvalid, "no.such", "in English"), "in English", "in English"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.english, tt.zh}, []string{detail(english, tt.err), detail(chinese, tt.err)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the system reports is put under a sentence, where there is no better.
func TestSystemError(t *testing.T) {
	err := &os.PathError{Op: "read", Path: "a.csv", Err: syscall.EIO}
	if got, want := explain(chinese, err), chinese.Text("error.system")+"\n  a.csv：input/output error"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	err.Err = syscall.EACCES
	if got, want := explain(chinese, err), chinese.Text("error.permission")+"\n  a.csv"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
