package hotline

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// Every text ledger has a twin on a sheet that says the same.
func TestTwins(t *testing.T) {
	for file, delimiter := range map[string]rune{
		"utf8.csv": ',', "utf8-bom.csv": ',', "utf8.tsv": '\t', "bom-only-first-line.csv": ',', "other-heads.csv": ',', "date-lines.csv": ',', "semicolon.csv": ';',
	} {
		t.Run(file, func(t *testing.T) {
			twin := open(t, book(t, false, map[string][][]any{"Sheet1": cells(cellsOf(t, file, delimiter))}), Options{})
			if twin.Format() != XLSX {
				t.Errorf("read as %s", twin.Format())
			}
			if diff := cmp.Diff(meanings(t, open(t, testdata(t, file), Options{})), meanings(t, twin)); diff != "" {
				t.Errorf("text and twin differ (-text +twin):\n%s", diff)
			}
		})
	}
}

// A workbook may hold its dates as numbers, in either date system, and its
// phones too.
func TestDatesAsNumbers(t *testing.T) {
	want := meanings(t, open(t, testdata(t, "short-dates.csv"), Options{}))
	for _, d1904 := range []bool{false, true} {
		shift := 0.0
		if d1904 {
			shift = 1462
		}
		f := excelize.NewFile()
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &d1904}); err != nil {
			t.Fatal(err)
		}
		style := func(code string) int {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		builtin, err := f.NewStyle(&excelize.Style{NumFmt: 22})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range []struct {
			day   float64
			style int
			text  string
			phone any
		}{
			{46085.354166666664, style("yyyy/m/d h:mm"), "一", 13900000001},
			{0.4375, style(`h"点"mm"分"`), "二", "13900000002"},
			{46086, style("yyyy-mm-dd hh:mm:ss"), "三", "13900000003"},
			{46086.5208449074, builtin, "四", "13900000004"},
			{46087.6, 0, "五", "13900000005"},
			{46087, style(`yyyy"年"m"月"d"日"`), "六", "13900000006"},
		} {
			if row.day > 1 {
				row.day -= shift
			}
			put(t, f, "Sheet1", r+2, row.day, row.phone, row.text)
			if err := f.SetCellStyle("Sheet1", fmt.Sprint("A", r+2), fmt.Sprint("A", r+2), row.style); err != nil {
				t.Fatal(err)
			}
		}
		put(t, f, "Sheet1", 1, "来电时间", "电话", "反映问题")
		if diff := cmp.Diff(want, meanings(t, open(t, written(t, f), Options{}))); diff != "" {
			t.Errorf("1904 %v (-want +got):\n%s", d1904, diff)
		}
	}
}

func TestMergedCells(t *testing.T) {
	f := excelize.NewFile()
	for r, row := range [][]any{
		{"值班电话登记"},
		{"来电时间", "来电人信息", "", "反映问题", "备注"},
		{"", "姓名", "电话"},
		{"2026/3/16 9:00", "姜某", "13900000081", "第一件", ""},
		{"", "", "", "第二件", "同一来电"},
		{"", "", "", "", ""},
		{"", "", "", "第三件"},
		{"2026/3/16 10:00", "", "13900000082", "另一来电"},
	} {
		put(t, f, "Sheet1", r+1, row...)
	}
	for _, ref := range []string{"A1:E1", "B2:C2", "A2:A3", "D2:D3", "E2:E3", "A4:A7", "B4:B7", "C4:C7"} {
		from, to, _ := strings.Cut(ref, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	l := open(t, written(t, f), Options{})
	checkGolden(t, "merged", describe(t, l))
}

// The rows of all sheets are read, a date does not carry from one to the next,
// and a sheet that is no ledger is named.
func TestSheets(t *testing.T) {
	f := excelize.NewFile()
	for _, name := range []string{"3月2日", "3月3日", "统计", "空"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	put(t, f, "Sheet1", 2, "时间", "内容")
	put(t, f, "Sheet1", 3, "2026/3/1 9:00", "甲")
	put(t, f, "3月2日", 1, "内容", "时间")
	put(t, f, "3月2日", 2, "乙", "2026/3/2 9:00")
	put(t, f, "3月3日", 1, "时间", "内容")
	put(t, f, "3月3日", 2, "9:00", "丙")
	put(t, f, "统计", 1, "来电总数", 3)
	l := open(t, written(t, f), Options{})
	var got []string
	for _, row := range read(t, l) {
		if row.Bad != nil {
			got = append(got, fmt.Sprint(row.Sheet, row.Line, row.Bad.Reason))
		} else {
			got = append(got, fmt.Sprint(row.Sheet, row.Line, row.Report.Text))
		}
	}
	if diff := cmp.Diff([]string{"Sheet13甲", "3月2日2乙", "3月3日2no-date"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"统计"}, l.Skipped()); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

// What a formula shows is what was written down; one without a value, or a
// link, stands itself.
func TestFormulas(t *testing.T) {
	l := open(t, raw(t, `<row r="1"><c t="inlineStr"><is><t>时间</t></is></c><c t="inlineStr"><is><r><t>反映</t></r><r><t>问题</t></r><rPh><t>fanying</t></rPh></is></c></row>
<row r="2"><c><v>46085.5</v></c><c t="str"><f>A1&amp;"x"</f><v>换行_x000A_之后 _x005F_x</v></c></row>
<row r="3"><c><v>46085.5</v></c><c><f>UNKNOWN(1)</f></c></row>
<row r="4"><c><v>4.60855E4</v></c><c t="str"><f>HYPERLINK("http://ledger.invalid")</f><v>点我</v></c></row>
<row r="6"><c r="A6"><v>46085.5</v></c><c r="B6" t="e"><v>#N/A</v></c></row>`), Options{})
	var got []string
	for _, row := range read(t, l) {
		got = append(got, fmt.Sprint(row.Line, " ", row.Report.Text))
	}
	want := []string{"2 换行\n之后 _x", "3 =UNKNOWN(1)", "4 =HYPERLINK(\"http://ledger.invalid\")", "6 #N/A"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

// A damaged workbook is an error wherever the damage is: rows must not end
// early in silence.
func TestDamagedWorkbooks(t *testing.T) {
	head := `<row r="1"><c t="inlineStr"><is><t>时间</t></is></c><c t="inlineStr"><is><t>内容</t></is></c></row>`
	for name, rows := range map[string]string{
		"a tag left open":         head + `<row r="2"><c><v>46085.5</v></c>`,
		"tags that cross":         head + `<row r="2"><c><v>46085.5</c></v></row>`,
		"a string that is not":    head + `<row r="2"><c><v>46085.5</v></c><c t="s"><v>7</v></c></row>`,
		"a string without number": head + `<row r="2"><c><v>46085.5</v></c><c t="s"><v>x</v></c></row>`,
		"rows out of order":       head + `<row r="5"><c><v>1</v></c></row><row r="4"><c><v>1</v></c></row>`,
		"a cell of no name":       head + `<row r="2"><c r="2A"><v>46085.5</v></c></row>`,
	} {
		if err := wrong(t, raw(t, rows)); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}})
	for name, b := range map[string][]byte{
		"cut off":         whole[:len(whole)/2],
		"only a name":     []byte("PK\x03\x04"),
		"another archive": archive(t, map[string]string{"a.txt": "b"}),
		"no sheet":        archive(t, replaced(t, whole, "xl/worksheets/sheet1.xml", "")),
		"bad styles":      archive(t, replaced(t, whole, "xl/styles.xml", "<styleSheet><a></b>")),
		"bad relations":   archive(t, replaced(t, whole, "xl/_rels/workbook.xml.rels", "<Relationships")),
	} {
		if err := wrong(t, b); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nothing but the tables is looked at: what links, macros and pictures hold
// may be anything.
func TestOtherPartsAreIgnored(t *testing.T) {
	parts := replaced(t, book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}}), "xl/vbaProject.bin", "\x00\x01")
	parts["xl/externalLinks/externalLink1.xml"] = "<not xml"
	parts["xl/calcChain.xml"] = "<not xml"
	parts["xl/media/image1.png"] = strings.Repeat("x", maxPart+1)
	if rows := read(t, open(t, archive(t, parts), Options{})); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
}

// No part of a ledger may be written to the temporary directory. Excelize
// does so with sheets of more than 16 MiB.
func TestNoTemporaryFiles(t *testing.T) {
	const rows = 50
	text := strings.Repeat("一件说来话长的事，", 1+excelize.StreamChunkSize/rows/27)
	sheet := `<worksheet><sheetData>` + sheetHead
	sheet += strings.Repeat(`<row><c t="str"><v>x</v></c><c t="s"><v>0</v></c><c t="str"><v>`+text+`</v></c></row>`, rows)
	b := archive(t, replaced(t, blankBook(t), "xl/worksheets/sheet1.xml", sheet+`</sheetData></worksheet>`))
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	n := 0
	l := open(t, b, Options{})
	for _, err := range l.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Fatalf("row %d: in the temporary directory: %v, %v", n, entries, err)
		}
	}
	if n != rows {
		t.Errorf("%d rows", n)
	}
}

// wrong reads a ledger and returns the error it ends with.
func wrong(t *testing.T, b []byte) error {
	t.Helper()
	l, err := Open(bytes.NewReader(b), int64(len(b)), Options{Zone: shanghai})
	if err != nil {
		return err
	}
	for _, err := range l.Rows() {
		if err != nil {
			return err
		}
	}
	return nil
}

// book writes a workbook of the given sheets, through the streaming writer
// (strings in the sheet) or not (shared strings).
func book(t testing.TB, streamed bool, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if !streamed {
			for i, row := range rows {
				put(t, f, name, i+1, row...)
			}
			continue
		}
		w, err := f.NewStreamWriter(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := w.SetRow(fmt.Sprint("A", i+1), row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return written(t, f)
}

// put writes one row; empty strings stay empty cells.
func put(t testing.TB, f *excelize.File, sheet string, line int, row ...any) {
	t.Helper()
	for c, v := range row {
		if v == "" {
			continue
		}
		cell, err := excelize.CoordinatesToCellName(c+1, line)
		if err == nil {
			err = f.SetCellValue(sheet, cell, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func written(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func cells(rows [][]string) [][]any {
	out := make([][]any, len(rows))
	for i, row := range rows {
		for _, c := range row {
			out[i] = append(out[i], c)
		}
	}
	return out
}

// raw is a workbook of one sheet with these rows.
func raw(t testing.TB, rows string) []byte {
	t.Helper()
	sheet := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
	return archive(t, replaced(t, blankBook(t), "xl/worksheets/sheet1.xml", sheet))
}

// blankBook is a workbook with one sheet and one shared string, x.
func blankBook(t testing.TB) []byte {
	t.Helper()
	blank.once.Do(func() { blank.book = book(t, false, map[string][][]any{"Sheet1": {{"x"}}}) })
	return blank.book
}

var blank struct {
	once sync.Once
	book []byte
}

// replaced returns the parts of a workbook with one exchanged; no content
// takes it out.
func replaced(t testing.TB, workbook []byte, name, content string) map[string]string {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[string]string)
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
	}
	parts[name] = content
	if content == "" {
		delete(parts, name)
	}
	return parts
}

func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	store(t, w, parts)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// store adds parts to an archive, in one order, or a fuzzer would see another
// path each time; and as they are, for to compress them takes longer than to
// read them.
func store(t testing.TB, w *zip.Writer, parts map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		p, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(p, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
