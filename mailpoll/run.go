package mailpoll

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"
)

const (
	leastPause = 2 * time.Second // before the first new attempt to connect
	mostPause  = 5 * time.Minute
	breath     = time.Second // between two passes, however fast mail comes
)

// Run makes passes until ctx ends, and returns nil then. Between them it waits
// for Options.Every, or by IDLE until mail comes. A connection that fails is
// made again, after a pause that grows from two seconds to five minutes and is
// never the same for two pollers. first, which may be nil, is called once:
// after the first pass that ended, well or not.
func (p *Poller) Run(ctx context.Context, first func()) error {
	passed := func() {
		if first != nil {
			first()
			first = nil
		}
	}
	for pause := leastPause; ; {
		good := p.stay(ctx, passed)
		passed()
		if good {
			pause = leastPause
		}
		if !sleep(ctx, pause/2+rand.N(pause/2)) {
			return nil
		}
		pause = min(2*pause, mostPause)
	}
}

// stay makes passes over one session until it fails, and reports whether one
// of them was good.
func (p *Poller) stay(ctx context.Context, passed func()) (good bool) {
	s, err := p.connect(ctx)
	if err != nil {
		p.note(ctx, newSummary(), err)
		return false
	}
	p.connected(true)
	defer p.connected(false)
	defer s.close(ctx)
	for {
		_, err := p.look(ctx, s)
		passed()
		if err != nil && !lasting(err) {
			return good
		}
		good = true
		if s.rest(ctx, p.o.Every) != nil || ctx.Err() != nil {
			return good
		}
	}
}

// rest waits until it is time for the next pass, or mail comes. A server that
// refuses IDLE is not asked again.
func (s *session) rest(ctx context.Context, every time.Duration) error {
	if !sleep(ctx, min(breath, every)) {
		return nil
	}
	due, cancel := context.WithTimeout(ctx, every-min(breath, every))
	defer cancel()
	if s.caps.Has(imap.CapIdle) && !s.noIdle {
		err := s.idle(ctx, due.Done())
		if refusal(err) == nil {
			return err
		}
		s.noIdle = true
	}
	select {
	case <-due.Done():
		return nil
	case <-s.client.Closed():
		return s.wire.broken(ctx, s.address)
	}
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
