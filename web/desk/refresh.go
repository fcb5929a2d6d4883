package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"dengwen/intake"
)

const (
	// restBetween is how old the queue may be when a page lists it.
	restBetween = 3 * time.Second
	// patience is how long a page waits for the queue before it shows how far
	// that has come. What came since the last look takes a fraction of it; the
	// first look of all may open thousands of reports.
	patience = time.Second
)

// A refresh is how a session's queue is brought up to date, beside the requests
// that list it. Its zero value is ready.
type refresh struct {
	mu      sync.Mutex
	running chan struct{} // closed when the run ends; nil between runs
	begun   time.Time     // when the last run that succeeded began
	now     progress
}

// progress is how far a queue is.
type progress struct {
	Ready       bool // it was up to date once
	Running     bool
	Done, Total int    // entries of the run
	Fault       string // id of what the last run met
}

// refreshRows brings the queue up to date, unless it was just now, and returns
// how far it came within a moment.
func (s *Site) refreshRows(ctx context.Context, x *session) progress {
	if running := s.startRefresh(x); running != nil {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-running:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	x.rows.mu.Lock()
	defer x.rows.mu.Unlock()
	p := x.rows.now
	p.Running = x.rows.running != nil
	return p
}

// stale has the next page that lists reports look for new ones, however short
// ago the last one did: somebody has just sent some in.
func (q *refresh) stale() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.begun = time.Time{}
}

// startRefresh returns what is closed when the run ends; nil if none is needed.
func (s *Site) startRefresh(x *session) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &x.rows
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running != nil {
		return q.running
	}
	if s.closed || x.over() || time.Since(q.begun) < restBetween {
		return nil
	}
	running, begun := make(chan struct{}), time.Now()
	q.running = running
	q.now.Done, q.now.Total = 0, 0
	s.work.Go(func() {
		err := x.account.Sync(x.ctx, func(done, total int) {
			q.mu.Lock()
			q.now.Done, q.now.Total = done, total
			q.mu.Unlock()
		})
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running = nil
		switch {
		case err == nil:
			q.now.Ready, q.now.Fault, q.begun = true, "", begun
		case errors.Is(err, intake.ErrDamaged), errors.Is(err, intake.ErrKey), errors.Is(err, intake.ErrVersion):
			// Single entries do not open; all the others are there.
			q.now.Ready, q.now.Fault, q.begun = true, "desk.rows-damaged", begun
		default:
			q.now.Fault = "desk.rows-old"
		}
		close(running)
	})
	return running
}
