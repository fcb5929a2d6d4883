package hotline

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

func openCalls(t testing.TB, b []byte, opts Options) *CallLog {
	t.Helper()
	opts.Zone = shanghai
	if opts.CallZone == nil {
		opts.CallZone = shanghai
	}
	f, err := Open(bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	l, is := f.(*CallLog)
	if !is {
		t.Fatalf("read as a ledger: %v", f.Sheets())
	}
	return l
}

// sayCalls writes the rows of a call record one a line.
func sayCalls(t testing.TB, l File) []string {
	t.Helper()
	var said []string
	for row, err := range l.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case row.Bad != nil && row.Call == nil && row.Report == nil:
			said = append(said, fmt.Sprintf("%d bad %s in %s", row.Line, row.Bad.Reason, row.Bad.Column))
		case row.Call != nil && row.Bad == nil && row.Report == nil:
			c := row.Call
			if err := c.Check(); err != nil {
				t.Fatalf("line %d: %v", row.Line, err)
			}
			said = append(said, fmt.Sprintf("%d %s %s>%s %d %v", row.Line, c.At.UTC().Format(time.RFC3339Nano), c.Caller, c.Callee, c.Seconds, c.Answered))
		default:
			t.Fatalf("line %d is neither a call nor bad: %+v", row.Line, row)
		}
	}
	return said
}

func TestTry(t *testing.T) {
	for _, f := range []string{"asterisk-Master.csv", "asterisk-head.csv", "freepbx.csv", "grandstream.csv", "cucm.txt", "yeastar.csv", "3cx.csv"} {
		t.Log(f, sayCalls(t, openCalls(t, testdata(t, f), Options{})))
	}
}
