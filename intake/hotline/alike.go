package hotline

import (
	"hash/maphash"

	"dengwen/intake"
)

// MaxAlike is how many rows of a ledger may say the same of one instant.
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
// are those of its record, cell by cell as the meaning compares them
// (canonical): rows that it takes for one are alike here. A way to leave a cell
// empty is no word, for it takes no part in the meaning of a column that is
// none of text by its name.
func (a *alike) add(w *walker, rec record, r *intake.Report) bool {
	if a.rows == nil {
		a.rows = make(map[likeness]uint8)
		a.words.SetSeed(maphash.MakeSeed())
	}
	a.words.Reset()
	cells := w.head.strip(rec).cells
	for _, c := range w.head.texts {
		a.say(cells, c)
	}
	if c, has := w.head.fields[Subject]; has && intake.Blank(w.words(record{cells: cells})) {
		a.say(cells, c)
	}
	of := likeness{at: r.Arrived.UnixNano(), words: a.words.Sum64()}
	a.rows[of]++
	return a.rows[of] <= MaxAlike
}

func (a *alike) say(cells []string, c int) {
	if c >= len(cells) {
		return
	}
	if s := canonical(cells[c]); !nobody[s] && s != "" {
		a.words.WriteString(s)
		a.words.WriteByte(0)
	}
}

// errAlike refuses a ledger at the row that was one too many.
func errAlike(line int) error {
	return inLine(line, intake.Explain(intake.ErrInvalid, "ledger.alike", "more than %d rows say the same of one instant: this is no log of calls", MaxAlike))
}
