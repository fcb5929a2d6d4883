package intake

import "fmt"

// A Detail is what a refusal says to the person who is refused, beside the
// sentinel that it wraps: what is wrong, where, and what to do. The English
// stands here alone, in the code that refuses; catalogues of other languages
// have a format of package fmt under the same ID, for the same arguments.
type Detail struct {
	ID   string // of the sentence, two words: ledger.empty; never changes its meaning
	Text string // in English
	Args []any  // what stands in the sentence
	Err  error  // what is told after it: a sentinel, or another Detail; may be nil
}

// Explain makes a Detail of an English format and its arguments. The ID and
// the format are literals, for a test of the catalogue reads them from the
// source. An argument that is a [Name] is said in the reader's language too;
// every other one stands in all languages as it is.
func Explain(err error, id, format string, args ...any) error {
	return &Detail{id, fmt.Sprintf(format, args...), args, err}
}

// Error is the English text, and behind it what the detail wraps.
func (d *Detail) Error() string {
	if d.Err == nil {
		return d.Text
	}
	return d.Text + ": " + d.Err.Error()
}

func (d *Detail) Unwrap() error { return d.Err }

// A Name is what a field of a report is called in a refusal.
type Name string

// WordID is where catalogues have the name.
func (n Name) WordID() string { return "name." + string(n) }

// Names lists the name of every field of a report.
func Names() []Name {
	var names []Name
	r := Report{Persons: make([]Person, 1)}
	for _, f := range r.fields() {
		names = append(names, f.name)
	}
	return names
}
