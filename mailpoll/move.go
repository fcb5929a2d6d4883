package mailpoll

import (
	"cmp"
	"context"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// removes reports whether the server can take single messages out of a
// mailbox: by MOVE (RFC 6851) or by UID EXPUNGE (RFC 4315). A plain EXPUNGE
// would also take what somebody else has marked.
func (s *session) removes() bool { return s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus) }

// moved is what became of messages that were to be moved. Where the server has
// no MOVE they were copied, and must still be taken out.
type moved struct {
	out      imap.UIDSet // certainly out of the mailbox
	copied   imap.UIDSet // certainly in the folder, too
	told     imap.UIDSet // of both, the ones whose UIDs in the folder the server has told
	into     imap.UIDSet // these UIDs
	validity uint32      // of the folder
	refused  error       // why the others are not
}

// move puts messages into a folder. A folder that is not there is made, once in
// a session. What the server refuses to move stays, which is no error.
func (s *session) move(ctx context.Context, uids []imap.UID, to string) (m moved, err error) {
	var unmade *imap.Error
	m, err = s.shift(ctx, uids, to)
	if refusal(err) != nil && !s.made[to] {
		s.made[to] = true
		err = s.ask(ctx, briefly, func() error { return s.client.Create(to, nil).Wait() })
		unmade = refusal(err)
		if err == nil || unmade != nil { // it may be there, and the refusal have another reason
			m, err = s.shift(ctx, uids, to)
		}
	}
	no := refusal(err)
	if err != nil && no == nil {
		return m, err
	}
	if no != nil && len(uids) > 1 && !overQuota(no) && !busy(no) && !missing(no) && s.refusals < mostRefusals {
		s.refusals++ // perhaps because of one of them
		return s.halved(ctx, uids, to)
	}
	unsure := slices.DeleteFunc(slices.Clone(uids), func(u imap.UID) bool { return m.out.Contains(u) || m.copied.Contains(u) })
	there, err := s.present(ctx, unsure)
	if err != nil {
		return m, err
	}
	m.out.AddSet(outOf(unsure, there))
	switch {
	case len(there) == 0:
	case no != nil && unmade != nil && missing(no):
		m.refused = s.unmade(unmade, to)
	default:
		m.refused = s.unmoved(no, to)
	}
	return m, nil
}

// halved moves two halves of the messages, one after the other.
func (s *session) halved(ctx context.Context, uids []imap.UID, to string) (all moved, err error) {
	for half := range halves(uids) {
		m, err := s.move(ctx, half, to)
		if err != nil {
			return all, err
		}
		all.out.AddSet(m.out)
		all.copied.AddSet(m.copied)
		if m.validity != 0 {
			all.validity = m.validity
			all.told.AddSet(m.told)
			all.into.AddSet(m.into)
		}
		all.refused = cmp.Or(m.refused, all.refused)
	}
	return all, nil
}

// shift moves or copies messages once. Of those that it does not say are out,
// some may be out as well.
func (s *session) shift(ctx context.Context, uids []imap.UID, to string) (m moved, err error) {
	set := imap.UIDSetNum(uids...)
	err = s.ask(ctx, moving, func() error {
		if s.caps.Has(imap.CapMove) {
			data, err := s.client.Move(set, to).Wait()
			if err == nil {
				source, _ := data.SourceUIDs.(imap.UIDSet)
				into, _ := data.DestUIDs.(imap.UIDSet)
				m = told(uids, source, into, data.UIDValidity)
				m.out = among(uids, source)
			}
			return err
		}
		data, err := s.client.Copy(set, to).Wait()
		if err == nil {
			m = told(uids, data.SourceUIDs, data.DestUIDs, data.UIDValidity)
			if m.copied = set; len(data.SourceUIDs) > 0 { // else the server does not say
				m.copied = among(uids, data.SourceUIDs)
			}
		}
		return err
	})
	return m, err
}

// takeOut removes messages that were copied, and says which of them are
// certainly out; no is why the others are not, if the server refused.
func (s *session) takeOut(ctx context.Context, uids []imap.UID) (out imap.UIDSet, no *imap.Error, err error) {
	set := imap.UIDSetNum(uids...)
	err = s.erase(ctx, set)
	if no = refusal(err); err != nil && no == nil {
		return nil, nil, err
	}
	there, err := s.present(ctx, uids)
	return outOf(uids, there), no, err
}

// erase removes messages from the selected mailbox, and no others. It sets
// \Deleted, the only flag that is ever set.
func (s *session) erase(ctx context.Context, set imap.UIDSet) error {
	err := s.ask(ctx, moving, func() error {
		return s.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close()
	})
	if err != nil {
		return err
	}
	return s.ask(ctx, moving, func() error { return s.client.UIDExpunge(set).Close() })
}

// outOf is which of the UIDs a set has not.
func outOf(uids []imap.UID, there imap.UIDSet) (gone imap.UIDSet) {
	for _, uid := range uids {
		if !there.Contains(uid) {
			gone.AddNum(uid)
		}
	}
	return gone
}

// told takes from COPYUID where messages are now, if it is about no others and
// there are as many there as here.
func told(uids []imap.UID, source, into imap.UIDSet, validity uint32) (m moved) {
	ours := among(uids, source)
	if n := size(source); n == 0 || n != size(into) || n != size(ours) || validity == 0 {
		return moved{}
	}
	return moved{told: ours, into: into, validity: validity}
}

// among is which of the UIDs a set from the server has.
func among(uids []imap.UID, set imap.UIDSet) (both imap.UIDSet) {
	for _, uid := range uids {
		if set.Contains(uid) {
			both.AddNum(uid)
		}
	}
	return both
}
