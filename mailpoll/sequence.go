package mailpoll

import (
	"context"
	"errors"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// perSequence is how many messages one pass asks for by their numbers.
const perSequence = 200

// bySequence fetches one message by its number in the mailbox, and hands it to
// each; given says that it came. RFC 3501 section 7.4.2 fixes no order for what
// a FETCH answers, but go-imap gives a body to who has asked for the UID only
// where the UID comes before it. The number is asked for at once before, and the
// UID tells whether it was still that message's.
func (s *session) bySequence(ctx context.Context, h head, most int64, each func(letter) error) (given bool, err error) {
	var numbers imap.SeqSet
	err = s.ask(ctx, listing, func() error {
		data, err := s.client.Search(&imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(h.uid)}}, nil).Wait()
		if err == nil {
			numbers, _ = data.All.(imap.SeqSet)
		}
		return err
	})
	if err != nil || len(numbers) != 1 || numbers[0].Start == 0 || numbers[0].Start != numbers[0].Stop {
		return false, quiet(err)
	}
	var l letter
	var uid imap.UID
	var own error
	section := &imap.FetchItemBodySection{Peek: true}
	err = s.ask(ctx, bodily(most, 0), func() error {
		cmd := s.client.Fetch(numbers, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				if u, is := item.(imapclient.FetchItemDataUID); is {
					uid = u.UID
				}
				b, is := item.(imapclient.FetchItemDataBodySection)
				if !is || l.raw != nil || own != nil || b.Literal == nil || !b.MatchCommand(section) || b.Literal.Size() == 0 && h.size > 0 {
					continue
				}
				var err error
				if l, err = s.letter(h, b.Literal, most, &own); own != nil {
					s.dead = true
					_ = s.wire.Close() // as in bodies
				} else if err != nil {
					return err
				}
			}
		}
		return cmd.Close()
	})
	if own != nil {
		err = own
	}
	if l.raw == nil {
		return false, quiet(err)
	}
	if err != nil || uid != h.uid {
		return false, errors.Join(quiet(err), l.raw.Close())
	}
	return true, each(l)
}

// quiet is an error that is no refusal.
func quiet(err error) error {
	if refusal(err) != nil {
		return nil
	}
	return err
}
