package export

import (
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// A Record is an accepted report as Open writes it, one line of records.jsonl.
type Record struct {
	ID      string         `json:"id"`
	Index   int64          `json:"index"`
	Channel intake.Channel `json:"channel"`
	Day     string         `json:"day"` // of arrival, as the header has it
	Content
	// OutsideRules says why the exact arrival, which only the sealed part has,
	// is not admitted by the schedule in force at this entry: an intake.Reason,
	// or OtherDay. It is empty for a report that was rightly taken.
	OutsideRules intake.Reason `json:"outside_rules,omitempty"`
	Identity     *Sender       `json:"identity,omitempty"`
	Erased       []string      `json:"erased,omitempty"` // the parts that are no longer there
}

// OtherDay says that a report did not arrive on the day in its header.
const OtherDay intake.Reason = "other-day"

// Content is what the team reads of a report. Erased content is zero.
type Content struct {
	Arrived   time.Time       `json:"arrived,omitzero"` // exact, in the inspection's zone
	AboutTeam bool            `json:"about_team"`
	Unit      string          `json:"unit"`
	Persons   []intake.Person `json:"persons"`
	Category  intake.Category `json:"category"`
	Subject   string          `json:"subject"`
	Text      string          `json:"text"`
	Recorder  string          `json:"recorder"`
	Marks     []intake.Mark   `json:"marks"`
	Files     []File          `json:"files"`
}

// A Sender is what tells who sent a report.
type Sender struct {
	intake.Identity
	Files []File `json:"files"` // raw messages and untouched originals
}

// A File is an attachment. Name and type are the sender's word.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`           // bytes
	Path string `json:"path,omitempty"` // below the directory; empty if the file was erased
}

// An Action is any other sealed entry but a call as Open writes it, one line of
// actions.jsonl. It has the one payload that its kind has; see onlyReply.
type Action struct {
	ID       string         `json:"id"`
	Index    int64          `json:"index"`
	Kind     entry.Kind     `json:"kind"`
	Channel  intake.Channel `json:"channel,omitempty"`
	Ref      string         `json:"ref,omitempty"` // the id of the record that it is about
	Day      string         `json:"day"`
	By       string         `json:"by,omitempty"` // the account
	Added    *Content       `json:"added,omitempty"`
	Identity *Sender        `json:"identity,omitempty"` // of what was added
	Note     *entry.Note    `json:"note,omitempty"`
	Reply    *entry.Reply   `json:"reply,omitempty"`
	Erased   []string       `json:"erased,omitempty"`
}

// record puts an opened entry into the form of a Record.
func (j *job) record() Record {
	rec := Record{ID: j.header.ID, Index: j.index, Channel: j.header.Channel, Day: j.header.Date, Erased: j.absent}
	rec.Persons, rec.Marks, rec.Files = []intake.Person{}, []intake.Mark{}, []File{}
	if c := j.content(); c != nil {
		rec.Content = *c
		rec.OutsideRules = j.judge(c.Arrived)
	}
	rec.Identity = j.sender()
	return rec
}

// judge holds an exact arrival against the schedule in force at its entry.
// Future is no reason: when it was is not known, only what was announced.
func (j *job) judge(arrived time.Time) intake.Reason {
	if a := j.schedule.Admit(j.header.Channel, arrived, arrived); !a.Open() {
		return a.Reason
	}
	if j.schedule.Day(arrived) != j.header.Date {
		return OtherDay
	}
	return ""
}

// action puts an opened entry into the form of an Action.
func (j *job) action() Action {
	h := j.header
	a := Action{ID: h.ID, Index: j.index, Kind: h.Kind, Channel: h.Channel, Ref: h.Ref, Day: h.Date, By: h.By,
		Added: j.content(), Identity: j.sender(), Erased: j.absent}
	for _, in := range j.inners {
		switch {
		case in == nil:
		case in.Note != nil:
			a.Note = in.Note
		case in.Reply != nil:
			a.Reply = in.Reply
		}
	}
	if h.KeepsReply() && a.Note != nil {
		a.Reply, a.Note = onlyReply(a.Reply, a.Note)
	}
	return a
}

// onlyReply leaves of a reply and the team's copy the reply. It is the copy's if
// the holder of the receipt has deleted the reply, as the part in erased tells.
// Both stay where they differ: whoever signed them told two things.
func onlyReply(r *entry.Reply, kept *entry.Note) (*entry.Reply, *entry.Note) {
	switch {
	case r == nil:
		return &entry.Reply{At: kept.At, Text: kept.Text}, nil
	case r.SameAs(*kept) == nil:
		return r, nil
	}
	return r, kept
}

// content is the report part, nil if there is none.
func (j *job) content() *Content {
	for _, in := range j.inners {
		if in == nil || in.Report == nil {
			continue
		}
		r := in.Report
		return &Content{
			Arrived: r.Arrived.In(j.schedule.Location()), AboutTeam: r.AboutTeam, Unit: r.Unit, Persons: orEmpty(r.Persons), Category: r.Category,
			Subject: r.Subject, Text: r.Text, Recorder: r.Recorder, Marks: orEmpty(r.Marks), Files: j.files(entry.RoleFile, r.Files),
		}
	}
	return nil
}

// sender is the identity part, nil if there is none.
func (j *job) sender() *Sender {
	for _, in := range j.inners {
		if in != nil && in.Identity != nil {
			return &Sender{in.Identity.Identity, j.files(entry.RoleOriginal, in.Identity.Files)}
		}
	}
	return nil
}

// orEmpty is a list that JSON writes as one even if it has no items.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
