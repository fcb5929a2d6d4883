package desk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// unlocked is an account under a name that none of its methods has.
type unlocked = desk.Account

// A failing account is a real one whose calls fail, where a test says so.
type failing struct {
	unlocked
	note, accounts, sync error
	gate                 chan struct{} // Sync waits for it
	before               func()        // of Note
	file                 func(io.ReadCloser) io.ReadCloser
}

func (f *failing) File(ctx context.Context, id string, part int) (triage.Attachment, io.ReadCloser, error) {
	a, r, err := f.unlocked.File(ctx, id, part)
	if err == nil && f.file != nil {
		r = f.file(r)
	}
	return a, r, err
}

func (f *failing) Note(ctx context.Context, id, text string) error {
	if f.before != nil {
		f.before()
	}
	if f.note != nil {
		return f.note
	}
	return f.unlocked.Note(ctx, id, text)
}

func (f *failing) Accounts(ctx context.Context) ([]triage.Account, error) {
	if f.accounts != nil {
		return nil, f.accounts
	}
	return f.unlocked.Accounts(ctx)
}

func (f *failing) Sync(ctx context.Context, told func(done, total int)) error {
	if f.gate != nil {
		told(300, 1000)
		select {
		case <-f.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if f.sync != nil {
		return f.sync
	}
	return f.unlocked.Sync(ctx, told)
}

// siteOver is a desk whose one account fails as f says.
func siteOver(t testing.TB, b *box, f *failing) *desk.Site {
	return b.site(t, func(o *desk.Options) {
		o.Unlock = func(ctx context.Context, name, passphrase string) (desk.Account, error) {
			a, err := b.unlock(ctx, name, passphrase)
			f.unlocked = a
			return f, err
		}
	})
}

// TestRefusals: whatever a call fails with, there is a page that says what to
// do, in both languages, and what was typed; the log has the kind of it and no
// more.
func TestRefusals(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	f := &failing{}
	s := siteOver(t, b, f)
	all := append(desk.Refusals(), desk.Refusal{Err: errors.New("something else"), Status: 500, ID: "desk.unknown"})
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		u.signIn(leader, phrase)
		report := u.base + "report/" + id
		page := u.get(report)
		for _, r := range all {
			f.note = fmt.Errorf("the canary of %s: %w", id, r.Err)
			a := u.submit(page, report+"/note", "text", "写下的备注").wants(t, r.Status, says(l, r.ID), says(l, "desk.typed"), "写下的备注")
			if strings.Contains(a.text, "canary") {
				t.Errorf("%v: the page has the error's text", r.Err)
			}
			if r.ID != "desk.missing" && !strings.Contains(a.text, `href="`+strings.TrimSuffix(report, "/")) {
				t.Errorf("%v: no way back to the report", r.Err)
			}
			f.accounts = f.note
			u.get(u.base+"accounts").wants(t, r.Status, says(l, r.ID))
			f.accounts = nil
		}
		f.note = nil
		u.submit(page, report+"/note", "text", "写下的备注").wants(t, 200, says(l, "desk.said-note"))
	}
	log := b.log.String()
	if strings.Contains(log, "canary") || strings.Contains(log, id) || strings.Contains(log, "something else") || strings.Contains(log, "备注") || !strings.Contains(log, intake.ErrDamaged.Error()) {
		t.Errorf("the log says %s", log)
	}
}

// TestLeftWhileWriting: what arrived whole is written, though the browser goes.
func TestLeftWhileWriting(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	ctx, leave := context.WithCancel(t.Context())
	f := &failing{before: leave}
	u := newBrowser(t, siteOver(t, b, f), ui.English)
	u.signIn(leader, phrase)
	report := u.base + "report/" + id
	form := with(formOf(t, u.get(report), report+"/note"), "text", "备注")
	u.send(u.request(http.MethodPost, report+"/note", form).WithContext(ctx))
	if n := b.kinds(t, id)[entry.KindNoted]; n != 1 {
		t.Errorf("%d notes", n)
	}
}

// TestLockedWhileWriting: a session that ends meanwhile is told as that, and
// what was typed comes back.
func TestLockedWhileWriting(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	f := &failing{}
	u := newBrowser(t, siteOver(t, b, f), ui.English)
	u.signIn(leader, phrase)
	report := u.base + "report/" + id
	page := u.get(report)
	f.before = func() { u.post(u.base+"lock", formOf(t, page, u.base+"lock")) }
	a := u.submit(page, report+"/note", "text", "备注").wants(t, 403, says(ui.English, "desk.ended"), "备注")
	if n := b.kinds(t, id)[entry.KindNoted]; n != 0 || strings.Contains(a.text, "/s/") {
		t.Errorf("%d notes, or the page is still of the session", n)
	}
}

// TestUnlockFails: not every failure to unlock is a wrong passphrase.
func TestUnlockFails(t *testing.T) {
	b := newBox(t)
	for err, want := range map[error]int{intake.ErrDamaged: 500, intake.ErrKey: 500, intake.ErrStopped: 503, errors.New("canary"): 500} {
		s := b.site(t, func(o *desk.Options) {
			o.Unlock = func(context.Context, string, string) (desk.Account, error) {
				var none *failing // of a type, and nil
				return none, fmt.Errorf("unlock: %w", err)
			}
		})
		u := newBrowser(t, s, ui.Chinese)
		u.submit(u.get("/sign-in"), "/sign-in", "name", leader, "passphrase", phrase).wants(t, want)
	}
	if strings.Contains(b.log.String(), "canary") {
		t.Errorf("the log says %s", b.log)
	}
}

// TestPanic: a page that panics answers, and the log does not repeat the panic.
func TestPanic(t *testing.T) {
	b := newBox(t)
	s := b.site(t, func(o *desk.Options) {
		o.Unlock = func(context.Context, string, string) (desk.Account, error) { panic("canary") }
	})
	u := newBrowser(t, s, ui.English)
	form := with(formOf(t, u.get("/sign-in"), "/sign-in"), "name", leader, "passphrase", phrase)
	for range 2 { // the door is open again
		u.post("/sign-in", form).wants(t, 500, says(ui.English, "desk.unknown"))
	}
	if strings.Contains(b.log.String(), "canary") {
		t.Errorf("the log says %s", b.log)
	}
}

// TestOpening: while the first look at a long log takes its time, a page says
// how far it is; later looks show what is there.
func TestOpening(t *testing.T) {
	for _, l := range ui.Languages() {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			b.web(t, "第一份")
			f := &failing{gate: make(chan struct{})}
			u := newBrowser(t, siteOver(t, b, f), l)
			u.rushed = true
			u.signIn(leader, phrase)
			for range 2 {
				page := u.get(u.base).wants(t, 200, says(l, "desk.opening"), says(l, "desk.opening-done", "Done", 300, "Total", 1000))
				if page.Header.Get("Refresh") != "2; url="+u.base+"?unattended=1" || strings.Contains(page.text, "第一份") {
					t.Error("the page stays as it is, or lists something")
				}
			}
			close(f.gate)
			synctest.Wait()
			page := u.get(u.base).wants(t, 200, "第一份")
			if page.Header.Get("Refresh") != "" {
				t.Error("the queue goes on being loaded")
			}
			b.web(t, "第二份")
			if page := u.get(u.base).wants(t, 200, "第一份"); strings.Contains(page.text, "第二份") {
				t.Error("the queue is brought up to date at every load")
			}
			f.gate = make(chan struct{})
			later(desk.RestBetween)
			u.get(u.base).wants(t, 200, "第一份", says(l, "desk.rows-coming", "Done", 300, "Total", 1000))
			close(f.gate)
			synctest.Wait()
			u.get(u.base).wants(t, 200, "第一份", "第二份")
		})
	}
}

// TestOpeningFails: a queue that does not come says why, first and later.
func TestOpeningFails(t *testing.T) {
	for _, l := range ui.Languages() {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			b.web(t, "第一份")
			f := &failing{sync: intake.ErrStopped}
			u := newBrowser(t, siteOver(t, b, f), l)
			page := u.signIn(leader, phrase).wants(t, 200, says(l, "desk.opening"), says(l, "desk.rows-old"), says(l, "desk.reload"))
			if page.Header.Get("Refresh") != "" {
				t.Error("a page that failed is loaded again and again")
			}
			f.sync = nil
			u.get(u.base).wants(t, 200, "第一份")
			later(desk.RestBetween)
			f.sync = intake.ErrStopped
			u.get(u.base).wants(t, 200, "第一份", says(l, "desk.rows-old"))
			f.sync = intake.ErrDamaged
			u.get(u.base).wants(t, 200, "第一份", says(l, "desk.rows-damaged"))
		})
	}
}

// TestUnattended: a page that loads itself again keeps no session alive, for the
// box may never answer.
func TestUnattended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		f := &failing{gate: make(chan struct{})}
		u := newBrowser(t, siteOver(t, b, f), ui.English)
		u.rushed = true
		page := u.signIn(leader, phrase)
		began := time.Now()
		for page.StatusCode == http.StatusOK {
			later(2 * time.Second)
			_, again, _ := strings.Cut(page.Header.Get("Refresh"), "url=")
			page = u.get(again)
		}
		if rest := time.Since(began); rest > 15*time.Minute+5*time.Second {
			t.Errorf("the session lasted %v", rest)
		}
	})
}

// TestLockedWhileOpening: locking ends a long look at the log.
func TestLockedWhileOpening(t *testing.T) {
	b := newBox(t)
	f := &failing{gate: make(chan struct{})}
	s := siteOver(t, b, f)
	u := newBrowser(t, s, ui.English)
	u.rushed = true
	page := u.signIn(leader, phrase)
	u.submit(page, u.base+"lock").wants(t, 200)
	s.Close() // waits for it
}
