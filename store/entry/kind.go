package entry

import "slices"

// A Kind says what an entry records. The set is closed: format v1 reserves
// all eighteen names, and unknown ones are refused.
type Kind string

// The kinds of format v1.
const (
	KindCreated   Kind = "created"    // the box: its origin, its verifier key, the inspection
	KindSchedule  Kind = "schedule"   // the schedule in force from here on
	KindKeys      Kind = "keys"       // the recipients in force from here on
	KindAccount   Kind = "account"    // an account made, changed or removed
	KindAccepted  Kind = "accepted"   // a report
	KindAdded     Kind = "added"      // text or files that a receipt holder added
	KindReplied   Kind = "replied"    // an answer to the receipt holder
	KindRead      Kind = "read"       // staff opened a report or an identity
	KindDenied    Kind = "denied"     // staff were refused something
	KindTriaged   Kind = "triaged"    // a changed state
	KindNoted     Kind = "noted"      // a note
	KindHandover  Kind = "handover"   // a report handed over
	KindCall      Kind = "call"       // a call record of the exchange
	KindExported  Kind = "exported"   // entries carried away by auditors
	KindClosedDay Kind = "closed-day" // the counts of a day
	KindErased    Kind = "erased"     // parts erased
	KindRestored  Kind = "restored"   // the box goes on from a backup, under a new origin
	KindClosed    Kind = "closed"     // the inspection is over
)

// Kinds lists every kind of format v1.
func Kinds() []Kind {
	return []Kind{
		KindCreated, KindSchedule, KindKeys, KindAccount, KindAccepted, KindAdded, KindReplied, KindRead, KindDenied,
		KindTriaged, KindNoted, KindHandover, KindCall, KindExported, KindClosedDay, KindErased, KindRestored, KindClosed,
	}
}

// Valid reports whether k is a kind of format v1.
func (k Kind) Valid() bool { _, ok := grammar[k]; return ok }

// Clear reports whether the entry's one part is clear JSON, a Body.
func (k Kind) Clear() bool { return grammar[k].parts == clearParts }

// Staff reports whether the entry must carry an account and its signature.
// Account, keys, exported, erased and closed entries may carry them; see State
// and Replies for which of those must.
func (k Kind) Staff() bool { return grammar[k].by == always }

// Arrival reports whether the header's date is the day on which something
// arrived, which may lie before the day of recording, as a ledger's calls do.
// The date of every other kind is the day of recording.
func (k Kind) Arrival() bool { return k == KindAccepted || k == KindAdded || k == KindCall }

// A presence says whether a kind has a field.
type presence int

const (
	never presence = iota
	may
	always
)

// A shape says which parts a kind has and in which order.
type shape int

const (
	clearParts  shape = iota + 1 // body
	reportParts                  // report, identity, file…, original…
	replyParts                   // reply, note; or, in older boxes, reply
	noteParts                    // note
	callParts                    // call
)

// grammar is the whole of format v1: what the header of each kind has.
var grammar = map[Kind]struct {
	parts   shape
	channel presence
	ref     presence
	by      presence
}{
	KindCreated:   {parts: clearParts},
	KindSchedule:  {parts: clearParts},
	KindKeys:      {parts: clearParts, by: may},
	KindAccount:   {parts: clearParts, by: may},
	KindAccepted:  {parts: reportParts, channel: always},
	KindAdded:     {parts: reportParts, channel: always, ref: always},
	KindReplied:   {parts: replyParts, ref: always, by: always},
	KindRead:      {parts: noteParts, ref: always, by: always},
	KindDenied:    {parts: noteParts, ref: always, by: always},
	KindTriaged:   {parts: noteParts, ref: always, by: always},
	KindNoted:     {parts: noteParts, ref: always, by: always},
	KindHandover:  {parts: noteParts, ref: always, by: always},
	KindCall:      {parts: callParts, channel: always},
	KindExported:  {parts: clearParts, by: may},
	KindClosedDay: {parts: clearParts},
	KindErased:    {parts: clearParts, by: may},
	KindRestored:  {parts: clearParts},
	KindClosed:    {parts: clearParts, by: may},
}

// A Role says what a part holds. The set is closed.
type Role string

// The roles of format v1.
const (
	RoleBody     Role = "body"     // clear JSON
	RoleReport   Role = "report"   // what the team reads
	RoleIdentity Role = "identity" // what tells who sent it
	RoleFile     Role = "file"     // an attachment, described in the report part
	RoleOriginal Role = "original" // a private file, described in the identity part
	RoleNote     Role = "note"
	RoleReply    Role = "reply"
	RoleCall     Role = "call"
)

// Roles lists every role of format v1.
func Roles() []Role {
	return []Role{RoleBody, RoleReport, RoleIdentity, RoleFile, RoleOriginal, RoleNote, RoleReply, RoleCall}
}

// Valid reports whether r is a role of format v1.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Blob reports whether the part is a sealed file, kept outside the database.
func (r Role) Blob() bool { return r == RoleFile || r == RoleOriginal }
