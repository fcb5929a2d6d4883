package mailpoll

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// A doubt is a message at which the connection broke or went silent. It may
// have been the network; but if it is the message, it must not keep all others
// waiting: it is asked for last, and alone.
type doubt struct {
	uid   imap.UID
	times int    // on so many days, while others came
	day   uint32 // the last of them, in days since 1970 (UTC)
}

const (
	// maxTimes is on how many days the connection may break at one message,
	// while others come, before the message is set aside unread. So an outage
	// sets nothing aside, however long.
	maxTimes = 3
	// pauseDoubt is how long a poller that goes on running leaves a message in
	// doubt alone: each time it costs the connection.
	pauseDoubt = time.Hour
	// narrower is by how much fewer messages are asked for in one command when
	// nobody can say at which of them the connection broke.
	narrower = 8
)

// asks is how many messages are asked for in one command.
func (p *place) asks() int {
	if p.few == 0 {
		return perFetch
	}
	return p.few
}

// widen asks for more again, once a command went well.
func (p *place) widen() {
	if p.few *= 2; p.few >= perFetch {
		p.few = 0
	}
}

// doubted is where a UID is, or would be, among the doubts.
func (p *place) doubted(uid imap.UID) (at int, is bool) {
	return slices.BinarySearchFunc(p.doubts, uid, func(d doubt, u imap.UID) int { return int(int64(d.uid) - int64(u)) })
}

// suspect goes past a UID at which the connection broke. It counts, once a day,
// only when proven: when the server did give others.
func (p *place) suspect(uid imap.UID, now time.Time, proven bool) {
	d := doubt{uid: uid}
	if i, is := p.doubted(uid); is {
		d = p.doubts[i]
	}
	if today := uint32(now.Unix() / (24 * 60 * 60)); proven && (d.times == 0 || d.day != today) {
		d.times, d.day = min(d.times+1, maxTimes), today
	}
	p.advance(uid)
	i, _ := p.doubted(uid)
	p.doubts = slices.Insert(p.doubts, i, d)
}

// broke notes that the connection broke when n messages were asked for, of
// which uid is the next that did not come; begun says that it had begun to,
// proven that in this session others did come. So the next pass asks for fewer,
// until it is known at which it breaks, and then for all others first. It
// returns err.
func (r *round) broke(ctx context.Context, uid imap.UID, n int, begun, proven bool, err error) error {
	if t := trouble(err); t != intake.ServerBroke && t != intake.ServerSilent || r.rehearsal {
		return err
	}
	next := r.at.clone()
	switch {
	case !begun && n > 1:
		next.few = max(1, n/narrower)
	case len(next.doubts) < maxDoubts || next.in(uid):
		next.suspect(uid, r.poller.o.Now(), proven)
	default:
		next.few = 1
	}
	next.leave(r.open)
	// A crash before this leaves the message where it was: the next pass breaks
	// at it once more.
	if stored := r.store(ctx, next, nil); stored != nil {
		return stored
	}
	return err
}

// in reports whether a UID is in doubt.
func (p *place) in(uid imap.UID) bool {
	_, is := p.doubted(uid)
	return is
}

// resolve sets aside the messages at which the connection always breaks, and
// asks once more for the others in doubt, each alone; those first that were not
// asked for the longest.
func (r *round) resolve(ctx context.Context) error {
	doubts := slices.Clone(r.at.doubts)
	slices.SortStableFunc(doubts, func(a, b doubt) int {
		return cmp.Or(b.times/maxTimes-a.times/maxTimes, r.poller.asked[a.uid].Compare(r.poller.asked[b.uid]))
	})
	for _, d := range doubts {
		if err := r.room(); err != nil {
			return err
		}
		now := r.poller.o.Now()
		switch last, asked := r.poller.asked[d.uid]; {
		case d.times >= maxTimes:
			if err := r.setAside(ctx, head{uid: d.uid}, intake.Unreadable, nil); err != nil {
				return err
			}
		case asked && now.Sub(last).Abs() < pauseDoubt:
			r.sum.Unread++
		default:
			r.poller.asked[d.uid] = now
			if err := r.some(ctx, []imap.UID{d.uid}); err != nil {
				return err
			}
			delete(r.poller.asked, d.uid)
		}
	}
	return r.remove(ctx)
}
