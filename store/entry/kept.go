package entry

import (
	"fmt"

	"dengwen/intake"
)

// Places of the parts of a replied entry.
const (
	ReplyPart = 0 // what the receipt's holder reads, and may delete
	KeptPart  = 1 // the team's copy of it; entries of before it was written have none
)

// KeepsReply reports whether the entry is a reply with a copy that stays when
// the receipt's holder deletes the reply.
func (h Header) KeepsReply() bool { return h.Kind == KindReplied && len(h.Parts) > KeptPart }

// Replies follows the replies of a log and which of them their receivers have
// deleted. Nobody signs for that: whoever holds a receipt has no account, and
// the box that serves them no key of one. So an erased entry without a
// signature may say one thing only, that the reply part of one reply is gone,
// and only of a reply whose copy stays. Whatever else is erased has a leader's
// name under it. The zero Replies is that of an empty log.
type Replies struct {
	kept map[entryID]keptReply
}

type keptReply struct {
	reply   Hash // of the reply part
	deleted bool
}

// Written takes in the header of an entry with sealed parts.
func (r *Replies) Written(h Header) {
	if !h.KeepsReply() {
		return
	}
	if r.kept == nil {
		r.kept = map[entryID]keptReply{}
	}
	id := parseID(h.ID)
	if _, twice := r.kept[id]; !twice { // an id is its first entry's
		r.kept[id] = keptReply{reply: h.Parts[ReplyPart].SHA256}
	}
}

// Erased takes in an erased entry. One that nobody signed and that is not the
// deletion of an earlier reply wraps intake.ErrInvalid.
func (r *Replies) Erased(h Header, b Erased) error {
	if h.By != "" {
		return nil
	}
	id := parseID(b.Entry)
	k, ok := r.kept[id]
	switch {
	case !ok:
		return broken("not signed, and %s is no earlier reply with a copy that stays", b.Entry)
	case len(b.Parts) != 1 || b.Parts[0] != k.reply:
		return broken("not signed, and it names more than the reply part of %s, or another", b.Entry)
	case k.deleted:
		return broken("the reply %s was deleted before", b.Entry)
	}
	k.deleted = true
	r.kept[id] = k
	return nil
}

// Deleted reports whether the reply with this header was deleted by its
// receiver.
func (r *Replies) Deleted(h Header) bool { return h.KeepsReply() && r.kept[parseID(h.ID)].deleted }

// Kept is the team's copy of a reply, with the same instant and text.
func (r Reply) Kept() *Note { return &Note{At: r.At, Text: r.Text} }

// SameAs checks that the copy of a reply says what the reply says; the error
// wraps intake.ErrDamaged. Both are signed by who wrote them, who could have
// told the holder one thing and the team another.
func (r Reply) SameAs(kept Note) error {
	if kept.At.Equal(r.At) && kept.Text == r.Text {
		return nil
	}
	return fmt.Errorf("the reply and the copy of it differ: %w", intake.ErrDamaged)
}
