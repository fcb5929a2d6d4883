package hotline

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
)

// fuzzLedger reads whatever it is given and checks what holds for every file:
// an error is one of ours, a row is good or bad and in its place, a good one
// passes the domain's own check, and reading again says the same.
func fuzzLedger(t *testing.T, b []byte, format string) {
	l, err := Open(bytes.NewReader(b), int64(len(b)), Options{Zone: shanghai, Format: format})
	if err != nil {
		if !errors.Is(err, intake.ErrInvalid) && !errors.Is(err, intake.ErrTooLong) {
			t.Fatalf("an error of no kind: %v", err)
		}
		return
	}
	var first []string
	for range 2 {
		var got []string
		sheet, line := "", 0
		for row, err := range l.Rows() {
			if err != nil {
				if !errors.Is(err, intake.ErrInvalid) && !errors.Is(err, intake.ErrTooLong) {
					t.Fatalf("an error of no kind: %v", err)
				}
				break
			}
			if row.Sheet == sheet && row.Line <= line {
				t.Fatalf("line %d after line %d", row.Line, line)
			}
			sheet, line = row.Sheet, row.Line
			switch {
			case row.Report != nil && row.Bad == nil:
				if err := row.Report.Check(); err != nil {
					t.Fatal(err)
				}
				got = append(got, string(row.Report.Source.Meaning))
			case row.Bad != nil && row.Report == nil && row.Bad.Column != "":
				got = append(got, string(row.Bad.Reason))
			default:
				t.Fatalf("line %d: %+v", line, row)
			}
		}
		if first == nil {
			first = got
		} else if strings.Join(first, "\x00") != strings.Join(got, "\x00") {
			t.Fatal("reading again gives other rows")
		}
	}
}

func FuzzCSV(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*sv")
	if err != nil {
		f.Fatal(err)
	}
	texts, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, texts...) {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("时间,内容\n\"2026/3/2 9:00,\"\n\"\n,\"\"x\n"))
	f.Add(utf16Bytes("时间\t内容\n2026/3/2 9:00\t一\n", true))
	f.Add(utf16Bytes("时间\t内容\n2026/3/2 9:00\t一\n", false))
	f.Add([]byte("line,column,reason,时间,来电人,内容\n1,a,b,????-??-?? 9:00,'=甲,文\nline,column,reason,时间,内容,来电人\n2,a,b,2026/3/2 9:00,文,甲\n"))
	f.Add([]byte("\xff\xfe,\x00\n\x00\x00\xd8"))
	f.Fuzz(func(t *testing.T, b []byte) {
		format := CSV
		if len(b) > 0 && b[0]%2 == 0 {
			format = TSV
		}
		fuzzLedger(t, b, format)
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(book(f, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}}))
	f.Add(book(f, true, map[string][][]any{"Sheet1": {{"时间", "内容"}, {46085.5, "甲"}}}))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzLedger(t, b, XLSX) })
}

// FuzzSheet gives the XML of a sheet alone, which the packing would else keep
// from being reached.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>时间</t></is></c><c r="B1" t="str"><v>内容</v></c></row><row r="3"><c r="A3" s="1"><v>46085.5</v></c><c t="str"><f>A1</f><v>x</v></c></row>`)
	f.Add(`<row><c t="s"><v>0</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:A3"/></mergeCells><sheetData>`)
	whole := book(f, false, map[string][][]any{"Sheet1": {{"时间", "内容"}}})
	f.Fuzz(func(t *testing.T, rows string) {
		sheet := `<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>` + rows + `</sheetData></worksheet>`
		fuzzLedger(t, archive(t, replaced(t, whole, "xl/worksheets/sheet1.xml", sheet)), "")
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2026/9/7 8:35", "2026年9月7日（周一） 下午3点半", "20260907 083500", "2026-09-07T08:35:00.5+08:00", "上午10:20", "46275.3576388889", "8点5分20秒", "12:05 AM", "'２０２６.9.7,8:35:00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := parseClock(s, epoch1900)
		if !ok {
			return
		}
		if !c.possible() {
			t.Fatalf("%q: %v is no time", s, c)
		}
		if at, ok := c.instant(shanghai); c.dated && c.timed && (!ok || !c.shows(at)) {
			t.Fatalf("%q: %v is %v", s, c, at)
		}
		// What was read is read back from how it is written out.
		if c.zoned {
			return
		}
		if again, ok := parseClock(c.String(), epoch1900); !ok || again != c {
			t.Fatalf("%q: %v is read back as %v, %v", s, c, again, ok)
		}
	})
}

// FuzzCanonical: what different programs make of one cell is one form.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"2026/9/7 8:35", "'１３９", "+86 139-0000", "a \r\n b\t", "3户", "8点05", "匿名", "1.39E+10", "\ufeff'=1", "20260907T083540Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := canonical(s)
		same := []string{" " + s, s + "\u200b\r\n", "'" + strings.TrimLeftFunc(s, func(r rune) bool { return padding(r) || r == 0 }), strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\t\r\n")}
		for _, other := range same {
			if got := canonical(other); got != want && !strings.Contains(s, "\r") {
				t.Fatalf("%q: %q; %q: %q", s, want, other, got)
			}
		}
	})
}
