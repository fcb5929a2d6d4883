package hotline

import (
	"archive/zip"
	"bytes"
	"io"

	"dengwen/intake"
)

var (
	errOldWorkbook = intake.Explain(intake.ErrInvalid, "ledger.xls", "this is an old .xls workbook, or one with a password: open it and save it as XLSX without a password")
	errPassword    = intake.Explain(intake.ErrInvalid, "ledger.password", "the file has a password: open it and save it as XLSX without a password")
	errOpenDoc     = intake.Explain(intake.ErrInvalid, "ledger.ods", "this is an ODS workbook: open it and save it as XLSX")
	errBinary      = intake.Explain(intake.ErrInvalid, "ledger.xlsb", "this is a binary workbook (.xlsb): open it and save it as XLSX")
	errDocument    = intake.Explain(intake.ErrInvalid, "ledger.document", "this is a document, not a table: save its table as XLSX")
	errArchive     = intake.Explain(intake.ErrInvalid, "ledger.no-workbook", "this is an archive and no workbook: unpack it, and save the ledger as XLSX")
)

// looksWrong names the kinds of file that are no text table, by how they
// begin; saving them anew is all it takes.
func looksWrong(start []byte) error {
	if bytes.HasPrefix(start, []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}) {
		return errOldWorkbook
	}
	// Workbooks before Excel 97 stand in no container: the first record says
	// which version it is and how long the record is (BIFF2 to 5).
	for _, p := range []string{"\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00", "\x09\x08\x08\x00", "\x09\x08\x10\x00"} {
		if bytes.HasPrefix(start, []byte(p)) {
			return errOldWorkbook
		}
	}
	for _, p := range []string{"PK\x05\x06", "Rar!\x1a", "7z\xbc\xaf\x27\x1c", "\x1f\x8b"} {
		if bytes.HasPrefix(start, []byte(p)) {
			return errArchive
		}
	}
	begin := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"))
	for _, p := range []string{"<html", "<!doctype", "<table", "<meta", "<style", "<head", "<?xml", "<div", "mime-version:", "from: <saved by"} {
		if bytes.HasPrefix(begin, []byte(p)) {
			return intake.Explain(intake.ErrInvalid, "ledger.web-page", "this is a web page under another name: open it in a spreadsheet and save it as XLSX")
		}
	}
	for _, p := range []string{"%pdf-", `{\rtf`} {
		if bytes.HasPrefix(begin, []byte(p)) {
			return errDocument
		}
	}
	return nil
}

// wrongArchive names what an archive is that holds no XLSX workbook.
func wrongArchive(parts map[string]*zip.File) error {
	has := func(name string) bool { return parts[name] != nil }
	switch {
	case has("xl/workbook.bin"):
		return errBinary
	case has("mimetype") && has("content.xml"):
		if contains(parts["mimetype"], "opendocument.spreadsheet") {
			return errOpenDoc
		}
		return errDocument
	case has("word/document.xml"), has("ppt/presentation.xml"):
		return errDocument
	}
	return errArchive
}

// contains looks at the beginning of a part.
func contains(part *zip.File, words string) bool {
	r, err := part.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	start, err := io.ReadAll(io.LimitReader(r, 512))
	return err == nil && bytes.Contains(start, []byte(words))
}
