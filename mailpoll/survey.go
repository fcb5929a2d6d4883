package mailpoll

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

const (
	perFetch = 500    // UIDs in one command: its line stays under the 8,000 octets of RFC 2683 section 3.2.1.5
	perPass  = 50_000 // messages that one pass looks at; the next one goes on
)

// A head is what is known of a message before its body is read.
type head struct {
	uid     imap.UID
	arrived time.Time // INTERNALDATE
	size    int64     // RFC822.SIZE, as the server claims it
	outcome intake.Outcome
}

// search is which UIDs from low on the mailbox has. The asterisk in low:*
// stands for the last message even when its UID is below low.
func (s *session) search(ctx context.Context, low imap.UID) (imap.UIDSet, error) {
	return s.searched(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: low}}}})
}

// above lists the UIDs in a set that come after one, in ascending order, at
// most perPass: a server may say that it has four billion.
func above(uid imap.UID, set imap.UIDSet) (uids []imap.UID) {
	for _, r := range set {
		for u := max(uint64(r.Start), uint64(uid)+1); u <= uint64(r.Stop) && len(uids) < perPass; u++ {
			uids = append(uids, imap.UID(u))
		}
	}
	return uids
}

// present is which of the UIDs are still in the mailbox.
func (s *session) present(ctx context.Context, uids []imap.UID) (there imap.UIDSet, err error) {
	for few := range slices.Chunk(uids, perFetch) {
		found, err := s.searched(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(few...)}})
		if err != nil {
			return nil, err
		}
		there.AddSet(found)
	}
	return there, nil
}

func (s *session) searched(ctx context.Context, what *imap.SearchCriteria) (found imap.UIDSet, err error) {
	err = s.ask(ctx, listing, func() error {
		data, err := s.client.UIDSearch(what, nil).Wait()
		if err == nil {
			found, _ = data.All.(imap.UIDSet)
		}
		return err
	})
	return found, s.refused("SEARCH", err)
}

// heads fetches what is known of some messages, at most perFetch. What the
// server does not tell of, or not whole, is missing in the result, which holds
// what came also when an error ended it.
func (s *session) heads(ctx context.Context, uids []imap.UID) (map[imap.UID]head, error) {
	heads := map[imap.UID]head{}
	err := s.ask(ctx, briefly, func() error {
		cmd := s.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			data, err := msg.Collect()
			if err == nil && data.UID != 0 && !data.InternalDate.IsZero() {
				heads[data.UID] = head{uid: data.UID, arrived: data.InternalDate, size: data.RFC822Size}
				s.headsGiven++
			}
		}
		return cmd.Close()
	})
	return heads, err
}

// surveyed is what is known of some messages, in their order, with what the
// schedule says of their arrival, so that a message whose time has not come is
// not read each time. One that the server does not tell of has no arrival.
func (r *round) surveyed(ctx context.Context, uids []imap.UID) ([]head, error) {
	refused := r.refusals
	known, err := r.known(ctx, uids)
	if err != nil {
		return nil, err
	}
	if len(known) == 0 && len(uids) > 1 && r.refusals > refused {
		r.trouble = r.session.refuses("FETCH")
	}
	var heads []head
	var probes []*intake.Report
	for _, u := range uids {
		if h, is := known[u]; is {
			probes = append(probes, probe(h.arrived, nil))
		}
	}
	outcomes, err := r.poller.verdicts(ctx, probes)
	if err != nil {
		return nil, err
	}
	for _, u := range uids {
		h, is := known[u]
		if is {
			h.outcome, outcomes = outcomes[0], outcomes[1:]
		}
		h.uid = u
		heads = append(heads, h)
	}
	return heads, nil
}

// mostRefusals bounds the commands of one pass that look for the one message
// which the server refuses to give.
const mostRefusals = 40

// known asks for the heads of messages. A server may refuse the whole command
// because of one of them: then each half is asked for, down to that one.
func (r *round) known(ctx context.Context, uids []imap.UID) (map[imap.UID]head, error) {
	known, err := r.session.heads(ctx, uids)
	missing := slices.DeleteFunc(slices.Clone(uids), func(u imap.UID) bool { _, is := known[u]; return is })
	switch {
	case err == nil:
		return known, nil
	case refusal(err) == nil:
		return nil, r.broke(ctx, append(missing, uids[0])[0], len(uids), false, r.session.headsGiven > 0, err)
	}
	if r.refusals++; r.refusals > mostRefusals {
		return nil, r.session.refused("FETCH", err)
	}
	if len(uids) == 1 {
		return known, nil
	}
	for half := range halves(missing) {
		more, err := r.known(ctx, half)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, more)
	}
	return known, nil
}

// halves are the two halves of a list; of an empty one there are none.
func halves[T any](list []T) iter.Seq[[]T] { return slices.Chunk(list, max(1, (len(list)+1)/2)) }

// probe is a report that stands for a message in a question to the box.
func probe(at time.Time, meaning []byte) *intake.Report {
	return &intake.Report{Channel: intake.Mail, Arrived: at, Text: "-", Source: intake.Source{Meaning: meaning}}
}

// verdicts asks the box what became, or would become, of some probes.
func (p *Poller) verdicts(ctx context.Context, probes []*intake.Report) (list []intake.Outcome, err error) {
	err = p.box.SubmitAll(ctx, true, func(yield func(*intake.Report, error) bool) {
		for _, r := range probes {
			if !yield(r, nil) {
				return
			}
		}
	}, func(_ int, o intake.Outcome) { list = append(list, o) })
	return list, err
}
