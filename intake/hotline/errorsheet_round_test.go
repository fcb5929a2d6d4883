package hotline

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// errorSheet writes the chosen rows of a ledger the way the import command
// does.
func errorSheet(t *testing.T, l *Ledger, chosen func(Row) bool) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	line := func(cells ...string) {
		for i := range cells {
			cells[i] = Inert(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(cells[i]))
		}
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	sheet, at := "\x00", 0
	for _, row := range read(t, l) {
		if !chosen(row) {
			continue
		}
		if row.Sheet != sheet {
			sheet = row.Sheet
			head := []string{"行", "列", "原因"}
			for _, s := range l.Sheets() {
				if s.Name == sheet {
					at = slices.IndexFunc(s.Columns, func(c Column) bool { return c.Field == Time })
					for _, c := range s.Columns {
						head = append(head, c.Head)
					}
				}
			}
			line(head...)
		}
		cells := slices.Clone(row.Cells)
		if row.When != "" {
			for len(cells) <= at {
				cells = append(cells, "")
			}
			cells[at] = row.When
		}
		line(append([]string{strconv.Itoa(row.Line), "某列", "某个原因"}, cells...)...)
	}
	w.Flush()
	return b.Bytes()
}

func isBad(r Row) bool {
	return r.Bad != nil && r.Bad.Reason != BadQuotes && r.Bad.Reason != BadEncoding
}

// outcome is a row's meaning, or what is wrong with it.
func outcome(r Row) string {
	if r.Bad != nil {
		return fmt.Sprint(*r.Bad)
	}
	return string(r.Report.Source.Meaning)
}

func outcomes(t *testing.T, l *Ledger, chosen func(Row) bool) []string {
	t.Helper()
	var list []string
	for _, row := range read(t, l) {
		if chosen(row) {
			list = append(list, outcome(row))
		}
	}
	return list
}

// mended rewrites the cells of a ledger of text: what was wrong is put right.
func mended(t *testing.T, l *Ledger, wrong func(Row) bool) []byte {
	t.Helper()
	bad := make(map[int]Row)
	for _, row := range read(t, l) {
		if wrong(row) {
			bad[row.Line] = row
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	p := l.pages[0]
	for rec, err := range p.table.records(p.head.width()) {
		if err != nil {
			t.Fatal(err)
		}
		cells := slices.Clone(rec.cells)
		for len(cells) < p.head.width() {
			cells = append(cells, "")
		}
		if row, is := bad[rec.line]; is {
			front := 0
			if p.head.ofErrors {
				front = aboutColumns
			}
			if row.Bad.Reason == NoText {
				cells[front+p.head.fields[Text]] = "补上的内容"
			} else {
				cells[front+p.head.fields[Time]] = "2026/3/20 10:30"
				if c, has := p.head.fields[Date]; has {
					cells[front+c] = ""
				}
			}
		}
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return b.Bytes()
}

// The sheet of the rows that need work says of them what the ledger said, and
// put right there they mean what the ledger means when it is put right itself.
func TestErrorSheetRoundTrip(t *testing.T) {
	for _, file := range ledgers {
		l := open(t, testdata(t, file.file), Options{})
		all := func(r Row) bool { return r.Bad == nil || isBad(r) }
		again := open(t, errorSheet(t, l, all), Options{})
		if diff := cmp.Diff(outcomes(t, l, all), outcomes(t, again, all)); diff != "" {
			t.Errorf("%s, all rows (-ledger +sheet):\n%s", file.file, diff)
		}
		want := outcomes(t, l, isBad)
		if len(want) == 0 {
			continue
		}
		sheet := open(t, errorSheet(t, l, isBad), Options{})
		if diff := cmp.Diff(want, outcomes(t, sheet, all)); diff != "" {
			t.Errorf("%s (-ledger +sheet):\n%s", file.file, diff)
		}
		before := read(t, l)
		want = nil
		for i, row := range read(t, open(t, mended(t, l, isBad), Options{})) {
			if isBad(before[i]) {
				want = append(want, outcome(row))
			}
		}
		got := outcomes(t, open(t, mended(t, sheet, isBad), Options{}), all)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, put right (-ledger +sheet):\n%s", file.file, diff)
		}
		if slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "{") }) {
			t.Errorf("%s: still bad: %q", file.file, got)
		}
	}
}

// The sheet has the rows of all sheets of a workbook, which may have other
// columns, and says the same day where days are counted from 1904.
func TestErrorSheetOfAWorkbook(t *testing.T) {
	f := excelize.NewFile()
	d1904 := true
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &d1904}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("乙"); err != nil {
		t.Fatal(err)
	}
	put(t, f, "Sheet1", 1, "来电时间", "来电人", "反映问题")
	put(t, f, "Sheet1", 2, 44813.5, "褚某", "第一件")
	put(t, f, "Sheet1", 3, 0.75, "卫某", "第二件")
	put(t, f, "Sheet1", 4, 44814, "卫某", "只有日期")
	put(t, f, "乙", 1, "来电时间", "反映问题", "来电人")
	put(t, f, "乙", 2, 44815.5, "第三件", "蒋某")
	put(t, f, "乙", 3, "25:10", "第四件", "沈某")
	l := open(t, written(t, f), Options{})
	all := func(Row) bool { return true }
	sheet := open(t, errorSheet(t, l, all), Options{})
	if diff := cmp.Diff(outcomes(t, l, all), outcomes(t, sheet, all)); diff != "" {
		t.Errorf("(-workbook +sheet):\n%s", diff)
	}
	if r := read(t, sheet)[3].Report; r == nil || r.Text != "第三件" || r.Identity.Name != "蒋某" {
		t.Errorf("the second sheet is read by the columns of the first: %+v", r)
	}
	// And once more, now under one head.
	again := open(t, errorSheet(t, sheet, all), Options{})
	if diff := cmp.Diff(outcomes(t, l, all), outcomes(t, again, all)); diff != "" {
		t.Errorf("the sheet of the sheet (-workbook +sheet):\n%s", diff)
	}
}

// Pages pasted together may have their columns in another order.
func TestHeadOfOtherColumns(t *testing.T) {
	ledger := "来电时间,来电人,反映问题\n2026/3/2 9:00,褚某,一\n来电时间,反映问题,办理情况,来电人\n2026/3/2 9:10,二,在办,卫某,beyond\n来电时间,来电人,反映问题\n9:20,蒋某,三\n"
	var got []string
	for _, row := range read(t, open(t, []byte(ledger), Options{})) {
		r := row.Report
		got = append(got, fmt.Sprintf("%d %s %s %q %q", row.Line, r.Text, r.Identity.Name, r.Identity.Remark, row.Cells))
	}
	want := []string{`2 一 褚某 "" ["2026/3/2 9:00" "褚某" "一"]`,
		`4 二 卫某 "办理情况：在办\n#5：beyond" ["2026/3/2 9:10" "卫某" "二" "在办" "beyond"]`,
		`6 三 蒋某 "" ["9:20" "蒋某" "三"]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
