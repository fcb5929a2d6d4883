package desk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// An account that found something: a real one, but for what its reader finds out
// by comparing, which has tests of its own.
type finding struct {
	unlocked
	found triage.Calls
	err   error
	gate  chan struct{}
	runs  int
	alike map[string][]triage.Alike
}

func (f *finding) Calls(ctx context.Context, told func(done, total int)) (triage.Calls, error) {
	f.runs++
	if f.gate != nil {
		told(30, 100)
		select {
		case <-f.gate:
		case <-ctx.Done():
			return triage.Calls{}, ctx.Err()
		}
	}
	return f.found, f.err
}

func (f *finding) List(state triage.State, channel intake.Channel, offset, limit int) ([]triage.Row, int) {
	rows, n := f.unlocked.List(state, channel, offset, limit)
	for i := range rows {
		rows[i].Alike = f.alike[rows[i].ID]
	}
	return rows, n
}

func (f *finding) Read(ctx context.Context, id string) (triage.Case, error) {
	c, err := f.unlocked.Read(ctx, id)
	c.Alike = f.alike[id]
	return c, err
}

// finds is a desk whose accounts find what f says.
func finds(t testing.TB, b *box, f *finding, change func(*desk.Options)) *desk.Site {
	return b.site(t, func(o *desk.Options) {
		o.Unlock = func(ctx context.Context, name, passphrase string) (desk.Account, error) {
			a, err := b.unlock(ctx, name, passphrase)
			f.unlocked = a
			return f, err
		}
		if change != nil {
			change(o)
		}
	})
}

// some is what holding a ledger against call records may give.
func some(report string) triage.Calls {
	at := time.Date(2026, 9, 8, 1, 5, 9, 0, time.UTC)
	return triage.Calls{Total: 320, Answered: 240, Matched: 237, Reports: 250, Found: []triage.Call{
		{Index: 4, At: at, Seconds: 184, Callee: "801", Tail: "0417", Finding: intake.CallWithoutRecord},
		{Index: 5, At: at.Add(40 * time.Minute), Seconds: 59, Finding: intake.CallWithoutRecord},
		{Index: 6, At: at.Add(-3 * time.Hour), Seconds: 605, Callee: "802", Tail: "8800", Finding: intake.CallOutsideHours, Report: report, ReportAt: 12},
		{Index: 7, At: at, Finding: "of a newer version"},
	}}
}

// TestCalls: what the comparison finds is listed by what it is, with the report
// for those who may read it.
func TestCalls(t *testing.T) {
	b := newBox(t)
	b.hire(t, "keeper", triage.Custodian)
	id := b.call(t, "来电")
	f := &finding{found: some(id)}
	s := finds(t, b, f, nil)
	for _, l := range ui.Languages() {
		for name, passphrase := range map[string]string{leader: phrase, "keeper": other} {
			u := newBrowser(t, s, l)
			u.signIn(name, passphrase)
			f.found.ByDay = name == "keeper"
			page := u.follow(u.get(u.base+"calls")).wants(t, 200, "320", "240", "237", "250", says(l, "calls.without"), says(l, "calls.without-text"), says(l, "calls.outside-text"),
				"2026-09-08 09:05:09", "3:04", "801", "0417", "2026-09-08 09:45:09", "0:59", says(l, "calls.not-there"), says(l, "calls.withheld"),
				"2026-09-08 06:05:09", "10:05", says(l, "calls.report", "Number", int64(12)), says(l, "calls.as-of", "Time", "2026-09-08 11:00", "Zone", zone))
			if strings.Contains(page.text, `href="`+u.base+"report/"+id+`"`) != (name == leader) {
				t.Errorf("%s: the report is linked, or is not", name)
			}
			if strings.Contains(words(page.text), says(l, "calls.by-day")) != (name == "keeper") {
				t.Errorf("%s: what the account cannot compare is said, or is not", name)
			}
			before := f.runs
			u.follow(u.get(u.base + "calls"))
			if f.runs != before {
				t.Error("each load of the page compares again")
			}
			f.found.Unreadable = 3
			u.submit(page, u.base+"calls").wants(t, 200, says(l, "calls.unreadable", "Count", 3))
			f.found.Unreadable = 0
			if f.runs != before+1 {
				t.Error("the button does not compare again")
			}
		}
		f.found.Found = f.found.Found[:2]
		u := newBrowser(t, s, l)
		u.signIn(leader, phrase)
		u.follow(u.get(u.base+"calls")).wants(t, 200, says(l, "calls.outside-none"))
		f.found.Found = nil
		page := u.follow(u.get(u.base + "calls"))
		u.submit(page, u.base+"calls").wants(t, 200, says(l, "calls.without-none"), says(l, "calls.outside-none"))
		f.found = some(id)
	}
}

// TestNoCalls: over a real box without call records, the page says how they are
// brought in; and it is a custodian's.
func TestNoCalls(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	b.hire(t, "keeper", triage.Custodian)
	b.call(t, "来电")
	for _, takes := range []bool{false, true} {
		s := b.site(t, func(o *desk.Options) {
			if takes {
				o.Import = newRig(t, b).take
			}
		})
		for _, l := range ui.Languages() {
			for name, passphrase := range map[string]string{leader: phrase, "keeper": other} {
				u := newBrowser(t, s, l)
				u.signIn(name, passphrase).wants(t, 200, says(l, "calls.title"))
				page := u.follow(u.get(u.base+"calls")).wants(t, 200, says(l, "calls.none"), says(l, "calls.none-how"))
				if strings.Contains(page.text, says(l, "calls.none-upload")) != (takes && name == leader) {
					t.Errorf("%s: the page leads to the upload, or does not", name)
				}
			}
			u := newBrowser(t, s, l)
			if page := u.signIn("member", other); strings.Contains(words(page.text), " "+says(l, "calls.title")+" ") {
				t.Error("a member's menu has the calls")
			}
			u.follow(u.get(u.base+"calls")).wants(t, 403, says(l, "desk.forbidden"))
			u.post(u.base+"calls", formOf(t, u.get(u.base), u.base+"lock")).wants(t, 403)
		}
	}
}

// TestCallsTakeTime: while calls are opened the page says how far that is, and
// loads itself again; what fails is said, and what was found before stays.
func TestCallsTakeTime(t *testing.T) {
	for _, l := range ui.Languages() {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			f := &finding{found: some(""), gate: make(chan struct{})}
			s := finds(t, b, f, nil)
			u := newBrowser(t, s, l)
			u.signIn(leader, phrase)
			page := u.get(u.base+"calls").wants(t, 200, says(l, "calls.opening", "Done", 30, "Total", 100), says(l, "calls.opening-text"))
			if page.Header.Get("Refresh") != "2; url="+u.base+"calls?unattended=1" {
				t.Errorf("Refresh is %q", page.Header.Get("Refresh"))
			}
			close(f.gate)
			synctest.Wait()
			page = u.get(u.base+"calls").wants(t, 200, "320")
			f.gate, f.err = nil, fmt.Errorf("canary: %w", intake.ErrStopped)
			page = u.submit(page, u.base+"calls").wants(t, 200, says(l, "desk.stopped"), "320")
			if page.Header.Get("Refresh") != "" || strings.Contains(page.text, "canary") {
				t.Error("the page goes on being loaded, or repeats the error")
			}
			// Locking ends it.
			f.gate, f.err = make(chan struct{}), nil
			u.post(u.base+"calls", formOf(t, page, u.base+"calls"))
			u.submit(page, u.base+"lock").wants(t, 200)
			s.Close()
		})
	}
}

// TestInertCalls: what an exchange writes is shown, whatever it is.
func TestInertCalls(t *testing.T) {
	b := newBox(t)
	id := b.call(t, "来电")
	f := &finding{found: some(id)}
	for i := range f.found.Found {
		f.found.Found[i].Callee, f.found.Found[i].Tail = nasty, nasty
	}
	f.alike = map[string][]triage.Alike{id: {{Index: 1, ID: nasty}}}
	s := finds(t, b, f, nil)
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		u.plain = true
		inert(t, "the queue", u.signIn(leader, phrase))
		inert(t, "the report", u.get(u.base+"report/"+id))
		page := u.follow(u.get(u.base+"calls")).wants(t, 200, "<script>alert(1)")
		inert(t, "the calls", page)
		if strings.Contains(page.text, "\u202e") {
			t.Error("a number turns around what is beside it")
		}
	}
}
