package public_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// A returned world has a report of yesterday, which is closed, with an answer.
type returned struct {
	*world
	code, reply string
}

func newReturned(t testing.TB) returned {
	t.Helper()
	w := returned{world: newWorld(t)}
	w.code = w.post(t, "/report", typed).code(t)
	w.answer(t, "我们的答复")
	w.tomorrow(t)
	thread, err := w.Thread(t.Context(), w.code)
	if err != nil || len(thread.Replies) != 1 {
		t.Fatal(thread, err)
	}
	w.reply = thread.Replies[0].ID
	return w
}

// tomorrow closes the day and goes on at nine the next morning.
func (w *world) tomorrow(t testing.TB) {
	t.Helper()
	w.Clock.Set(w.Clock.Now().Add(22 * time.Hour))
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// refusals is how many forms the box counted as refused by the schedule.
func (w *world) refusals(t testing.TB) int64 {
	t.Helper()
	w.tomorrow(t)
	s, err := w.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int64(s.Refused[intake.Web])
}

// post with headers: names and values in turn.
func (w *world) postAs(t testing.TB, path string, values url.Values, headers ...string) page {
	t.Helper()
	r := multi(t, path, values)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return do(t, w.handler, r)
}

// posts are every form of the site, filled in so that it is taken.
func (w returned) posts() map[string]url.Values {
	code := []string{w.code}
	return map[string]url.Values{"/report": typed, "/receipt": {"receipt": code}, "/receipt/add": {"receipt": code, "text": {"补充 <b>"}},
		"/receipt/delete": {"receipt": code, "reply": {w.reply}}, "/receipt/proof": {"receipt": code}}
}

// What another site makes a browser send is not taken, whatever it is, and the
// words are given back; what the site's own pages or the reader's hands send is.
func TestForeign(t *testing.T) {
	w := newReturned(t)
	before := len(w.taken(t))
	for path, values := range w.posts() {
		kept := maps.Clone(values)
		delete(kept, "reply") // which is no word of the reader's
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "something new"}, {"Origin", "https://elsewhere.invalid"}} {
			if headers[0] == "Origin" && path != "/report" && path != "/receipt/add" {
				continue // without the code there is nothing to abuse, and no stamp
			}
			p := w.postAs(t, path, values, headers...)
			if path == "/report" {
				kept = url.Values{"text": values["text"]} // what else it says may be a mark
			}
			if lost := saysBack(p, kept); p.status != http.StatusForbidden || lost != nil || !p.shows("这不是从本站页面送来的，没有收下") || p.shows("dengwen.tlog-proof") {
				t.Errorf("%s, %q: %d, lost %q", path, headers, p.status, lost)
			}
		}
	}
	if thread, err := w.Thread(t.Context(), w.code); err != nil || len(thread.Replies) != 1 || len(w.taken(t)) != before {
		t.Fatalf("%d records, %+v, %v", len(w.taken(t)), thread, err)
	}
	for _, headers := range [][]string{{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "same-origin", "Origin", "null"}, nil} {
		for path, values := range w.posts() {
			if p := w.postAs(t, path, values, headers...); p.status != http.StatusOK {
				t.Errorf("%s, %q: %d %s", path, headers, p.status, p.words())
			}
		}
	}
	// A browser that does not say where a form came from, with a form of ours.
	if p := w.postAs(t, "/report", altered(typed, "stamp", w.stamp(t)), "Origin", "null"); p.status != http.StatusOK {
		t.Error("an older browser:", p.status)
	}
	if n := w.refusals(t); n != 0 {
		t.Errorf("%d are counted as refused by the schedule", n)
	}
}

// A stamp that is not this server's is refused with every word kept, in a form
// that is good; sent once more it is taken.
func TestStale(t *testing.T) {
	w := newWorld(t)
	elsewhere := &world{Box: w.Box, log: w.log}
	elsewhere.roomy(t, nil)
	code := w.post(t, "/report", typed).code(t)
	good := w.stamp(t)
	last := string(rune(good[0]) ^ 1)
	for what, stamp := range map[string]string{"forged": "not a stamp", "another one": last + good[1:], "cut short": good[:len(good)-2], "a letter": "A", "of another server": elsewhere.stamp(t), "doubled": good + good,
		"long": strings.Repeat("A", 5000), "hostile": `"><script>`} {
		for path, values := range map[string]url.Values{"/report": typed, "/receipt/add": {"receipt": {code}, "text": {"补充 <b>"}}} {
			before := len(w.taken(t))
			values = altered(values, "stamp", stamp)
			p := w.post(t, path, values, file{"证据.txt", "x"})
			delete(values, "stamp")
			if lost := saysBack(p, values); p.status != http.StatusConflict || lost != nil || !p.shows("这个页面打开得太久了") || !p.shows("重新选择：证据.txt") || p.stamp() == stamp || len(w.taken(t)) != before {
				t.Errorf("%s, %s: %d, lost %q", path, what, p.status, lost)
			}
			values.Set("stamp", p.stamp())
			if p = w.post(t, path, values); p.status != http.StatusOK || len(w.taken(t)) != before+1 {
				t.Errorf("%s, %s: again %d", path, what, p.status)
			}
		}
	}
	if n := w.refusals(t); n != 0 {
		t.Errorf("%d are counted as refused by the schedule", n)
	}
}

// A form may lie open for a day.
func TestStaleForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		values := altered(typed, "stamp", w.stamp(t))
		time.Sleep(24 * time.Hour)
		if p := w.post(t, "/report", values); p.status != http.StatusOK {
			t.Error("after a day:", p.status)
		}
		time.Sleep(2 * time.Second)
		p := w.post(t, "/report", values)
		if lost := saysBack(p, typed); p.status != http.StatusConflict || lost != nil || !p.shows("这个页面打开得太久了") {
			t.Errorf("after more than a day: %d, lost %q", p.status, lost)
		}
		values.Set("stamp", p.stamp())
		if p = w.post(t, "/report", values); p.status != http.StatusOK {
			t.Error("again:", p.status)
		}
	})
}

// A robot fills in every field. Nothing is stored, and a person whose browser
// did it loses nothing.
func TestRobot(t *testing.T) {
	w := newWorld(t)
	stamp := w.stamp(t)
	values := altered(typed, "homepage", "https://robot.invalid", "stamp", stamp)
	for _, files := range [][]file{nil, {{"a.txt", "x"}}} {
		p := w.post(t, "/report", values, files...)
		if lost := saysBack(p, typed); p.status != http.StatusUnprocessableEntity || lost != nil || !p.shows("有一个人看不见的栏目被填写了") || p.shows("robot.invalid") || p.stamp() != stamp {
			t.Errorf("%d, lost %q", p.status, lost)
		}
	}
	w.none(t, "a robot")
	if !strings.Contains(w.get(t, "/report").body, `<div class="away" aria-hidden="true"><label for="homepage">`) {
		t.Error("the form does not hide the field from people")
	}
	if n := w.refusals(t); n != 0 {
		t.Errorf("%d are counted as refused by the schedule", n)
	}
	w.none(t, "a robot")
}

// Outside the hours all of these get the closed page with their words, and the
// box is not asked.
func TestForeignOutside(t *testing.T) {
	w := newWorld(t)
	w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC))
	for what, p := range map[string]page{
		"foreign": w.postAs(t, "/report", typed, "Sec-Fetch-Site", "cross-site"),
		"origin":  w.postAs(t, "/report", typed, "Origin", "https://elsewhere.invalid"),
		"stale":   w.post(t, "/report", altered(typed, "stamp", "AAAA")),
		"robot":   w.post(t, "/report", altered(typed, "homepage", "x")),
	} {
		if lost := saysBack(p, typed); p.status != http.StatusForbidden || lost != nil || !p.shows("现在不在受理时间") || !p.shows("2026年9月9日（星期三）08:30") || p.shows("只计了一次数") {
			t.Errorf("%s: %d, lost %q\n%s", what, p.status, lost, p.words())
		}
	}
	w.none(t, "outside")
	w.Clock.Set(storetest.Start)
	if n := w.refusals(t); n != 0 {
		t.Errorf("%d are counted as refused by the schedule", n)
	}
}
