package desk_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake/triage"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestUploadsAnHour: an account has so many files read in an hour, in whatever
// session and however, and is told when to come again. What is confirmed counts
// for nothing, and nor does what never came whole, or another account.
func TestUploadsAnHour(t *testing.T) {
	const l = ui.Chinese
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		b.hire(t, "member", triage.Member)
		g := newRig(t, b)
		s := deskWith(t, b, g, func(o *desk.Options) { o.Idle = 3 * time.Hour })
		u, page := importer(t, s, l)
		v, own := importer(t, s, l)
		kind, data := body(t, "a.csv", []byte(log), "token", formOf(t, page, u.base+"import").Get("token"), "zone", "")
		for i := range desk.MaxUploads {
			u.upload(page, "", "").wants(t, 400, says(l, "hotline.no-file"))
			u.sendBody(u.base+"import", kind, bytes.NewReader(data[:len(data)-3])).wants(t, 400, says(l, "hotline.cut"))
			switch i % 3 {
			case 0:
				v.upload(own, "a.csv", log).wants(t, 200, says(l, "hotline.preview"))
			case 1: // once more, as it is
				v.upload(v.get(v.base+"import"), "", "", "zone", zone).wants(t, 200, says(l, "hotline.preview"))
			default:
				u.submit(u.upload(page, "a.csv", log), u.base+"import/discard")
			}
			if i == 0 {
				later(10 * time.Minute)
			}
		}
		held := desk.HeldBytes(s)
		dry, _ := g.runs()
		refused := func(a answer, wait time.Duration) {
			t.Helper()
			a.wants(t, http.StatusTooManyRequests, says(l, "hotline.often", "Max", desk.MaxUploads, "Count", int(wait/time.Minute)+1))
			if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || time.Duration(seconds)*time.Second != wait+time.Second {
				t.Errorf("Retry-After is %s, want about %v", a.Header.Get("Retry-After"), wait)
			}
		}
		again := v.get(v.base + "import")
		refused(u.upload(page, "a.csv", log, "columns", "time=某时"), 50*time.Minute)
		refused(v.upload(again, "", ""), 50*time.Minute)
		if n, _ := g.runs(); n != dry || desk.HeldBytes(s) != held {
			t.Errorf("%d files are read, %d bytes held, of %d", n-dry, desk.HeldBytes(s), held)
		}
		// The file that was there can be confirmed all the same.
		v.submit(again, v.base+"import/confirm").wants(t, 200, says(l, "hotline.taken", "Count", 2))
		m := newBrowser(t, s, l)
		m.signIn("member", other)
		m.upload(m.get(m.base+"import"), "a.csv", log).wants(t, 200, says(l, "hotline.preview"))
		later(50 * time.Minute)
		u.upload(page, "a.csv", log).wants(t, 200, says(l, "hotline.preview"))
		refused(u.upload(page, "a.csv", log), 10*time.Minute)
	})
}

// TestReceivedAtOnce: of an account two files come in at once, whatever the
// session; another account has room beside them.
func TestReceivedAtOnce(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		b.hire(t, "member", triage.Member)
		s := deskWith(t, b, newRig(t, b), nil)
		u, page := importer(t, s, l)
		v, second := importer(t, s, l)
		m := newBrowser(t, s, l)
		m.signIn("member", other)
		third := m.get(m.base + "import")
		// send has something happen in the middle of the file.
		send := func(u *browser, page answer, meanwhile func()) answer {
			kind, data := body(t, "a.csv", []byte(log), "token", formOf(t, page, u.base+"import").Get("token"), "zone", "")
			half := len(data) - len(log)/2
			rest := watched{bytes.NewReader(data[half:]), func() {
				if meanwhile != nil {
					do := meanwhile
					meanwhile = nil
					do()
				}
			}}
			return u.sendBody(u.base+"import", kind, io.MultiReader(bytes.NewReader(data[:half]), rest))
		}
		var refused, beside answer
		first := send(u, page, func() {
			send(v, second, func() {
				refused = send(u, page, nil)
				beside = send(m, third, nil)
			}).wants(t, http.StatusSeeOther)
		})
		first.wants(t, http.StatusSeeOther)
		beside.wants(t, http.StatusSeeOther)
		if refused.wants(t, 503, says(l, "hotline.crammed")); refused.Header.Get("Retry-After") == "" {
			t.Error("it is not told when to come again")
		}
		// There is room again, in any session.
		send(v, second, func() { send(u, page, nil).wants(t, http.StatusSeeOther) }).wants(t, http.StatusSeeOther)
	}
}

// A slow line brings a few hundred KB a second, for as long as somebody reads it.
type slow struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (s *slow) SetReadDeadline(at time.Time) error {
	s.until = at
	return nil
}

func (s *slow) Read(p []byte) (int, error) {
	if <-time.After(10 * time.Millisecond); time.Now().After(s.until) {
		return 0, os.ErrDeadlineExceeded
	}
	return copy(p, bytes.Repeat([]byte("x"), 64<<10)), nil
}

// TestStrangersFile: whoever has no session is not read for longer, however
// their form is made.
func TestStrangersFile(t *testing.T) {
	for _, tail := range []string{ // behind a file that the form does not know
		"name=\"file\"; filename=\"a.csv\"\r\n\r\n", "name=\"zone\"\r\n\r\nUTC\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			u := newBrowser(t, deskWith(t, b, newRig(t, b), nil), ui.English)
			r := u.request(http.MethodPost, "/s/"+strings.Repeat("0", 32)+"/import", nil)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			w := &slow{ResponseRecorder: httptest.NewRecorder()}
			const head = "--x\r\nContent-Disposition: form-data; name=\"other\"; filename=\"b\"\r\n\r\nb\r\n--x\r\nContent-Disposition: form-data; "
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(head+tail), w)), -1
			began := time.Now()
			u.site.ServeHTTP(w, r)
			if took := time.Since(began); took > time.Minute+2*time.Second || took < 30*time.Second {
				t.Errorf("the file is read for %v", took)
			}
			if w.Code != 403 || !strings.Contains(w.Body.String(), says(ui.English, "hotline.left")) {
				t.Errorf("%d %s", w.Code, words(w.Body.String()))
			}
		})
	}
}
