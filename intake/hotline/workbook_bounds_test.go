package hotline

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dengwen/intake"
)

const sheetHead = `<row r="1"><c t="inlineStr"><is><t>时间</t></is></c><c t="inlineStr"><is><t>内容</t></is></c></row>`

// What a workbook claims or holds beyond the limits is refused, and costs
// little.
func TestBoundsOfWorkbooks(t *testing.T) {
	small := book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}})
	many := make(map[string]string)
	for i := range 20_000 {
		many[fmt.Sprintf("a/very/long/name/that/fills/the/directory/%d.xml", i)] = ""
	}
	sheets := `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>` + strings.Repeat(`<sheet name="a" sheetId="1"/>`, MaxSheets+1) + `</sheets></workbook>`
	for name, b := range map[string][]byte{
		"parts":          archive(t, many),
		"a claim":        claiming(t, small, "xl/worksheets/sheet1.xml", MaxInflated+1),
		"a large claim":  claiming(t, small, "xl/worksheets/sheet1.xml", 1<<63),
		"strings claim":  claiming(t, small, "xl/sharedStrings.xml", MaxInflated+1),
		"styles claim":   claiming(t, small, "xl/styles.xml", maxPart+1),
		"sheets":         archive(t, replaced(t, small, "xl/workbook.xml", sheets)),
		"deep tags":      raw(t, sheetHead+strings.Repeat("<a>", 100_000)),
		"a long text":    raw(t, sheetHead+`<row><c t="str"><v>`+strings.Repeat("x", MaxRecord+1)+`</v></c></row>`),
		"a longer text":  raw(t, sheetHead+`<row><c t="str"><v>`+strings.Repeat("x", maxToken+1)+`</v></c></row>`),
		"a long tag":     raw(t, sheetHead+`<row `+strings.Repeat(`a="b" `, maxToken/4)+`/>`),
		"a wide row":     raw(t, sheetHead+`<row><c r="ZZZ1"><v>1</v></c></row>`),
		"a wider row":    raw(t, sheetHead+`<row><c r="XFD1"><v>1</v></c></row>`),
		"a long row":     raw(t, sheetHead+`<row>`+strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", MaxRecord/100)+`</v></c>`, 101)+`</row>`),
		"merged ranges":  archive(t, replaced(t, small, "xl/worksheets/sheet1.xml", `<worksheet><sheetData></sheetData>`+strings.Repeat(`<mergeCell ref="A1:A2"/>`, MaxMerges+1)+`</worksheet>`)),
		"a long string":  archive(t, replaced(t, small, "xl/sharedStrings.xml", `<sst><si><t>`+strings.Repeat("x", MaxRecord+1)+`</t></si></sst>`)),
		"a row too many": raw(t, sheetHead+`<row r="1048577"><c><v>1</v></c></row>`),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		err := wrong(t, b)
		runtime.ReadMemStats(&after)
		damaged := name == "a wide row" || name == "a row too many"
		if want := map[bool]error{false: intake.ErrTooLong, true: intake.ErrInvalid}[damaged]; !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
		if after.Sys > before.Sys+128<<20 {
			t.Errorf("%s: took %d MiB", name, (after.Sys-before.Sys)>>20)
		}
	}
}

// A part that inflates to more than it claims is not read beyond the claim.
func TestLyingParts(t *testing.T) {
	small := book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}})
	for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"} {
		if err := wrong(t, claiming(t, small, part, 60)); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", part, err)
		}
	}
}

// claiming writes a workbook anew with one part that claims another size.
func claiming(t *testing.T, workbook []byte, name string, size uint64) []byte {
	t.Helper()
	var packed bytes.Buffer
	f, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(replaced(t, workbook, "x", "x")[name])); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return withPacked(t, workbook, name, packed.Bytes(), size)
}

// withPacked writes a workbook anew with one part that was packed before.
func withPacked(t *testing.T, workbook []byte, name string, packed []byte, size uint64) []byte {
	t.Helper()
	parts := replaced(t, workbook, "x", "x")
	delete(parts, name)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	store(t, w, parts)
	p, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(len(packed)), UncompressedSize64: size})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
