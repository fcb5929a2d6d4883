package desk_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/reader"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// watching is a desk that remembers the accounts that it unlocked.
func watching(t testing.TB, b *box, change func(*desk.Options)) (*desk.Site, func(i int) desk.Account) {
	t.Helper()
	var mu sync.Mutex
	var all []desk.Account
	s := b.site(t, func(o *desk.Options) {
		o.Unlock = func(ctx context.Context, name, passphrase string) (desk.Account, error) {
			a, err := b.unlock(ctx, name, passphrase)
			if err == nil {
				mu.Lock()
				all = append(all, a)
				mu.Unlock()
			}
			return a, err
		}
		if change != nil {
			change(o)
		}
	})
	return s, func(i int) desk.Account {
		mu.Lock()
		defer mu.Unlock()
		return all[i]
	}
}

// locked reports whether the keys of an account are gone.
func locked(t testing.TB, a desk.Account) bool {
	t.Helper()
	_, err := a.Account(t.Context())
	if err != nil && !errors.Is(err, intake.ErrForbidden) {
		t.Fatal(err)
	}
	return err != nil
}

// TestWrong: an account that is not there is told as a wrong passphrase is.
func TestWrong(t *testing.T) {
	b := newBox(t)
	s := b.site(t, nil)
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		u.from = l + ":1" // tries are counted by client
		page := u.get("/sign-in")
		one := u.submit(page, "/sign-in", "name", leader, "passphrase", "not this one").wants(t, 403, says(l, "desk.wrong"))
		two := u.submit(page, "/sign-in", "name", "nobody", "passphrase", "not this one").wants(t, 403, says(l, "desk.wrong"))
		if words(one.text) != words(two.text) {
			t.Errorf("the pages differ:\n%s\n%s", words(one.text), words(two.text))
		}
		if !strings.Contains(one.text, `value="leader"`) || strings.Contains(one.text, "not this one") {
			t.Error("the name is lost, or the passphrase given back")
		}
		u.submit(page, "/sign-in", "name", " ", "passphrase", phrase).wants(t, 400, says(l, "desk.name-empty"))
		u.submit(page, "/sign-in", "name", leader, "passphrase", " ").wants(t, 400, says(l, "desk.passphrase-empty"))
		u.submit(page, "/sign-in", "name", leader, "passphrase", strings.Repeat("x", 9000)).wants(t, 413)
		u.submit(page, "/sign-in", "name", " leader\t", "passphrase", " "+phrase+"\n").wants(t, 200, says(l, "desk.none"))
	}
	if log := b.log.String(); log != "" {
		t.Errorf("the log says %s", log)
	}
}

// TestRotation: a browser that signs in again has another path, cookie and
// token, and its older session is locked; that of another browser is not.
func TestRotation(t *testing.T) {
	b := newBox(t)
	s, account := watching(t, b, nil)
	u, elsewhere := newBrowser(t, s, ui.English), newBrowser(t, s, ui.English)
	first := u.signIn(leader, phrase)
	elsewhere.signIn(leader, phrase)
	base, cookies := u.base, u.jar.Cookies(address(u.base))
	u.submit(u.get("/sign-in"), "/sign-in", "name", leader, "passphrase", "wrong").wants(t, 403)
	if locked(t, account(0)) {
		t.Error("a wrong passphrase locks the session")
	}
	second := u.signIn(leader, phrase)
	if u.base == base || cookies[0].Value == u.jar.Cookies(address(u.base))[0].Value ||
		formOf(t, first, base+"lock").Get("token") == formOf(t, second, u.base+"lock").Get("token") {
		t.Error("something of the session stays the same")
	}
	u.get(base).wants(t, 403, says(ui.English, "desk.ended"))
	if !locked(t, account(0)) || locked(t, account(1)) || locked(t, account(2)) {
		t.Error("not the older session of this browser is locked")
	}
}

// TestCookieAndPath: neither opens anything without the other.
func TestCookieAndPath(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	s := b.site(t, nil)
	u, v := newBrowser(t, s, ui.English), newBrowser(t, s, ui.English)
	u.signIn(leader, phrase)
	v.signIn(leader, phrase)
	own, others := u.jar.Cookies(address(u.base))[0], v.jar.Cookies(address(v.base))[0]
	for _, path := range []string{"/", "/sign-in", "/s/", v.base} {
		for _, c := range u.jar.Cookies(address(path)) {
			if c.Value == own.Value {
				t.Errorf("the cookie is sent to %s", path)
			}
		}
	}
	empty := *own
	empty.Value = ""
	for name, tt := range map[string]struct {
		base    string
		cookies []*http.Cookie
		opens   bool
	}{
		"both": {u.base, []*http.Cookie{own}, true}, "path alone": {u.base, nil, false}, "another's cookie": {u.base, []*http.Cookie{others}, false},
		"an empty cookie": {u.base, []*http.Cookie{&empty}, false}, "cookie elsewhere": {"/s/" + strings.Repeat("0", 32) + "/", []*http.Cookie{own}, false},
		"another's path": {v.base, []*http.Cookie{own}, false}, "among others": {u.base, []*http.Cookie{&empty, others, own}, true},
		"no path": {"/s//", []*http.Cookie{own}, false},
	} {
		for _, below := range []string{"", "accounts", "report/" + id, "report/" + id + "/identity", "report/" + id + "/file/" + id + "/2"} {
			r := newBrowser(t, s, ui.English).request(http.MethodGet, tt.base+below, nil)
			for _, c := range tt.cookies {
				r.AddCookie(c)
			}
			a := u.send(r)
			if opens := a.StatusCode == 200 || a.StatusCode == 404 && tt.opens; opens != tt.opens {
				t.Errorf("%s: %s answers %d", name, below, a.StatusCode)
			}
			if !tt.opens && strings.Contains(a.text, "/s/") {
				t.Errorf("%s: the answer names a session's path", name)
			}
		}
	}
}

// TestLock: the button locks the keys and takes the cookie back, even when the
// box does not answer.
func TestLock(t *testing.T) {
	b := newBox(t)
	s, account := watching(t, b, nil)
	u := newBrowser(t, s, ui.Chinese)
	page := u.signIn(leader, phrase)
	a := u.post(u.base+"lock", formOf(t, page, u.base+"lock"))
	if c := a.Cookies(); len(c) != 1 || c[0].MaxAge != -1 || c[0].Path != u.base {
		t.Errorf("cookies: %v", c)
	}
	u.follow(a).wants(t, 200, says(ui.Chinese, "desk.locked"))
	if !locked(t, account(0)) {
		t.Error("the keys are there")
	}
	// What was typed in another window comes back, and no more.
	u.post(u.base+"report/x/note", with(formOf(t, page, u.base+"lock"), "text", "写了一半的备注")).wants(t, 403, says(ui.Chinese, "desk.ended"), "写了一半的备注")
}

// TestIdle: without a request the keys go by themselves, and not before.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		s, account := watching(t, b, func(o *desk.Options) { o.Idle = 10 * time.Minute })
		u, busy := newBrowser(t, s, ui.English), newBrowser(t, s, ui.English)
		u.signIn(leader, phrase)
		busy.signIn(leader, phrase)
		for range 3 {
			later(9 * time.Minute)
			busy.get(busy.base).wants(t, 200)
		}
		if !locked(t, account(0)) || locked(t, account(1)) {
			t.Error("not the session that rested is locked")
		}
		u.get(u.base).wants(t, 403, says(ui.English, "desk.ended"))
		later(10*time.Minute - time.Second)
		if locked(t, account(1)) {
			t.Error("locked too early")
		}
		later(time.Second)
		if !locked(t, account(1)) {
			t.Error("not locked in time")
		}
	})
}

// later lets time pass in a bubble, and what it sets off happen.
func later(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// TestRemoved: whoever is removed, or gets a new passphrase, is at no desk.
func TestRemoved(t *testing.T) {
	b := newBox(t)
	b.hire(t, "gone", triage.Member)
	b.hire(t, "reset", triage.Member)
	s := b.site(t, nil)
	head, err := reader.Unlock(t.Context(), b, leader, phrase)
	check(t, err)
	defer head.Lock()
	for name, act := range map[string]func() error{
		"gone":  func() error { return head.RemoveAccount(t.Context(), "gone") },
		"reset": func() error { return head.ResetAccount(t.Context(), "reset", phrase) },
	} {
		u := newBrowser(t, s, ui.English)
		u.signIn(name, other)
		check(t, act())
		for range 2 {
			u.get(u.base).wants(t, 403, says(ui.English, "desk.ended"))
		}
	}
	u := newBrowser(t, s, ui.Chinese)
	u.signIn(leader, phrase)
	u.get(u.base+"accounts").wants(t, 200, "gone", says(ui.Chinese, "desk.removed"))
}

// TestCrowd: there is room for 32, and for one more when one leaves.
func TestCrowd(t *testing.T) {
	b := newBox(t)
	s := b.site(t, nil)
	var all []*browser
	for range 32 {
		u := newBrowser(t, s, ui.English)
		u.signIn(leader, phrase)
		all = append(all, u)
	}
	u := newBrowser(t, s, ui.English)
	u.submit(u.get("/sign-in"), "/sign-in", "name", leader, "passphrase", phrase).wants(t, 503, says(ui.English, "desk.crowded"))
	all[0].signIn(leader, phrase) // in the place of its own
	all[1].submit(all[1].get(all[1].base), all[1].base+"lock").wants(t, 200)
	u.signIn(leader, phrase)
}

// TestClose: closing locks everybody, and lets nobody in.
func TestClose(t *testing.T) {
	b := newBox(t)
	s, account := watching(t, b, nil)
	u, v := newBrowser(t, s, ui.English), newBrowser(t, s, ui.English)
	u.signIn(leader, phrase)
	page := v.get("/sign-in")
	s.Close()
	s.Close()
	if !locked(t, account(0)) {
		t.Error("the keys are there")
	}
	u.get(u.base).wants(t, 403)
	v.submit(page, "/sign-in", "name", leader, "passphrase", phrase).wants(t, 503, says(ui.English, "desk.stopped"))
}

// TestCloseWhileUnlocking: an account that is unlocked too late is locked.
func TestCloseWhileUnlocking(t *testing.T) {
	b := newBox(t)
	var s *desk.Site
	s, account := watching(t, b, func(o *desk.Options) {
		unlock := o.Unlock
		o.Unlock = func(ctx context.Context, name, passphrase string) (desk.Account, error) {
			a, err := unlock(ctx, name, passphrase)
			s.Close()
			return a, err
		}
	})
	u := newBrowser(t, s, ui.English)
	u.submit(u.get("/sign-in"), "/sign-in", "name", leader, "passphrase", phrase).wants(t, 503)
	if !locked(t, account(0)) {
		t.Error("the keys are there")
	}
}

// TestLeft: an account that is unlocked for a browser that is gone is locked.
func TestLeft(t *testing.T) {
	b := newBox(t)
	ctx, leave := context.WithCancel(t.Context())
	s, account := watching(t, b, func(o *desk.Options) {
		unlock := o.Unlock
		o.Unlock = func(_ context.Context, name, passphrase string) (desk.Account, error) {
			defer leave()
			return unlock(t.Context(), name, passphrase)
		}
	})
	u := newBrowser(t, s, ui.English)
	form := with(formOf(t, u.get("/sign-in"), "/sign-in"), "name", leader, "passphrase", phrase)
	u.send(u.request(http.MethodPost, "/sign-in", form).WithContext(ctx))
	if !locked(t, account(0)) {
		t.Error("the keys are there")
	}
}

// TestTogether: one session in many windows at once.
func TestTogether(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	s := b.site(t, nil)
	u := newBrowser(t, s, ui.English)
	u.signIn(leader, phrase)
	report := u.base + "report/" + id
	form := formOf(t, u.get(report), report+"/note")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for _, r := range []*http.Request{
				u.request(http.MethodGet, u.base, nil), u.request(http.MethodGet, report, nil),
				u.request(http.MethodPost, report+"/note", with(cloned(form), "text", strings.Repeat("记", i+1))),
			} {
				if a := u.send(r); a.StatusCode != 200 && a.StatusCode != 303 {
					t.Errorf("%s: %d", r.URL.Path, a.StatusCode)
				}
			}
		})
	}
	all.Wait()
	u.get(report).wants(t, 200, strings.Repeat("记", 8))
}

func cloned(form url.Values) url.Values {
	c := url.Values{}
	for k, v := range form {
		c[k] = append([]string{}, v...)
	}
	return c
}
