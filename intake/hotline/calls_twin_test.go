package hotline

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// callCells cuts a call record into cells as a spreadsheet would that opens it:
// commas that the exchange left without quotes make cells of their own.
func callCells(t testing.TB, file string) [][]string {
	t.Helper()
	var rows [][]string
	for line := range strings.Lines(strings.TrimPrefix(string(testdata(t, file)), "\ufeff")) {
		cells, ok := protected(strings.TrimRight(line, "\r\n"), ",")
		if !ok {
			t.Fatalf("%q", line)
		}
		rows = append(rows, cells)
	}
	return rows
}

// Every call record has a twin on a sheet that says the same.
func TestCallTwins(t *testing.T) {
	for file, shape := range callShapes {
		l := openCalls(t, book(t, false, map[string][][]any{"Sheet1": cells(callCells(t, file))}), Options{})
		if l.Format() != XLSX || l.Encoding() != "" || l.Exchange() != shape.exchange || l.Sheets()[0].Name != "Sheet1" {
			t.Errorf("%s: %s %s %s %v", file, l.Format(), l.Encoding(), l.Exchange(), l.Sheets())
		}
		if diff := cmp.Diff(shape.calls, sayCalls(t, l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
		if diff := cmp.Diff(callMeanings(t, openCalls(t, testdata(t, file), Options{})), callMeanings(t, l)); diff != "" {
			t.Errorf("%s: text and twin differ (-text +twin):\n%s", file, diff)
		}
	}
}

// A workbook may hold times and numbers as such, in either date system.
func TestCallTimesAsNumbers(t *testing.T) {
	want := callMeanings(t, openCalls(t, testdata(t, "yeastar-p.csv"), Options{}))
	rows := callCells(t, "yeastar-p.csv")
	for _, d1904 := range []bool{false, true} {
		f := excelize.NewFile()
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &d1904}); err != nil {
			t.Fatal(err)
		}
		stamp, span := "yyyy/m/d h:mm:ss", "[h]:mm:ss"
		stamps, err := f.NewStyle(&excelize.Style{CustomNumFmt: &stamp})
		if err != nil {
			t.Fatal(err)
		}
		spans, err := f.NewStyle(&excelize.Style{CustomNumFmt: &span})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			var line []any
			for c, s := range row {
				at, err := time.Parse(time.DateTime, s)
				day := at.Sub(epoch1900.Time).Hours() / 24
				if d1904 {
					day = at.Sub(epoch1904.Time).Hours() / 24
				}
				n, ok := seconds(s)
				switch {
				case err == nil:
					line = append(line, day)
				case ok && strings.Contains(s, ":"):
					line = append(line, float64(n)/86400)
				case ok && c == 2:
					line = append(line, n)
				default:
					line = append(line, s)
				}
			}
			put(t, f, "Sheet1", r+1, line...)
		}
		if err := errors.Join(f.SetCellStyle("Sheet1", "B2", "B5", stamps), f.SetCellStyle("Sheet1", "E2", "F5", spans)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, callMeanings(t, openCalls(t, written(t, f), Options{}))); diff != "" {
			t.Errorf("1904 %v (-want +got):\n%s", d1904, diff)
		}
	}
}

// A time merged over the legs of a call says what it does on the first alone.
func TestMergedCalls(t *testing.T) {
	want := callMeanings(t, openCalls(t, testdata(t, "3cx.csv"), Options{}))
	f := excelize.NewFile()
	for r, row := range cells(callCells(t, "3cx.csv")) {
		put(t, f, "Sheet1", r+1, row...)
	}
	if err := f.MergeCell("Sheet1", "A4", "A6"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, callMeanings(t, openCalls(t, written(t, f), Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The legs of one call may be on two sheets; a sheet that is no call record is
// named; two kinds of rows in one workbook are refused.
func TestCallSheets(t *testing.T) {
	rows := cells(callCells(t, "3cx-20.csv"))
	b := sheetBook(t, rows[:2], slices.Concat(rows[:1], rows[2:]), [][]any{{"由交换机导出"}})
	l := openCalls(t, b, Options{})
	if diff := cmp.Diff([]string{"2 01:00:00 13900000001>8002 120", "2 01:05:00 13900000002>8001 3602"}, sayCalls(t, l)); diff != "" {
		t.Error(diff)
	}
	if got := readCalls(t, l)[1].Sheet; got != "Sheet2" || !slices.Equal(l.Skipped(), []string{"Sheet3"}) {
		t.Errorf("sheet %q, skipped %q", got, l.Skipped())
	}
	for _, other := range [][][]any{cells(callCells(t, "yeastar.csv")), {{"来电时间", "反映问题"}, {"2026/3/2 9:00", "修路"}}} {
		b := sheetBook(t, rows, other)
		_, err := Open(bytes.NewReader(b), int64(len(b)), Options{Zone: shanghai, CallZone: shanghai})
		if !errors.Is(err, intake.ErrInvalid) || !strings.Contains(err.Error(), "a file of its own") {
			t.Errorf("two kinds: %v", err)
		}
	}
	ledger := book(t, false, map[string][][]any{"Sheet1": {{"来电时间", "反映问题"}}})
	if _, err := Open(bytes.NewReader(ledger), int64(len(ledger)), Options{Zone: shanghai, CallZone: shanghai, Format: ThreeCX}); !errors.Is(err, intake.ErrInvalid) || !strings.Contains(err.Error(), "3CX") {
		t.Errorf("a ledger for a call record: %v", err)
	}
}

// sheetBook is book for several sheets in their order: Sheet1, Sheet2.
func sheetBook(t testing.TB, sheets ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, rows := range sheets {
		name := fmt.Sprint("Sheet", i+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			put(t, f, name, r+1, row...)
		}
	}
	return written(t, f)
}
