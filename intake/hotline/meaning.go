package hotline

import (
	"encoding/binary"
	"strings"
	"time"

	"dengwen/intake"

	"golang.org/x/text/unicode/norm"
)

// meaningVersion begins every meaning. It changes only together with the
// encoding, and then every ledger that is imported again adds its rows again.
const meaningVersion = "dengwen hotline row 1"

// meaning encodes what a row says: the instant of the call, caller, phone,
// unit, category, subject, text, remark, and every person with the post. Each
// is preceded by its length, so that no two rows share an encoding. Not among
// them are the row's number, the recorder and the columns without a field:
// they tell about the ledger, and they change.
//
// Values are normalised to NFC, trimmed, with \n as their line end: a call has
// one meaning in every file format that tells of it. The report's category
// may be one that is none of ours; then it is the ledger's own word.
func meaning(r *intake.Report, category string) []byte {
	b := make([]byte, 0, 256+len(r.Text)+len(r.Identity.Remark))
	add := func(s string) {
		s = norm.NFC.String(s)
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	add(meaningVersion)
	add(r.Arrived.UTC().Format(time.RFC3339Nano))
	add(r.Identity.Name)
	add(r.Identity.Phone)
	add(r.Unit)
	add(category)
	add(r.Subject)
	add(lines(r.Text))
	add(lines(r.Identity.Remark))
	b = binary.AppendUvarint(b, uint64(len(r.Persons)))
	for _, p := range r.Persons {
		add(p.Name)
		add(p.Post)
	}
	return b
}

// lines trims the end of every line: some spreadsheets pad wrapped cells.
func lines(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	ls := strings.Split(s, "\n")
	for i, l := range ls {
		ls[i] = strings.TrimRightFunc(l, padding)
	}
	return strings.Join(ls, "\n")
}
