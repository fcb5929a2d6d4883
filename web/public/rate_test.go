package public_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/web/public"
)

// from sends a form from an address.
func (w *world) from(t testing.TB, address, path string, values url.Values, files ...file) page {
	t.Helper()
	r := multi(t, path, values, files...)
	r.RemoteAddr = address
	return do(t, w.handler, r)
}

// Whoever sends many forms in a short time waits, with every word kept; nobody
// else does, and nobody who only reads.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.roomy(t, func(o *public.Options) { o.Rate = 1 }) // two at once, then one a minute
		const one, other = "192.0.2.7:1000", "192.0.2.8:1000"
		var code string
		for range 2 {
			code = w.from(t, one, "/report", typed).code(t)
		}
		values := altered(typed, "stamp", w.stamp(t))
		for what, send := range map[string]func() page{
			"the same port":     func() page { return w.from(t, one, "/report", values, file{"证据.txt", "x"}) },
			"another port":      func() page { return w.from(t, "192.0.2.7:2000", "/report", values, file{"证据.txt", "x"}) },
			"the same in IPv6":  func() page { return w.from(t, "[::ffff:192.0.2.7]:1", "/report", values, file{"证据.txt", "x"}) },
			"another forwarded": func() page { return w.forwarded(t, one, "/report", values) },
		} {
			p := send()
			if lost := saysBack(p, values); p.status != http.StatusTooManyRequests || lost != nil || !p.shows("短时间里从您所在的网络提交了很多次") || p.header.Get("Retry-After") != "60" || p.stamp() != values.Get("stamp") || !p.shows("证据.txt") {
				t.Errorf("%s: %d, retry after %q, lost %q", what, p.status, p.header.Get("Retry-After"), lost)
			}
		}
		p := w.from(t, one, "/receipt/add", url.Values{"receipt": {code}, "text": {"补充 <b>"}})
		if p.status != http.StatusTooManyRequests || !p.shows("补充 <b></textarea>") {
			t.Error("adding:", p.status)
		}
		if n := len(w.taken(t)); n != 2 {
			t.Fatalf("%d records", n)
		}
		if p = w.from(t, one, "/receipt", url.Values{"receipt": {code}}); p.status != http.StatusOK {
			t.Error("reading:", p.status)
		}
		for what, address := range map[string]string{"another client": other, "a neighbour in IPv6": "[2001:db8::1]:1"} {
			if p = w.from(t, address, "/report", typed); p.status != http.StatusOK {
				t.Errorf("%s: %d", what, p.status)
			}
		}
		for range 10 {
			for _, address := range []string{"127.0.0.1:1", "[::1]:1"} {
				if p = w.from(t, address, "/report", typed); p.status != http.StatusOK {
					t.Errorf("%s: %d", address, p.status)
				}
			}
		}
		time.Sleep(time.Minute)
		if p = w.from(t, one, "/report", values); p.status != http.StatusOK {
			t.Error("after a minute:", p.status)
		}
	})
}

// forwarded sends a form that says it comes from elsewhere.
func (w *world) forwarded(t testing.TB, address, path string, values url.Values) page {
	t.Helper()
	r := multi(t, path, values, file{"证据.txt", "x"})
	r.RemoteAddr = address
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	r.Header.Set("X-Real-Ip", "198.51.100.1")
	r.Header.Set("Forwarded", "for=198.51.100.1")
	return do(t, w.handler, r)
}

// One client that holds many uploads open is told to send words first; others
// still send files.
func TestUploadsOfOneClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		const most = public.ClientFiles
		whole := multi(t, "/report", typed, file{"a.bin", strings.Repeat("x", 900)})
		body, err := io.ReadAll(whole.Body)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var slow []*io.PipeWriter
		for range most {
			in, out := io.Pipe()
			r := httptest.NewRequest(http.MethodPost, "/report", in)
			r.Header, r.RemoteAddr = whole.Header, "192.0.2.7:1000"
			wg.Go(func() { do(t, w.handler, r) })
			if _, err := out.Write(body[:len(body)-200]); err != nil {
				t.Fatal(err)
			}
			slow = append(slow, out)
		}
		synctest.Wait()
		p := w.from(t, "192.0.2.7:2000", "/report", typed, file{"一.txt", "x"}, file{"二.txt", "x"})
		if lost := saysBack(p, typed); p.status != http.StatusTooManyRequests || lost != nil || !p.shows("您所在的网络同时传的附件太多") || !p.shows("一.txt · 二.txt") || p.header.Get("Retry-After") == "" {
			t.Errorf("one more: %d, lost %q", p.status, lost)
		}
		for what, p := range map[string]page{"words": w.from(t, "192.0.2.7:2000", "/report", typed), "another client": w.from(t, "192.0.2.8:1", "/report", typed, file{"a", "x"})} {
			if p.status != http.StatusOK {
				t.Errorf("%s: %d", what, p.status)
			}
		}
		for _, out := range slow {
			out.CloseWithError(errors.New("gone"))
		}
		wg.Wait()
		if p = w.from(t, "192.0.2.7:2000", "/report", typed, file{"a", "x"}); p.status != http.StatusOK || len(w.taken(t)) != 3 {
			t.Errorf("after it: %d, %d records", p.status, len(w.taken(t)))
		}
	})
}
