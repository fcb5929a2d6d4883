package mailpoll

import (
	"context"

	"github.com/emersion/go-imap/v2"
)

// removes reports whether the server can take single messages out of a
// mailbox: by MOVE (RFC 6851) or by UID EXPUNGE (RFC 4315). A plain EXPUNGE
// would also take what somebody else has marked.
func (s *session) removes() bool { return s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus) }

// move puts messages into a folder, and says which of them are certainly out
// of the mailbox. A folder that is not there is made, once in a session. What
// the server refuses to move stays, which is no error. Where the server has no
// MOVE and the connection breaks between COPY and UID EXPUNGE, the folder ends
// up with a second copy; the mailbox never loses what the folder has not.
func (s *session) move(ctx context.Context, uids []imap.UID, to string) (out imap.UIDSet, err error) {
	out, err = s.shift(ctx, uids, to)
	if refusal(err) != nil && !s.made[to] {
		s.made[to] = true
		err = s.ask(ctx, briefly, func() error { return s.client.Create(to, nil).Wait() })
		if err == nil || refusal(err) != nil { // it may be there, and the refusal have another reason
			out, err = s.shift(ctx, uids, to)
		}
	}
	if err != nil && refusal(err) == nil {
		return nil, err
	}
	var unsure []imap.UID
	for _, uid := range uids {
		if !out.Contains(uid) {
			unsure = append(unsure, uid)
		}
	}
	there, err := s.present(ctx, unsure)
	if err != nil {
		return nil, err
	}
	for _, uid := range unsure {
		if !there.Contains(uid) {
			out.AddNum(uid)
		}
	}
	return out, nil
}

// shift moves messages once. confirmed are those that the server says it has
// moved; the others may be gone as well.
func (s *session) shift(ctx context.Context, uids []imap.UID, to string) (confirmed imap.UIDSet, err error) {
	set := imap.UIDSetNum(uids...)
	if !s.caps.Has(imap.CapMove) {
		return nil, s.copyOut(ctx, set, to)
	}
	err = s.ask(ctx, moving, func() error {
		data, err := s.client.Move(set, to).Wait()
		if err == nil {
			confirmed = among(uids, data.SourceUIDs)
		}
		return err
	})
	return confirmed, err
}

// copyOut copies messages to a folder, and removes those that were copied:
// where the server lists them (COPYUID), no others.
func (s *session) copyOut(ctx context.Context, set imap.UIDSet, to string) error {
	err := s.ask(ctx, moving, func() error {
		data, err := s.client.Copy(set, to).Wait()
		if err == nil && len(data.SourceUIDs) > 0 {
			uids, _ := set.Nums()
			set = among(uids, data.SourceUIDs)
		}
		return err
	})
	if err != nil || len(set) == 0 {
		return err
	}
	err = s.ask(ctx, moving, func() error {
		return s.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close()
	})
	if err != nil {
		return err
	}
	return s.ask(ctx, moving, func() error { return s.client.UIDExpunge(set).Close() })
}

// among is which of the UIDs a set from the server has.
func among(uids []imap.UID, set imap.NumSet) (both imap.UIDSet) {
	if list, is := set.(imap.UIDSet); is {
		for _, uid := range uids {
			if list.Contains(uid) {
				both.AddNum(uid)
			}
		}
	}
	return both
}
