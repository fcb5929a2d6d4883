package intake

import (
	"io"
	"iter"
	"time"
)

// A Report is one submission on its way into the box. Everything outside
// Identity, private files and Source is what the inspection team will read.
type Report struct {
	Channel Channel
	// Arrived is the instant that the schedule judges: the web request's
	// headers read, the mail server's INTERNALDATE, the call's start.
	Arrived time.Time
	// AboutTeam marks a report about the inspection team itself: it is sealed
	// to the office that sent the team, and the team cannot read it.
	AboutTeam bool

	Unit     string
	Persons  []Person
	Category Category
	Subject  string
	Text     string
	// Recorder is the duty officer who wrote a call down.
	Recorder string
	// Marks are short machine-made remarks on the intake, such as MarkPhoneDamaged.
	Marks []Mark

	Identity Identity
	// Files yields the attachments one after another; each Body is read to its
	// end before the next is asked for, so that they can stream. Nil is none.
	Files  iter.Seq2[File, error]
	Source Source
}

// A Person is someone the report is about, with the post as the reporter put it.
type Person struct {
	Name string `json:"name,omitempty"`
	Post string `json:"post,omitempty"`
}

// Identity is all that tells, or may help to tell, who sent a report. It is
// sealed to the custodian and the archive, never to the team.
type Identity struct {
	Name    string `json:"name,omitempty"`
	Contact string `json:"contact,omitempty"` // phone, address or account the reporter left
	Phone   string `json:"phone,omitempty"`   // the caller's number as the log has it
	Remark  string `json:"remark,omitempty"`  // the log's remark column: it describes the caller as often as the call
	Headers string `json:"headers,omitempty"` // a mail's header block, apart from what the team reads
}

// A File is one attachment.
type File struct {
	Name string // as the sender called it; shown escaped, never used as a path
	Type string // media type as declared; never trusted
	// Private files (raw messages, photos that cannot be cleaned) are sealed
	// with the identity; all others with the report.
	Private bool
	Body    io.Reader
	// Shown, where it is not nil, is for a photo that can be cleaned: it returns
	// what the team may see of it, made while Body is read. Body then goes
	// untouched to the identity, and what Shown returns to the report. When that
	// ends in an error, the original alone is kept.
	Shown func(original io.Reader) io.Reader
	// ShownName, where it is not empty, is what the team sees that called; Name
	// stays with the original, for phones write the instant into it.
	ShownName string
}

// Source ties a report to the place an adapter took it from.
type Source struct {
	// Meaning is the whole meaning of a row, or a raw mail: two reports of one
	// channel with the same Meaning are one. The box keeps a keyed hash only.
	// Empty means that every submission is a report of its own.
	Meaning []byte
	// Cursor, when its Name is not empty, is stored in the same transaction.
	Cursor Cursor
}

// A Cursor is an adapter's place in its source; the box keeps it unread.
type Cursor struct {
	Name  string
	Value []byte
	// After, where it is not nil, is the value that the box must still have
	// under the name; empty is none. Otherwise somebody else has read the same
	// source meanwhile, and nothing is written: ErrMoved.
	After []byte
}

// A Mark is a remark that intake makes on a report without changing it.
type Mark string

// MarkPhoneDamaged says that a spreadsheet turned the caller's number into
// something else (1.38E+10); what was there is kept, never guessed at.
const MarkPhoneDamaged Mark = "phone-damaged"

// The marks of a mail whose text may name its sender without meaning to: what
// stands below a signature line, and older mails that the sender quotes. They
// are the sender's words and stay; whoever reads or copies them is warned.
const (
	MarkSignature Mark = "signature"
	MarkQuotes    Mark = "quotes"
)

// A Category is the kind of wrongdoing, by the six disciplines of the party's
// disciplinary regulations (中国共产党纪律处分条例, 2023, chapters 6 to 11) and
// duty crimes under the Supervision Law; empty means that none was given.
type Category string

// The categories, in the order in which the regulations name them.
const (
	Political      Category = "political"      // 政治纪律
	Organizational Category = "organizational" // 组织纪律
	Integrity      Category = "integrity"      // 廉洁纪律
	Masses         Category = "masses"         // 群众纪律
	Work           Category = "work"           // 工作纪律
	Life           Category = "life"           // 生活纪律
	DutyCrime      Category = "duty-crime"     // 职务违法犯罪
	Other          Category = "other"          // 其他
	Unsure         Category = "unsure"         // 说不清
)

// Categories lists all categories in display order.
func Categories() []Category {
	return []Category{Political, Organizational, Integrity, Masses, Work, Life, DutyCrime, Other, Unsure}
}

// Valid reports whether c is one of Categories or empty.
func (c Category) Valid() bool {
	if c == "" {
		return true
	}
	for _, k := range Categories() {
		if c == k {
			return true
		}
	}
	return false
}
