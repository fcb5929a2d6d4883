package hotline

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
)

// FuzzCalls reads whatever it is given as a call record and checks what holds
// for each: an error is one of ours, a row is a call that the domain takes or
// is bad, lines ascend, and reading again says the same.
func FuzzCalls(f *testing.F) {
	for file := range callShapes {
		f.Add(testdata(f, file))
	}
	f.Add([]byte("Call Time,Caller ID,Destination,Status,Ringing,Talking\n,,1,answered,,\n2026-03-02 09:00:00,1,2,answered,,\n,,1,answered,,0:00:01\n"))
	f.Add([]byte("Call Time\tCall ID\tFrom\tTo\tStatus\tTalking\n2026-03-02 09:00:00\tx\t\"1\t2\tanswered\t9\n\"\tx\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		checkKind := func(err error) {
			if !errors.Is(err, intake.ErrInvalid) && !errors.Is(err, intake.ErrTooLong) {
				t.Fatalf("an error of no kind: %v", err)
			}
		}
		l, err := Open(bytes.NewReader(b), int64(len(b)), Options{Zone: shanghai, CallZone: shanghai})
		if err != nil {
			checkKind(err)
			return
		}
		if _, is := l.(*CallLog); !is {
			return
		}
		var first string
		for again := range 2 {
			var said strings.Builder
			line, meanings := 0, make(map[string]bool)
			for row, err := range l.Rows() {
				if err != nil {
					checkKind(err)
					break
				}
				if row.Line <= line {
					t.Fatalf("line %d after line %d", row.Line, line)
				}
				line = row.Line
				switch {
				case row.Report == nil && row.Call != nil && row.Bad == nil:
					if err := row.Call.Check(); err != nil {
						t.Fatal(err)
					}
					if !row.Call.Answered && row.Call.Seconds != 0 || len(row.Call.Meaning) == 0 {
						t.Fatalf("line %d: %+v", line, row.Call)
					}
					if m := string(row.Call.Meaning); meanings[m] {
						t.Fatalf("line %d: a meaning again", line)
					} else {
						meanings[m] = true
					}
					said.Write(row.Call.Meaning)
				case row.Report == nil && row.Call == nil && row.Bad != nil && row.Bad.Column != "":
					said.WriteString(string(row.Bad.Reason))
				default:
					t.Fatalf("line %d: %+v", line, row)
				}
			}
			if again == 0 {
				first = said.String()
			} else if first != said.String() {
				t.Fatal("reading again gives other rows")
			}
		}
	})
}
