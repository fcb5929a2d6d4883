package desk

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// calls is how a session holds the ledger against the call records, beside the
// requests. What was found is kept until the page is opened some time later: the
// first look opens every record, a later one those that came since. Its zero
// value is ready.
type calls struct {
	mu          sync.Mutex
	running     chan struct{} // closed when the run ends; nil between runs
	begun       time.Time     // when the last run began, and when it ended, by the machine's clock
	ended       time.Time
	at          time.Time // by the box's clock, when the last run that succeeded began
	done, total int
	found       triage.Calls
	trouble     refusal // what the last run met; without an id nothing
}

// A callsPage is what was found, or how far the search is.
type callsPage struct {
	Running     bool
	Done, Total int
	Trouble     refusal
	Calls       triage.Calls
	At          string // when it was found; empty when nothing was yet
	Lists       []callList
}

// maxCalls is how many calls of one finding a page lists. Where there are more,
// a ledger is missing, or a zone is wrong, and the first of them show which.
const maxCalls = 500

// A callList is the calls of one finding, the first maxCalls of them.
type callList struct {
	Name    string // without, outside
	Reports bool   // a report tells of them
	Count   int
	Calls   []foundCall
}

// Left is how many calls are not listed.
func (l callList) Left() int { return l.Count - len(l.Calls) }

// A foundCall is a call as people see it.
type foundCall struct {
	triage.Call
	When, Length string
}

// restOfCalls is how old what was found may be when somebody opens the page.
const restOfCalls = 10 * time.Second

// showCalls shows what was found to custodians, and looks if nobody has just now.
func (s *Site) showCalls(k call) error {
	if !who(k).Is(triage.Custodian) {
		return intake.ErrForbidden
	}
	q := &k.calls
	if q.old(k.QueryParams().Has(paramUnattended)) {
		s.startCalls(k.session)
	}
	p := s.callsFound(k.Request().Context(), q)
	if p.Running {
		again := ui.NewView(k.Request()).Link(pathOf(k.session)+"calls", paramUnattended, 1)
		k.Response().Header().Set("Refresh", "2; url="+again)
	}
	return s.show(k, http.StatusOK, "calls", p, nil)
}

// old reports whether it is time to look again. To a page that loads itself the
// end of the last run counts: one that took long would be followed by the next.
func (q *calls) old(unattended bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if unattended {
		return time.Since(q.ended) > restOfCalls
	}
	return time.Since(q.begun) > restOfCalls
}

// stale has the next who opens the page look again, however short ago the last
// one did: call records or a ledger have just come in.
func (q *calls) stale() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.begun = time.Time{}
}

// callsAgain looks once more.
func (s *Site) callsAgain(k call) error {
	if !who(k).Is(triage.Custodian) {
		return intake.ErrForbidden
	}
	s.startCalls(k.session)
	return s.goTo(k, pathOf(k.session)+"calls")
}

// startCalls begins a run unless there is one.
func (s *Site) startCalls(x *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &x.calls
	q.mu.Lock()
	defer q.mu.Unlock()
	if s.closed || x.over() || q.running != nil {
		return
	}
	running, at := make(chan struct{}), s.options.Now()
	q.running, q.begun, q.done, q.total = running, time.Now(), 0, 0
	s.work.Go(func() {
		defer close(running)
		found, err := x.account.Calls(x.ctx, func(done, total int) {
			q.mu.Lock()
			q.done, q.total = done, total
			q.mu.Unlock()
		})
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running, q.ended = nil, time.Now()
		if err != nil {
			q.trouble = s.failed(err, "calls were not compared", false)
			return
		}
		q.found, q.at, q.trouble = found, at, refusal{}
	})
}

// callsFound waits a moment for a run to end, and returns what is to be shown.
func (s *Site) callsFound(ctx context.Context, q *calls) callsPage {
	q.mu.Lock()
	running := q.running
	q.mu.Unlock()
	if running != nil {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-running:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	p := callsPage{Running: q.running != nil, Done: q.done, Total: q.total, Trouble: q.trouble, Calls: q.found, At: s.moment(q.at, "2006-01-02 15:04")}
	p.Lists = []callList{{Name: "without"}, {Name: "outside", Reports: true}}
	for _, c := range q.found.Found {
		list := &p.Lists[0]
		switch c.Finding {
		case intake.CallWithoutRecord:
		case intake.CallOutsideHours:
			list = &p.Lists[1]
		default:
			continue
		}
		if list.Count++; list.Count > maxCalls {
			continue
		}
		list.Calls = append(list.Calls, foundCall{c, s.moment(c.At, "2006-01-02 15:04:05"), fmt.Sprintf("%d:%02d", c.Seconds/60, c.Seconds%60)})
	}
	return p
}
