package hotline

import (
	"encoding/binary"
	"hash/maphash"

	"dengwen/intake"
)

// MaxAlike is how many rows of a guarded ledger may say the same of one instant.
//
// Whoever is shown which rows of a file are known already could put one known
// row into it many times, each with another telephone number, and would learn
// the caller's from the one that is known. No duty officer writes so.
const MaxAlike = 100

// alike counts the good rows of a ledger by what they say.
type alike struct {
	rows  map[likeness]uint8
	words maphash.Hash
}

// A likeness is an instant in nanoseconds of Unix time, and a hash of the
// words with a seed of this reading, for which no file can be made.
type likeness struct {
	at    int64
	words uint64
}

// add counts a report and is false when there were too many such. The words
// are those that its meaning holds: rows that it takes for one are alike here.
// What it leaves out, as a way to leave a cell empty, is no word.
func (a *alike) add(h *head, r *intake.Report) bool {
	if a.rows == nil {
		a.rows = make(map[likeness]uint8)
		a.words.SetSeed(maphash.MakeSeed())
	}
	a.words.Reset()
	_, rest := cutSized(r.Source.Meaning) // the version
	_, rest = cutSized(rest)              // the instant
	var key, value, subject []byte
	said := false
	for len(rest) > 0 {
		key, rest = cutSized(rest)
		value, rest = cutSized(rest)
		switch h.says[string(key)] {
		case Text:
			said = true
			a.words.Write(value)
			a.words.WriteByte(0)
		case Subject:
			subject = value
		}
	}
	if !said {
		a.words.Write(subject)
	}
	of := likeness{at: r.Arrived.UnixNano(), words: a.words.Sum64()}
	a.rows[of]++
	return a.rows[of] <= MaxAlike
}

// cutSized takes off what sized put in front.
func cutSized(b []byte) (s, rest []byte) {
	n, size := binary.Uvarint(b)
	return b[size : size+int(n)], b[size+int(n):]
}

// errAlike refuses a ledger at the row that was one too many.
func errAlike(line int) error {
	return inLine(line, intake.Explain(intake.ErrInvalid, "ledger.alike", "more than %d rows say the same of one instant: this is no log of calls", MaxAlike))
}
