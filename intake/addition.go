package intake

import (
	"fmt"
	"iter"
	"time"
)

// An Addition is what the holder of a receipt adds to the report: text, files,
// or both. Who that is it does not say, and nothing in it says which report is
// meant: the receipt does, and whether the report is about the team.
type Addition struct {
	// Arrived is when the request's headers were read, as of a web report.
	Arrived time.Time
	Text    string
	// Files yields the attachments as those of a Report. Nil is none.
	Files iter.Seq2[File, error]
}

// Check reports the first way in which a is not an addition that the box can
// take: empty or blank text without files, or text of more than MaxText
// characters or in another encoding. The error wraps ErrEmpty, ErrTooLong or
// ErrInvalid and names the field.
func (a *Addition) Check() error {
	if a.Arrived.IsZero() {
		return fmt.Errorf("arrival: %w", ErrInvalid)
	}
	if Blank(a.Text) && a.Files == nil {
		return Explain(ErrEmpty, "report.text", "the text is empty")
	}
	return field{"text", a.Text, MaxText, false}.check()
}
