package desk

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// A reportPage is one report, what happened about it, and what this account may
// do next.
type reportPage struct {
	triage.Case
	When        string
	Attached    []attachment
	Log         []happening
	CanReply    bool
	Moves       []move
	HandOver    bool // the account may hand it over
	LeaderHands bool // only another may
	Faulty      bool // something about it did not open
	Warnings    []string
	Remarks     []remark
	Typed       typed
}

// Mailed reports whether it came by mail: then one of its originals is the raw
// mail, which every mail has.
func (p reportPage) Mailed() bool { return p.Channel == intake.Mail }

// Withheld is how many of its files only the custodian can open, the raw mail
// not counted.
func (p reportPage) Withheld() int {
	if p.Mailed() {
		return max(0, p.Originals-1)
	}
	return p.Originals
}

// textFile is what package message calls the words of a mail that are too long
// for a text, or cannot be shown as one.
var textFile = regexp.MustCompile(`^(unreadable-)?(text|page)-[0-9]+\.(txt|html)$`)

// TextFile is the file that holds the words of a mail without text, or empty.
func (p reportPage) TextFile() string {
	for _, f := range p.Attached {
		if p.Mailed() && textFile.MatchString(f.Name) {
			return f.Name
		}
	}
	return ""
}

// typed is what somebody sent by a form that needs another look.
type typed struct{ Form, Text, To string }

// A textField is where the text of a form is typed.
type textField struct{ ID, Label, Hint, Text string }

var textFields = map[string]textField{
	"decide": {Label: "desk.decide-text"},
	"hand":   {Label: "desk.hand-text"},
	"note":   {Label: "desk.note-text", Hint: "desk.note-hint"},
	"reply":  {Label: "desk.reply-text", Hint: "desk.reply-hint"},
}

// Field is the text field of a form, with what was typed there.
func (p reportPage) Field(form string) textField {
	f := textFields[form]
	f.ID = form + "-text"
	if p.Typed.Form == form {
		f.Text = p.Typed.Text
	}
	return f
}

// A happening is one thing about a report: a note, a decision, a reply, or what
// the receipt holder added.
type happening struct {
	index    int64
	Kind     string
	When, By string
	triage.Standing
	Text     string
	Attached []attachment
	// Originals is how many files only the custodian can open.
	Originals int
	Sealed    bool // added to a report about the team
	Deleted   bool // a reply that the receipt holder has deleted
}

func (s *Site) report(k call) error {
	return s.showReport(k, http.StatusOK, typed{}, nil)
}

// showReport opens a report and answers with it.
func (s *Site) showReport(k call, status int, t typed, wrong []ui.FieldError) error {
	id := k.Param("id")
	if !idShape.MatchString(id) {
		return errMissing
	}
	c, err := k.account.Read(k.Request().Context(), id)
	if err != nil && c.ID == "" {
		return err
	}
	k.see(id)
	p := reportPage{Case: c, When: s.moment(c.Arrived, "2006-01-02 15:04:05"), Attached: attached(k.session, id, c.Attachments), Log: s.log(k.session, c),
		CanReply: c.Channel == intake.Web && !c.AboutTeam && !c.Unreadable, Moves: moves(c.Standing, who(k)), Faulty: err != nil, Typed: t,
		Warnings: warnings(c), Remarks: remarks(c.Marks)}
	p.HandOver, p.LeaderHands = handover(c.Standing, who(k))
	return s.show(k, status, "report", p, wrong)
}

// log puts what happened in the order in which it was written.
func (s *Site) log(x *session, c triage.Case) []happening {
	const layout = "2006-01-02 15:04"
	var all []happening
	for _, n := range c.Notes {
		h := happening{index: n.Index, Kind: "note", When: s.moment(n.At, layout), By: n.By, Standing: n.Standing, Text: n.Text}
		if n.State != "" {
			h.Kind = "decision"
		}
		all = append(all, h)
	}
	for _, r := range c.Replies {
		all = append(all, happening{index: r.Index, Kind: "reply", When: s.moment(r.At, layout), By: r.By, Text: r.Text, Deleted: r.Deleted})
	}
	for _, a := range c.Added {
		h := happening{index: a.Index, Kind: "added", When: s.moment(a.Arrived, layout), Text: a.Text, Attached: attached(x, c.ID, a.Attachments), Originals: a.Originals, Sealed: a.Arrived.IsZero()}
		if h.When == "" {
			h.When = a.Day
		}
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b happening) int { return cmp.Compare(a.index, b.index) })
	return all
}
