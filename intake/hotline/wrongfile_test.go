package hotline

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
)

// What is no XLSX workbook, whatever it is called, says what it is and what to
// do.
func TestWrongArchives(t *testing.T) {
	small := book(t, false, map[string][][]any{"Sheet1": {{"时间", "内容"}, {"2026/3/2 9:00", "甲"}}})
	binary := replaced(t, small, "xl/workbook.bin", "\x83\x01")
	delete(binary, "xl/workbook.xml")
	binary["_rels/.rels"] = strings.ReplaceAll(binary["_rels/.rels"], "workbook.xml", "workbook.bin")
	word := map[string]string{"word/document.xml": "<document/>", "[Content_Types].xml": "<Types/>",
		"_rels/.rels": `<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`}
	for name, c := range map[string]struct {
		parts map[string]string
		want  string
	}{
		"ODS":             {map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}, "ODS"},
		"ODT":             {map[string]string{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, "a document"},
		"XLSB":            {binary, ".xlsb"},
		"DOCX":            {word, "a document"},
		"a bare zip":      {map[string]string{"登记.xlsx": string(small)}, "an archive"},
		"no relations":    {map[string]string{"xl/workbook.xml": "<workbook/>"}, "an archive"},
		"another's parts": {replaced(t, small, "xl/workbook.xml", "<other/>"), "damaged"},
	} {
		err := wrong(t, archive(t, c.parts))
		if !errors.Is(err, intake.ErrInvalid) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "save") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A part under a password is not taken for damage.
func TestArchiveWithPassword(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	p, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Flags: 1, Method: zip.Store, CompressedSize64: 12, UncompressedSize64: 12})
	if err == nil {
		_, err = p.Write(make([]byte, 12))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	if err := wrong(t, b.Bytes()); !errors.Is(err, intake.ErrInvalid) || !strings.Contains(err.Error(), "password") {
		t.Error(err)
	}
}
