package entry

import (
	"time"

	"dengwen/intake"
)

// Created begins the log and names it.
type Created struct {
	At         time.Time  `json:"at"`
	Origin     string     `json:"origin"` // the name of the log in checkpoints
	Key        string     `json:"key"`    // the note verifier key of checkpoints
	Demo       bool       `json:"demo"`   // a box of the demo; serve refuses it
	Inspection Inspection `json:"inspection"`
}

// An Inspection is what the public is told about the team.
type Inspection struct {
	Name    string   `json:"name"`
	Team    string   `json:"team"`
	Units   []string `json:"units"` // the inspected units
	Place   string   `json:"place"`
	Phone   string   `json:"phone"`
	Mailbox string   `json:"mailbox"`
}

// ScheduleBody puts a schedule in force.
type ScheduleBody struct {
	At       time.Time       `json:"at"`
	Schedule intake.Schedule `json:"schedule"`
}

// KeysBody puts recipients in force: age1pq1… each.
type KeysBody struct {
	At         time.Time `json:"at"`
	Generation int       `json:"generation"` // 1, then one more each time
	Team       string    `json:"team"`
	Custodian  string    `json:"custodian"`
	Archive    string    `json:"archive"`
	Office     string    `json:"office"`
}

// AccountBody makes an account, changes it or removes it.
type AccountBody struct {
	At        time.Time `json:"at"`
	Account   string    `json:"account"`   // see ValidAccount
	Roles     []string  `json:"roles"`     // sorted; Leader, Member, Custodian
	Key       string    `json:"key"`       // Ed25519 public key, base64
	Recipient string    `json:"recipient"` // age1pq1…
	Removed   bool      `json:"removed"`
}

// Exported records that auditors carried away the entries From to Size-1, all
// that there were.
type Exported struct {
	At   time.Time `json:"at"`
	From int64     `json:"from"`
	Size int64     `json:"size"`
	Root Hash      `json:"root"` // of the tree of Size entries
}

// Restored says that the log goes on from a backup under a new origin,
// because entries after the backup may be lost and the old origin must never
// sign two different trees.
type Restored struct {
	At     time.Time `json:"at"`
	Origin string    `json:"origin"`
	Key    string    `json:"key"`
	Was    string    `json:"was"`  // the old origin
	Size   int64     `json:"size"` // entries that came with the backup
	Root   Hash      `json:"root"` // of their tree
}

// Erased records that parts of an entry were erased.
type Erased struct {
	At    time.Time `json:"at"`
	Entry string    `json:"entry"` // id
	Parts []Hash    `json:"parts"` // in the order of the entry's header
}

// ClosedBody ends the inspection.
type ClosedBody struct {
	At time.Time `json:"at"`
}

func (Created) Kind() Kind      { return KindCreated }
func (ScheduleBody) Kind() Kind { return KindSchedule }
func (KeysBody) Kind() Kind     { return KindKeys }
func (AccountBody) Kind() Kind  { return KindAccount }
func (Exported) Kind() Kind     { return KindExported }
func (Erased) Kind() Kind       { return KindErased }
func (Restored) Kind() Kind     { return KindRestored }
func (ClosedBody) Kind() Kind   { return KindClosed }

func (b Created) When() time.Time      { return b.At }
func (b ScheduleBody) When() time.Time { return b.At }
func (b KeysBody) When() time.Time     { return b.At }
func (b AccountBody) When() time.Time  { return b.At }
func (b Exported) When() time.Time     { return b.At }
func (b Erased) When() time.Time       { return b.At }
func (b Restored) When() time.Time     { return b.At }
func (b ClosedBody) When() time.Time   { return b.At }

func (b Created) canonical() Body {
	b.At = instant(b.At)
	b.Inspection.Units = filled(b.Inspection.Units)
	return b
}
func (b ScheduleBody) canonical() Body { b.At = instant(b.At); return b }
func (b KeysBody) canonical() Body     { b.At = instant(b.At); return b }
func (b AccountBody) canonical() Body {
	b.At = instant(b.At)
	b.Roles = filled(b.Roles)
	return b
}
func (b Exported) canonical() Body { b.At = instant(b.At); return b }
func (b Erased) canonical() Body {
	b.At = instant(b.At)
	b.Parts = filled(b.Parts)
	return b
}
func (b Restored) canonical() Body   { b.At = instant(b.At); return b }
func (b ClosedBody) canonical() Body { b.At = instant(b.At); return b }
