package hotline

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// What each shape of testdata holds, read with Shanghai's time: the line of
// the first leg, the start in UTC, caller and callee, seconds of talk.
var callShapes = map[string]struct {
	exchange string
	calls    []string
}{
	"asterisk-Master.csv": {"Asterisk", []string{"1 17:00:00 13900000001>8001 364", "2 20:00:00 >s -"}},
	"asterisk-head.csv":   {"Asterisk", []string{"2 17:00:00 13900000001>8001 364"}},
	"freepbx.csv":         {"FreePBX", []string{"2 01:00:02 13900000041>8001 118"}},
	"freepbx-new.csv":     {"FreePBX", []string{"2 07:00:02 13900000041>8002 118", "3 07:10:00 13900000042>8001 -"}},
	"grandstream.csv": {"Grandstream UCM", []string{
		"2 01:48:52 5300>5301 8", "3 02:00:00 13900000051>5301 -", "4 02:30:00 13900000052>5301 -", "5 bad-quotes in AcctId",
	}},
	"cucm.txt": {"Cisco CUCM", []string{
		"3 01:00:00 13900000051>8002 500", "5 01:01:40 13900000052>8001 -", "6 01:01:40 >8001 -", "8 bad-time in dateTimeOrigination",
	}},
	"yeastar.csv": {"Yeastar", []string{
		"2 01:00:00 13900000001>8001 64", "3 02:00:00 13900000002>8002 40", "5 bad-time in Time",
		"6 03:00:00 >8001 -", "7 03:00:00 >8001 -", "8 bad-status in Status",
	}},
	"yeastar-p.csv": {"Yeastar", []string{"2 01:00:00 13900000001>8001 64", "3 01:15:00 13900000002>8002 100", "4 01:30:00 >8001 -"}},
	"3cx.csv": {"3CX", []string{
		"3 01:00:00 13900000001>8001 64", "4 01:30:00 13900000002>8002 200", "7 bad-time in Call Time", "8 no-time in Call Time", "9 02:00:00 >8001 -",
	}},
	"3cx-20.csv": {"3CX", []string{"2 01:00:00 13900000001>8002 120", "3 01:05:00 13900000002>8001 3602"}},
}

func TestCallRecords(t *testing.T) {
	for file, want := range callShapes {
		t.Run(file, func(t *testing.T) {
			// --map is for ledgers.
			l := openCalls(t, testdata(t, file), Options{Columns: map[Field]string{Time: "来电时间"}})
			if l.Exchange() != want.exchange || l.Format() != CSV || l.Encoding() != "UTF-8" || len(l.Sheets()) != 1 || l.Skipped() != nil {
				t.Errorf("%s %s %s, sheets %v, skipped %v", l.Exchange(), l.Format(), l.Encoding(), l.Sheets(), l.Skipped())
			}
			if diff := cmp.Diff(want.calls, sayCalls(t, l)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(callMeanings(t, l), callMeanings(t, l)); diff != "" {
				t.Errorf("read again: %s", diff)
			}
		})
	}
}

// The same in other encodings, with other delimiters, below titles, with the
// head on every page.
func TestCallRecordsInOtherText(t *testing.T) {
	plain := string(testdata(t, "yeastar.csv"))
	head, _, _ := strings.Cut(plain, "\n")
	want := callMeanings(t, openCalls(t, []byte(plain), Options{}))
	wide := func(s string) []byte {
		b := []byte{0xff, 0xfe}
		for _, r := range s {
			b = append(b, byte(r), byte(r>>8))
		}
		return b
	}
	for name, c := range map[string]struct {
		b                []byte
		format, encoding string
	}{
		"tabs":       {[]byte(strings.ReplaceAll(plain, ",", "\t")), TSV, "UTF-8"},
		"semicolons": {[]byte(strings.ReplaceAll(plain, ",", ";")), CSV, "UTF-8"},
		"titles":     {[]byte("通话清单\n导出时间,2026-03-03 08:00:00\n\n" + plain), CSV, "UTF-8"},
		"pages":      {[]byte(plain + head + "\n"), CSV, "UTF-8"},
		"utf-16":     {wide("通话清单\r\n" + strings.ReplaceAll(plain, ",", "\t")), TSV, "UTF-16LE"},
		"gb18030":    {append([]byte("\xcd\xa8\xbb\xb0\xc7\xe5\xb5\xa5\n"), plain...), CSV, "GB18030"},
		"full width": {[]byte(strings.ReplaceAll(plain, "13900000002", "１３９００００0002")), CSV, "UTF-8"},
		"old mac":    {[]byte(strings.ReplaceAll(plain, "\n", "\r")), CSV, "UTF-8"},
	} {
		l := openCalls(t, c.b, Options{})
		if l.Format() != c.format || l.Encoding() != c.encoding {
			t.Errorf("%s: %s, %s", name, l.Format(), l.Encoding())
		}
		if diff := cmp.Diff(want, callMeanings(t, l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The heads are listed as they stand, that of the start with its field; those of
// a file without any are what the exchange documents.
func TestCallHeads(t *testing.T) {
	l := openCalls(t, testdata(t, "3cx.csv"), Options{Format: ThreeCX})
	want := []Sheet{{Line: 2}}
	for _, h := range []string{"Call Time", "Caller ID", "Destination", "Status", "Ringing", "Talking", "Reason"} {
		want[0].Columns = append(want[0].Columns, Column{Head: h})
	}
	want[0].Columns[0].Field = Time
	if diff := cmp.Diff(want, l.Sheets()); diff != "" {
		t.Error(diff)
	}
	bare := openCalls(t, testdata(t, "asterisk-Master.csv"), Options{}).Sheets()
	if len(bare) != 1 || bare[0].Line != 0 || len(bare[0].Columns) < 18 || bare[0].Columns[9] != (Column{"start", Time}) {
		t.Error(bare)
	}
}

// Without a declared zone every call record is refused, in words that name the
// exchange and say what to do; so is a file that is not what it was said to be.
func TestCallRecordsRefused(t *testing.T) {
	refuse := func(b []byte, opts Options, wants ...string) {
		t.Helper()
		opts.Zone = shanghai
		_, err := Open(bytes.NewReader(b), int64(len(b)), opts)
		if !errors.As(err, new(*intake.Detail)) || !errors.Is(err, intake.ErrInvalid) {
			t.Fatalf("not refused in words: %v", err)
		}
		for _, w := range wants {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q does not say %q", err, w)
			}
		}
	}
	for file, shape := range callShapes {
		refuse(testdata(t, file), Options{}, shape.exchange, "--tz", "[hotline]", "UTC")
	}
	refuse(testdata(t, "yeastar.csv"), Options{Format: Asterisk, CallZone: shanghai}, "Yeastar", "not Asterisk")
	refuse(testdata(t, "utf8.csv"), Options{Format: CUCM, CallZone: shanghai}, "CUCM", "--format")
	refuse([]byte("calldate,src,dst,disposition\n2026-03-02 09:00:00,1,2,ANSWERED\n"), Options{CallZone: shanghai}, "FreePBX", `"billsec"`)
	refuse([]byte("src,dst,dcontext,disposition,billsec\n1,2,x,ANSWERED,1\n"), Options{CallZone: shanghai}, "Asterisk", `"start"`)
	for _, format := range []string{"", CSV, Yeastar} {
		openCalls(t, testdata(t, "yeastar.csv"), Options{Format: format})
	}
}

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

func readCalls(t testing.TB, l File) []Row {
	t.Helper()
	var rows []Row
	for row, err := range l.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if row.Report != nil || (row.Call == nil) == (row.Bad == nil) {
			t.Fatalf("line %d is neither a call nor bad, or both", row.Line)
		}
		if row.Call != nil {
			if err := row.Call.Check(); err != nil {
				t.Fatalf("line %d: %v", row.Line, err)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// sayCalls writes the rows of a call record as callShapes has them.
func sayCalls(t testing.TB, l File) []string {
	t.Helper()
	var said []string
	for _, row := range readCalls(t, l) {
		if row.Bad != nil {
			said = append(said, fmt.Sprintf("%d %s in %s", row.Line, row.Bad.Reason, row.Bad.Column))
			continue
		}
		c := row.Call
		talk := fmt.Sprint(c.Seconds)
		if !c.Answered {
			talk = strings.Replace(talk, "0", "-", 1)
		}
		said = append(said, fmt.Sprintf("%d %s %s>%s %s", row.Line, c.At.UTC().Format(time.TimeOnly), c.Caller, c.Callee, talk))
	}
	return said
}

func callMeanings(t testing.TB, l File) []string {
	t.Helper()
	var ms []string
	seen := make(map[string]bool)
	for _, row := range readCalls(t, l) {
		if row.Bad != nil {
			ms = append(ms, fmt.Sprint("bad: ", row.Bad.Reason))
			continue
		}
		m := string(row.Call.Meaning)
		if seen[m] {
			t.Errorf("line %d: two calls of one file with one meaning", row.Line)
		}
		seen[m] = true
		ms = append(ms, m)
	}
	return ms
}
