package mailpoll

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	leastPause = 2 * time.Second // before the first new attempt to connect
	mostPause  = 5 * time.Minute
	breath     = time.Second // between two passes, however fast mail comes
	steady     = time.Minute // what lasted as long was no bad connection
)

// Run makes passes until ctx ends, and returns nil then. Between them it waits
// for Options.Every, or by IDLE until mail comes. A connection that fails is
// made again, after a pause that grows from two seconds to five minutes and is
// never the same for two pollers.
func (p *Poller) Run(ctx context.Context) error {
	for pause := leastPause; ; {
		if p.stay(ctx) {
			pause = leastPause
		}
		if !sleep(ctx, pause/2+rand.N(pause/2)) {
			return nil
		}
		pause = min(2*pause, mostPause)
	}
}

// stay makes passes over one session until it fails, and reports whether it
// was good for something: it lasted, or brought mail in. A server that lets us
// in and breaks off at once, time after time, is not asked ever faster.
func (p *Poller) stay(ctx context.Context) (good bool) {
	s, err := p.connect(ctx)
	if err != nil {
		p.note(ctx, time.Time{}, newSummary(), err)
		return false
	}
	p.connected(true)
	defer p.connected(false)
	defer s.close(ctx)
	began := time.Now()
	for news, calm := false, breath; ; {
		sum, err := p.look(ctx, s)
		gained := sum.Read > sum.Future
		good = good || gained || time.Since(began) >= steady
		if err != nil && (!lasting(err) || s.dead) {
			return good
		}
		if news && !gained { // it cried wolf
			calm = min(2*calm, p.o.Every)
		} else {
			calm = breath
		}
		if news, err = s.rest(ctx, calm, p.o.Every); err != nil || ctx.Err() != nil {
			return good || time.Since(began) >= steady
		}
	}
}

// rest waits until it is time for the next pass, or mail comes after calm. A
// server that refuses IDLE is not asked again.
func (s *session) rest(ctx context.Context, calm, every time.Duration) (news bool, err error) {
	if !sleep(ctx, min(calm, every)) {
		return false, nil
	}
	due, cancel := context.WithTimeout(ctx, every-min(calm, every))
	defer cancel()
	if s.caps.Has(imap.CapIdle) && !s.noIdle {
		news, err := s.idle(ctx, due.Done())
		if refusal(err) == nil {
			return news, err
		}
		s.noIdle = true
	}
	select {
	case <-due.Done():
		return false, nil
	case <-s.client.Closed():
		return false, s.wire.broken(ctx, s.address)
	}
}

// idle waits until mail comes or done ends, by IDLE (RFC 2177). NOOP goes
// before it: not every server tells once more, when IDLE begins, of mail that
// came since the last command.
func (s *session) idle(ctx context.Context, done <-chan struct{}) (news bool, err error) {
	err = s.ask(ctx, briefly, func() error { return s.client.Noop().Wait() })
	if err != nil && refusal(err) == nil {
		return false, err
	}
	var cmd *imapclient.IdleCommand
	err = s.ask(ctx, briefly, func() (err error) {
		cmd, err = s.client.Idle()
		return err
	})
	if err != nil {
		return false, err
	}
	select {
	case <-s.news:
		news = true
	case <-done:
	case <-ctx.Done():
	case <-s.client.Closed():
	}
	return news, s.ask(ctx, briefly, func() error {
		if err := cmd.Close(); err != nil {
			return err
		}
		return cmd.Wait()
	})
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
