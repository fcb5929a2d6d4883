package hotline

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// Taking the apostrophe away gives every cell back, whatever it begins with.
func TestInertComesBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	signs := []rune("'''=+-@\t\r＝＋－＠a登")
	for range 5000 {
		var b strings.Builder
		for range rng.IntN(5) {
			b.WriteRune(signs[rng.IntN(len(signs))])
		}
		cell := b.String()
		made := Inert(cell)
		if made != "" && strings.IndexAny(made, runs) == 0 || uninert(made) != cell {
			t.Fatalf("%q: %q, back %q", cell, made, uninert(made))
		}
	}
}

// The columns in front and the apostrophes change nothing of a row, in either
// language; a column 原因 of the ledger's own is kept.
func TestErrorSheet(t *testing.T) {
	plain := open(t, []byte("时间,内容,备注,原因,办理\n2026/9/9 10:20,=文,+注,甲,乙\n"), Options{})
	want := read(t, plain)
	if !strings.Contains(want[0].Report.Identity.Remark, "原因：甲") {
		t.Fatalf("remark %q", want[0].Report.Identity.Remark)
	}
	for _, about := range []string{"line,column,reason", "行,列,原因"} {
		l := open(t, []byte("\ufeff"+about+",时间,内容,备注,原因,办理\r\n4,内容,什么也没有,2026/9/9 10:20,'=文,'+注,甲,乙\r\n"), Options{Columns: map[Field]string{Note: "备注"}})
		if diff := cmp.Diff(plain.Sheets(), l.Sheets()); diff != "" {
			t.Errorf("%s (-plain +sheet):\n%s", about, diff)
		}
		if diff := cmp.Diff(want, read(t, l)); diff != "" {
			t.Errorf("%s (-plain +sheet):\n%s", about, diff)
		}
	}
	// Elsewhere an apostrophe is the ledger's own.
	if rows := read(t, open(t, []byte("时间,内容\n2026/9/9 10:20,'=文\n"), Options{})); rows[0].Report.Text != "'=文" {
		t.Errorf("text %q", rows[0].Report.Text)
	}
}

func TestWhen(t *testing.T) {
	for ledger, want := range map[string][]string{
		"时间,内容\n10:20,a\n2026/9/9 10:00,a\n下午3点,a\n10:20:05.25,\n25:10,a\n,a\n昨天,a\n2026/9/10,a\n11:00,a\n": {
			"????-??-?? 10:20:00", "", "2026-09-09 15:00:00", "2026-09-09 10:20:05.25", "2026-09-09 25:10", "2026-09-09", "", "", "2026-09-10 11:00:00"},
		"日期,时间,内容\n2026/9/9,10:00,a\n同上,10:20,a\n,46275.5,a\n2026/9/32,9:00,a\n,9:30,a\n": {"", "2026-09-09 10:20:00", "", "", "????-??-?? 09:30:00"},
		"时间,内容\n2026年9月9日\n0.5,a\n":                                                       {"2026-09-09 12:00:00"},
	} {
		var got []string
		for _, row := range read(t, open(t, []byte(ledger), Options{})) {
			got = append(got, row.When)
			if row.When == "" {
				continue
			}
			// Alone, the row says the same instant, or none.
			alone := read(t, open(t, []byte("时间,内容\n2026/1/1 9:00,前\n"+row.When+",文\n"), Options{}))[1]
			if (alone.Report != nil) != (len(row.When) > len("2026-09-09 25:10") && row.When[0] != '?') ||
				alone.Report != nil && row.Report != nil && !alone.Report.Arrived.Equal(row.Report.Arrived) {
				t.Errorf("%q alone: %+v", row.When, alone)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s(-want +got):\n%s", ledger, diff)
		}
	}
}

func TestMapsAreJoined(t *testing.T) {
	columns, err := ParseMap("time＝时间（年，月，日），text=乙")
	if err == nil {
		columns, err = AddMap(columns, "caller=丙,text=乙")
	}
	if diff := cmp.Diff(map[Field]string{Time: "时间（年，月，日）", Text: "乙", Caller: "丙"}, columns); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for s, named := range map[string][]string{"text=丁": {"text"}, "note=丙": {"caller", "note", "丙"}, "note=": {"note="}} {
		_, err := AddMap(columns, s)
		if !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", s, err)
			continue
		}
		for _, n := range named {
			if !strings.Contains(err.Error(), n) {
				t.Errorf("%s: %v does not name %s", s, err, n)
			}
		}
	}
}

// The example never shows a column that was not known for certain.
func TestExampleOfMap(t *testing.T) {
	for ledger, want := range map[string]string{
		"甲,乙,丙\n1,2,3\n":       "time=<列名>,text=<列名>",
		"甲,反映问题,丙\n1,2,3\n":    "time=<列名>,text=反映问题",
		"丙,来电时间,甲\n1,2,3\n":    "time=来电时间,text=<列名>",
		"登记时间,来电时间,甲\n1,2,3\n": "time=<列名>,text=<列名>",
	} {
		_, err := Open(strings.NewReader(ledger), int64(len(ledger)), Options{Zone: shanghai})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", ledger, err)
		}
	}
}
