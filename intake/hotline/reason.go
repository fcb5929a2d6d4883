package hotline

// A Reason says why a row is bad. The codes are stable: they are part of the
// import command's JSON.
type Reason string

// The reasons, in order of precedence.
const (
	BadQuotes   Reason = "bad-quotes"   // a broken quote: the cells cannot be told apart
	BadEncoding Reason = "bad-encoding" // characters are broken
	NoHead      Reason = "no-head"      // no head row that can be read stands above: the columns are not known
	NoTime      Reason = "no-time"      // the time is empty, or a date alone
	BadTime     Reason = "bad-time"     // the time is impossible, or can be read in two ways
	NoDate      Reason = "no-date"      // a bare time without a readable date above
	NoText      Reason = "no-text"      // nothing is reported
	BadStatus   Reason = "bad-status"   // of a call: whether it was answered, or for how long, is not told
	TooLong     Reason = "too-long"     // a field is over its limit in intake
)

// Reasons lists all reasons in order of precedence.
func Reasons() []Reason {
	return []Reason{BadQuotes, BadEncoding, NoHead, NoTime, BadTime, NoDate, NoText, BadStatus, TooLong}
}
