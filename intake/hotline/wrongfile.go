package hotline

import (
	"bytes"

	"dengwen/intake"
)

// looksWrong names the kinds of file that are no text table, by how they
// begin; saving them anew is all it takes.
func looksWrong(start []byte) error {
	if bytes.HasPrefix(start, []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}) {
		return intake.Explain(intake.ErrInvalid, "ledger.xls", "this is an old .xls workbook, or one with a password: open it and save it as XLSX without a password")
	}
	begin := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"))
	for _, p := range []string{"<html", "<!doctype", "<table", "<meta", "<style", "<head", "<?xml", "<div"} {
		if bytes.HasPrefix(begin, []byte(p)) {
			return intake.Explain(intake.ErrInvalid, "ledger.web-page", "this is a web page under another name: open it in a spreadsheet and save it as XLSX")
		}
	}
	for _, p := range []string{"%pdf-", `{\rtf`} {
		if bytes.HasPrefix(begin, []byte(p)) {
			return intake.Explain(intake.ErrInvalid, "ledger.document", "this is a document, not a table: save its table as XLSX")
		}
	}
	return nil
}
