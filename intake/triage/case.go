package triage

import (
	"strings"
	"time"
	"unicode"

	"dengwen/intake"
)

// A Row is one line of the queue. Rows are kept as sealed views in this JSON,
// so that a list is shown without opening the reports again; they can be
// thrown away and made anew at any time.
type Row struct {
	Index   int64          `json:"index"` // of the accepted entry in the log
	ID      string         `json:"id"`
	Channel intake.Channel `json:"channel"`
	Day     string         `json:"day"` // of arrival, 2006-01-02
	Standing

	// Unreadable marks a report that is damaged, or whose part was erased: it
	// stays in the queue, with all below empty.
	Unreadable bool `json:"unreadable,omitempty"`
	// AboutTeam marks a report about the team itself. The team's key does not
	// open it, so that all below is empty.
	AboutTeam bool            `json:"about_team,omitempty"`
	Arrived   time.Time       `json:"arrived,omitzero"`
	Unit      string          `json:"unit,omitempty"`
	Category  intake.Category `json:"category,omitempty"`
	Title     string          `json:"title,omitempty"` // see Title
	Files     int             `json:"files,omitempty"` // that the team may open
	Marks     []intake.Mark   `json:"marks,omitempty"`
	// Alike are reports that seem to tell of the same call, oldest first: a row
	// of the ledger that was corrected is a report of its own. No view has them,
	// for they change as reports come in.
	Alike []Alike `json:"-"`
}

// An Alike names another report.
type Alike struct {
	Index int64 // of its accepted entry in the log
	ID    string
}

// A Case is all that the team reads of one report: never who sent it.
type Case struct {
	Row
	Persons     []intake.Person `json:"persons,omitempty"`
	Subject     string          `json:"subject,omitempty"`
	Text        string          `json:"text,omitempty"`
	Recorder    string          `json:"recorder,omitempty"`
	Attachments []Attachment    `json:"attachments,omitempty"`
	// Originals is how many files only the custodian can open: the raw mail,
	// photos as they were sent, photos that could not be cleaned.
	Originals int `json:"originals,omitempty"`
	// Oldest first each.
	Notes   []Note     `json:"notes,omitempty"`
	Replies []Reply    `json:"replies,omitempty"`
	Added   []Addition `json:"added,omitempty"`
}

// An Attachment is a file that came with a report, or with what was added to
// it. Name and type are what the sender said: they are shown escaped and never
// trusted.
type Attachment struct {
	Entry string `json:"entry"` // id of the entry that it came with
	Part  int    `json:"part"`  // place among the parts of that entry
	Name  string `json:"name,omitempty"`
	Type  string `json:"type,omitempty"`
	Size  int64  `json:"size"` // bytes
}

// A Note is what someone at the desk wrote about a report. Where it is a
// decision, Standing is what was decided; otherwise its state is empty.
type Note struct {
	Index int64     `json:"index"` // of its entry in the log
	At    time.Time `json:"at"`
	By    string    `json:"by"` // the account's name
	Standing
	Text string `json:"text,omitempty"`
}

// A Reply is what someone at the desk answered the receipt holder. Deleted says
// that the holder has deleted it; the text is then that of the team's copy.
type Reply struct {
	Index int64     `json:"index"` // of its entry in the log
	At    time.Time `json:"at"`
	By    string    `json:"by"` // the account's name
	Text  string    `json:"text"`

	Deleted bool `json:"deleted,omitempty"`
}

// An Addition is what the receipt holder added to the report. Of one to a
// report about the team only the index, the id and the day are known.
type Addition struct {
	Index       int64        `json:"index"` // of its entry in the log
	ID          string       `json:"id"`    // of that entry: its attachments are opened by it
	Day         string       `json:"day"`   // of arrival, 2006-01-02
	Arrived     time.Time    `json:"arrived,omitzero"`
	Text        string       `json:"text,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	Originals   int          `json:"originals,omitempty"` // as of a Case
}

// maxTitle is the length of a title in characters, as much as fits a row.
const maxTitle = 40

// Title is what a row shows of a report: its subject or, where that shows
// nothing, the first words of its text, on one line and cut with an ellipsis.
// Control and format characters are left out, for they could turn the text of
// a row around.
func Title(subject, text string) string {
	from := subject
	if intake.Blank(from) {
		from = text
	}
	var title []rune
	gap := false
	for _, r := range from { // stops early: a text may have megabytes
		if unicode.IsSpace(r) {
			gap = len(title) > 0
			continue
		}
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			continue
		}
		if gap {
			title, gap = append(title, ' '), false
		}
		if title = append(title, r); len(title) > maxTitle {
			return strings.TrimRight(string(title[:maxTitle-1]), " ") + "…"
		}
	}
	return string(title)
}
