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
	errPicture     = intake.Explain(intake.ErrInvalid, "ledger.picture", "this is a picture or a recording, not a table: save the ledger itself as XLSX")
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
	for _, p := range []string{"PK\x05\x06", "Rar!\x1a", "7z\xbc\xaf\x27\x1c", "\x1f\x8b", "BZh91AY&SY", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd"} {
		if bytes.HasPrefix(start, []byte(p)) {
			return errArchive
		}
	}
	if looksPictured(start) {
		return errPicture
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

// looksPictured tells pictures, such as a photograph of a paper ledger, and
// recordings of calls, none of which begins as a text does.
func looksPictured(start []byte) bool {
	for _, p := range []string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a", "II*\x00", "MM\x00*", "ID3\x02", "ID3\x03", "ID3\x04", "OggS\x00", "#!AMR"} {
		if bytes.HasPrefix(start, []byte(p)) {
			return true
		}
	}
	// RIFF is WebP or WAV, after four bytes of length; ftyp is HEIC, MP4 or M4A,
	// and follows the length of the first box, which is short. The two words
	// behind the size of a BMP are 0.
	at := func(from int, s string) bool { return len(start) >= from && bytes.HasPrefix(start[from:], []byte(s)) }
	return at(0, "RIFF") && (at(8, "WEBP") || at(8, "WAVE") || at(8, "AVI ")) || at(0, "\x00\x00\x00") && at(4, "ftyp") ||
		at(0, "BM") && at(6, "\x00\x00\x00\x00")
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
