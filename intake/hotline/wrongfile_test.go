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

// What is no table says what it is.
func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"nothing":            {"", "empty"},
		"only white space":   {" \r\n\t\n", "holds no rows"},
		"only a mark":        {"\xef\xbb\xbf", "holds no rows"},
		"an old workbook":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "save it as XLSX"},
		"a web page":         {"\r\n<html><table><tr><td>来电时间", "save it as XLSX"},
		"BIFF2":              {"\x09\x00\x04\x00\x02\x00\x10\x00", "old .xls"},
		"BIFF3":              {"\x09\x02\x06\x00\x00\x03\x10\x00", "old .xls"},
		"BIFF4":              {"\x09\x04\x06\x00\x00\x04\x10\x00", "old .xls"},
		"BIFF5":              {"\x09\x08\x08\x00\x00\x05\x05\x00", "old .xls"},
		"a page with parts":  {"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related\r\n", "save it as XLSX"},
		"an empty zip":       {"PK\x05\x06" + strings.Repeat("\x00", 18), "an archive"},
		"a rar":              {"Rar!\x1a\x07\x00", "an archive"},
		"a 7z":               {"7z\xbc\xaf\x27\x1c\x00\x04", "an archive"},
		"a gzip":             {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "an archive"},
		"a bzip2":            {"BZh91AY&SY\x00\x01", "an archive"},
		"an xz":              {"\xfd7zXZ\x00\x00\x04", "an archive"},
		"a JPEG":             {"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "a picture"},
		"a JPEG of a camera": {"\xff\xd8\xff\xe1\x1a\x2fExif\x00\x00", "a picture"},
		"a PNG":              {"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "a picture"},
		"a GIF":              {"GIF89a\x01\x00\x01\x00", "a picture"},
		"a TIFF":             {"II*\x00\x08\x00\x00\x00", "a picture"},
		"a BMP":              {"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00", "a picture"},
		"a WebP":             {"RIFF\x24\x00\x00\x00WEBPVP8 ", "a picture"},
		"a HEIC":             {"\x00\x00\x00\x18ftypheic", "a picture"},
		"a WAV":              {"RIFF\x24\x00\x00\x00WAVEfmt ", "a recording"},
		"an MP3":             {"ID3\x04\x00\x00\x00\x00\x00\x23", "a recording"},
		"a page of XML":      {"<?xml version=\"1.0\"?><Workbook/>", "save it as XLSX"},
		"a document":         {"%PDF-1.7\n", "not a table"},
		"UTF-16, cut off":    {"\xf6\x65\xf4\x95,\x00\x85\x51\xb9\x5b\n\x00,", "NUL bytes"},
		"UTF-16, one line":   {"\xf6\x65\xf4\x95,\x00\x85\x51\xb9\x5b", "NUL bytes"},
		"UTF-16, a control":  {"\xf6\x65\xf4\x95,\x00\x85\x51\x01\x00\n\x00", "NUL bytes"},
		"half a pair":        {"\xf6\x65\xf4\x95,\x00\x85\x51\x00\xd8\n\x00", "NUL bytes"},
		"rows without heads": {"1,2026/3/2 9:00,匿名,修路\n2,2026/3/2 9:10,匿名,修桥\n", "--map"},
	} {
		_, err := Open(strings.NewReader(c.content), int64(len(c.content)), Options{Zone: shanghai})
		if _, detailed := errors.AsType[*intake.Detail](err); !detailed || !errors.Is(err, intake.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What only begins like one of these is read.
	for _, head := range []string{"GIF,时间,内容\n", "BM,时间,内容\n", "RIFF,时间,内容\n", "ID3,时间,内容\n", "II*,时间,内容\n", "BZh,时间,内容\n"} {
		open(t, []byte(head), Options{})
	}
	good := "时间,内容\n"
	for name, opts := range map[string]Options{
		"no zone":         {},
		"another format":  {Zone: shanghai, Format: "pdf"},
		"no workbook":     {Zone: shanghai, Format: XLSX},
		"no tabs":         {Zone: shanghai, Format: TSV},
		"an unknown name": {Zone: shanghai, Columns: map[Field]string{"when": "时间"}},
	} {
		if _, err := Open(strings.NewReader(good), int64(len(good)), opts); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
