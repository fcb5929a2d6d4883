package hotline

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dengwen/intake"
)

// hostileSpace is what a file of a few megabytes may take.
const hostileSpace = 256 << 20

// bounded reads a ledger and returns the rows and the error it ends with; the
// memory is measured.
func bounded(t *testing.T, name string, b []byte) (int, error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	l, err := Open(bytes.NewReader(b), int64(len(b)), Options{Zone: shanghai})
	if err == nil {
		for _, err = range l.Rows() {
			if err != nil {
				break
			}
			n++
		}
	}
	runtime.ReadMemStats(&after)
	if after.Sys > before.Sys+hostileSpace {
		t.Errorf("%s: took %d MiB", name, (after.Sys-before.Sys)>>20)
	}
	if err != nil && !errors.Is(err, intake.ErrInvalid) && !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("%s: an error of no kind: %v", name, err)
	}
	return n, err
}

const many = 20_000

func TestHostileFilesAreRefused(t *testing.T) {
	row := `<row><c><v>46085.5</v></c><c t="str"><v>文</v></c></row>`
	small := raw(t, sheetHead+row)
	sheet := func(xml string) []byte {
		return archive(t, replaced(t, small, "xl/worksheets/sheet1.xml", xml))
	}
	shared := func(sst, rows string) []byte {
		parts := replaced(t, raw(t, sheetHead+rows), "xl/sharedStrings.xml", sst)
		return archive(t, parts)
	}
	large := strings.Repeat("字", MaxRecord/4)
	// Rows without a time, which are put aside before their text is looked at.
	timeless := func(rest string) string { return `<row><c t="str"><v>x</v></c>` + rest + `</row>` }
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a million columns":        {[]byte(tinyHead + "2026/3/2 9:00,139,文" + strings.Repeat(",", 1_000_000) + strings.Repeat("x", 100_000) + "\n"), "a row of more than"},
		"many columns":             {[]byte(tinyHead + "2026/3/2 9:00,139,文" + strings.Repeat(",x", 1000) + "\n"), "1003 columns"},
		"a million heads":          {[]byte("时间,内容" + strings.Repeat(",", 1_000_000) + strings.Repeat("x", 100_000) + "\n"), "a row of more than"},
		"a hundred thousand cells": {raw(t, sheetHead+"<row>"+strings.Repeat("<c><v>1</v></c>", 100_000)+"</row>"), "column 257"},
		"a cell far out":           {raw(t, sheetHead+`<row><c r="XFD2"><v>1</v></c></row>`), "column 16384"},
		"a bomb":                   {bomb(t, small, MaxInflated+1), "inflates to more than"},
		"a modest bomb":            {bomb(t, small, 1<<20), "damaged"},
		"entities": {sheet(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData>` + sheetHead +
			`<row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`), "damaged"},
		"a shared text": {shared("<sst><si><t>"+large+"</t></si></sst>", strings.Repeat(timeless(`<c t="s"><v>0</v></c>`), 1_000)), "the rows hold more than"},
		"a shared row":  {shared("<sst><si><t>"+large+"</t></si></sst>", "<row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 8)+"</row>"), "a row of more than"},
		"a merged text": {sheet("<worksheet><sheetData>" + sheetHead + `<row r="2"><c t="str"><v>x</v></c><c t="str"><v>` + large + `</v></c></row>` +
			strings.Repeat(timeless(""), 1_000) + `</sheetData><mergeCells><mergeCell ref="B2:B5000"/></mergeCells></worksheet>`), "the rows hold more than"},
		"merged texts": {sheet("<worksheet><sheetData>" + sheetHead + strings.Repeat(`<row><c><v>46085.5</v></c></row>`, 3) + staircase(large) +
			`</sheetData><mergeCells><mergeCell ref="C5:C99"/><mergeCell ref="D6:D99"/><mergeCell ref="E7:E99"/><mergeCell ref="F8:F99"/><mergeCell ref="G9:G99"/></mergeCells></worksheet>`), "a row of more than"},
		"no such string":    {shared(`<sst count="9" uniqueCount="9"></sst>`, `<row><c t="s"><v>8</v></c></row>`), `no string "8"`},
		"a negative string": {shared("<sst><si/></sst>", `<row><c t="s"><v>-1</v></c></row>`), `no string "-1"`},
	} {
		if _, err := bounded(t, name, c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

// staircase is rows 5 to 9 of a sheet, each with a long text in another column.
func staircase(text string) string {
	var b strings.Builder
	for r, col := range []string{"C", "D", "E", "F", "G"} {
		fmt.Fprintf(&b, `<row r="%[1]d"><c r="A%[1]d"><v>46085.5</v></c><c r="%[2]s%[1]d" t="str"><v>%[3]s</v></c></row>`, r+5, col, text)
	}
	return b.String()
}

// bomb writes a workbook anew with a sheet of more than MaxInflated spaces that
// claims another size. What compression makes of a block of spaces behind
// another such block is the same each time.
func bomb(t *testing.T, workbook []byte, claim uint64) []byte {
	t.Helper()
	var packed bytes.Buffer
	f, err := flate.NewWriter(&packed, flate.BestCompression)
	block := func(s string) []byte {
		packed.Reset()
		if _, werr := f.Write([]byte(s)); err == nil {
			err = werr
		}
		if ferr := f.Flush(); err == nil {
			err = ferr
		}
		return bytes.Clone(packed.Bytes())
	}
	const size = 1 << 20
	spaces := strings.Repeat(" ", size)
	stream := block("<worksheet><sheetData>" + spaces)
	stream = append(stream, bytes.Repeat(block(spaces), MaxInflated/size)...)
	if err != nil {
		t.Fatal(err)
	}
	return withPacked(t, workbook, "xl/worksheets/sheet1.xml", stream, claim)
}

// Files with much that is nothing, or with many small things, are read.
func TestHostileFilesAreRead(t *testing.T) {
	row := `<row><c><v>46085.5</v></c><c t="str"><v>文</v></c></row>`
	var attrs, merges, pieces strings.Builder
	for i := range many {
		fmt.Fprintf(&attrs, ` a%d="b"`, i)
		pieces.WriteString("<!---->甲")
	}
	for i := range many {
		fmt.Fprintf(&merges, `<mergeCell ref="%s%d:%[1]s%d"/>`, []string{"A", "B", "C", "D"}[i%4], 3+i/40, 500+i/10)
	}
	blank := strings.Repeat("\u3000", MaxRecord/4)
	shared := replaced(t, raw(t, sheetHead+row+strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 1_000)), "xl/sharedStrings.xml", "<sst><si><t>"+blank+"</t></si></sst>")
	sheet := func(xml string) []byte {
		return archive(t, replaced(t, raw(t, ""), "xl/worksheets/sheet1.xml", xml))
	}
	for name, c := range map[string]struct {
		file []byte
		rows int
	}{
		"empty cells":     {raw(t, sheetHead+"<row>"+strings.Repeat("<c/>", many)+"</row>"+row), 1},
		"empty rows":      {raw(t, sheetHead+strings.Repeat("<row/>", many)+row), 1},
		"many attributes": {sheet(`<worksheet` + attrs.String() + `><sheetData>` + sheetHead + row + `</sheetData></worksheet>`), 1},
		"many pieces":     {raw(t, sheetHead+`<row><c><v>46085.5</v></c><c t="str"><v>`+pieces.String()+`</v></c></row>`), 1},
		"many merges":     {sheet("<worksheet><sheetData>" + sheetHead + counted(2_000, `<row><c><v>46085.5</v></c><c t="str"><v>文%d</v></c></row>`) + "</sheetData><mergeCells>" + merges.String() + "</mergeCells></worksheet>"), 2_000},
		"blank strings":   {archive(t, shared), 1},
		"open quotes":     {[]byte(tinyHead + counted(5_000, "2026/3/2 9:00,139,\"文%d\n")), 5_000},
		"quoted quotes":   {[]byte(tinyHead + counted(5_000, "2026/3/2 9:00,139,\"\"\"文%d\n")), 5_000},
		"empty lines":     {[]byte(tinyHead + strings.Repeat(",,\n\n", many) + "2026/3/2 9:00,139,文\n"), 1},
	} {
		if n, err := bounded(t, name, c.file); n != c.rows || err != nil {
			t.Errorf("%s: %d rows, %.300v", name, n, err)
		}
	}
}

// counted repeats a row that says its number.
func counted(n int, row string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, row, i)
	}
	return b.String()
}

// A part that is named by a link outside the archive is not looked for there.
func TestExternalSheet(t *testing.T) {
	small := book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}})
	const rels = "xl/_rels/workbook.xml.rels"
	whole := replaced(t, small, "x", "x")[rels]
	for _, target := range []string{"http://ledger.invalid/sheet1.xml", "file:///etc/hostname", "../../../../etc/hostname", `\\ledger.invalid\sheet1.xml`} {
		for _, mode := range []string{"", `TargetMode="External" `} {
			parts := replaced(t, small, rels, strings.ReplaceAll(whole, `Target="worksheets/sheet1.xml"`, mode+`Target="`+target+`"`))
			if parts[rels] == whole {
				parts[rels] = strings.ReplaceAll(whole, `Target="/xl/worksheets/sheet1.xml"`, mode+`Target="`+target+`"`)
			}
			if parts[rels] == whole {
				t.Fatalf("no such target in %s", whole)
			}
			if err := wrong(t, archive(t, parts)); !errors.Is(err, intake.ErrInvalid) {
				t.Errorf("%s %s: %v", mode, target, err)
			}
		}
	}
}

// A workbook with macros is a table as any other; the macros are not opened.
func TestMacrosAreIgnored(t *testing.T) {
	parts := replaced(t, book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}}), "xl/vbaProject.bin", strings.Repeat("\xd0\xcf", 100))
	parts["[Content_Types].xml"] = strings.ReplaceAll(parts["[Content_Types].xml"],
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
	const rels = "xl/_rels/workbook.xml.rels"
	parts[rels] = strings.ReplaceAll(parts[rels], "</Relationships>", `<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`)
	if !strings.Contains(parts["[Content_Types].xml"], "macroEnabled") {
		t.Fatal("the workbook has no macros")
	}
	if rows := read(t, open(t, archive(t, parts), Options{})); len(rows) != 1 || rows[0].Report.Text != "甲" {
		t.Errorf("%+v", rows)
	}
}
