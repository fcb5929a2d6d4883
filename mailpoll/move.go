package mailpoll

import (
	"context"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// removes reports whether the server can take single messages out of a
// mailbox: by MOVE (RFC 6851) or by UID EXPUNGE (RFC 4315). A plain EXPUNGE
// would also take what somebody else has marked.
func (s *session) removes() bool { return s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus) }

// moved is what became of messages that were to be moved.
type moved struct {
	out      imap.UIDSet // certainly out of the mailbox
	told     imap.UIDSet // of those, the ones whose UIDs in the folder the server has told
	into     imap.UIDSet // these UIDs
	validity uint32      // of the folder
	refused  error       // why the others are not
}

// move puts messages into a folder, and says which of them are certainly out
// of the mailbox. A folder that is not there is made, once in a session. What
// the server refuses to move stays, which is no error. Where the server has no
// MOVE and the connection breaks between COPY and UID EXPUNGE, the folder ends
// up with a second copy; the mailbox never loses what the folder has not.
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
	unsure := slices.DeleteFunc(slices.Clone(uids), func(u imap.UID) bool { return m.out.Contains(u) })
	there, err := s.present(ctx, unsure)
	if err != nil {
		return m, err
	}
	for _, uid := range unsure {
		if !there.Contains(uid) {
			m.out.AddNum(uid)
		}
	}
	switch {
	case len(there) == 0:
	case no != nil && unmade != nil && missing(no):
		m.refused = s.unmade(unmade, to)
	default:
		m.refused = s.unmoved(no, to)
	}
	return m, nil
}

// shift moves messages once. Of those that it does not say are out, some may
// be out as well.
func (s *session) shift(ctx context.Context, uids []imap.UID, to string) (m moved, err error) {
	set := imap.UIDSetNum(uids...)
	if !s.caps.Has(imap.CapMove) {
		return s.copyOut(ctx, uids, to)
	}
	err = s.ask(ctx, moving, func() error {
		data, err := s.client.Move(set, to).Wait()
		if err == nil {
			source, _ := data.SourceUIDs.(imap.UIDSet)
			into, _ := data.DestUIDs.(imap.UIDSet)
			m = told(uids, source, into, data.UIDValidity)
			m.out = slices.Clone(among(uids, source))
		}
		return err
	})
	return m, err
}

// copyOut copies messages to a folder, and removes those that were copied:
// where the server lists them (COPYUID), no others.
func (s *session) copyOut(ctx context.Context, uids []imap.UID, to string) (m moved, err error) {
	set := imap.UIDSetNum(uids...)
	err = s.ask(ctx, moving, func() error {
		data, err := s.client.Copy(set, to).Wait()
		if err == nil && len(data.SourceUIDs) > 0 {
			m = told(uids, data.SourceUIDs, data.DestUIDs, data.UIDValidity)
			set = among(uids, data.SourceUIDs)
		}
		return err
	})
	if err != nil || len(set) == 0 {
		return m, err
	}
	err = s.ask(ctx, moving, func() error { return s.mark(set) })
	if err != nil {
		return m, err
	}
	return m, s.ask(ctx, moving, func() error { return s.client.UIDExpunge(set).Close() })
}

// mark sets \Deleted, the only flag that is ever set.
func (s *session) mark(set imap.UIDSet) error {
	return s.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close()
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
