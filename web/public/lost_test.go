package public_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A sender whose line breaks, in the middle or before the answer has come, sends
// the same form again: it is one report, with one receipt.
func TestLost(t *testing.T) {
	for what, files := range map[string][]file{"words": nil, "files": {{"a.txt", strings.Repeat("x", 900)}, {"b.txt", "y"}}, "photos": {{"a.jpg", somePhoto(t, 6)}, {"b.heic", someHEIC}}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.roomy(t, nil)
			values := altered(typed, "stamp", w.stamp(t))
			whole := request(t, values, files...)
			for _, n := range []int{len(whole) / 2, len(whole) - 300, len(whole) - 40} {
				conn := w.wire(t)
				go io.Copy(io.Discard, conn)
				if _, err := conn.Write(whole[:n]); err != nil {
					t.Fatal(err)
				}
				conn.Close()
				synctest.Wait()
				w.none(t, fmt.Sprintf("%s: cut at %d of %d", what, n, len(whole)))
			}
			// All of it has come, and nobody is there any more to hear of it.
			conn := w.wire(t)
			if _, err := conn.Write(whole); err != nil {
				t.Fatal(err)
			}
			conn.Close()
			synctest.Wait()
			if n := len(w.taken(t)); n != 1 {
				t.Fatalf("%s: %d records of an answer that was lost", what, n)
			}
			kept := w.blobs(t)
			code := w.post(t, "/report", values, files...).code(t)
			if p := w.post(t, "/receipt", url.Values{"receipt": {code}}); p.status != http.StatusOK || len(w.taken(t)) != 1 || w.blobs(t) != kept {
				t.Errorf("%s: %d, %d records, %d files after %d", what, p.status, len(w.taken(t)), w.blobs(t), kept)
			}
			if got := w.log.text(); got != "" {
				t.Errorf("%s: the log says %q", what, got)
			}
		})
	}
}

// Later than ten minutes the receipt is shown no more, and still it is one
// report: the words are given back in the same form, for whoever means another.
func TestTwiceLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		files := []file{{"证据.txt", "words"}}
		values := altered(typed, "stamp", w.stamp(t))
		code := w.post(t, "/report", values, files...).code(t)
		added := url.Values{"receipt": {code}, "text": {"补充一句"}, "stamp": {w.stamp(t)}}
		w.post(t, "/receipt/add", added)
		time.Sleep(10 * time.Minute)
		if p := w.post(t, "/report", values, files...); p.code(t) != code {
			t.Error("after ten minutes: another receipt")
		}
		time.Sleep(time.Second)
		for lang, says := range map[string]string{"": "同样的内容前些时候已经收下", "?lang=en": "Just this was taken some time ago"} {
			p := w.post(t, "/report"+lang, values, files...)
			if lost := saysBack(p, values); p.status != http.StatusConflict || lost != nil || p.stamp() != values.Get("stamp") || !p.shows("证据.txt") || !p.shows(says) || p.shows(code) {
				t.Errorf("later: %d, lost %q, stamp %q\n%s", p.status, lost, p.stamp(), p.words())
			}
		}
		if p := w.post(t, "/receipt/add", added); p.status != http.StatusConflict || !p.shows("补充一句</textarea>") || p.stamp() != added.Get("stamp") {
			t.Errorf("adding later: %d", p.status)
		}
		if n := len(w.taken(t)); n != 2 {
			t.Errorf("%d records of a report and an addition", n)
		}
		if c := w.post(t, "/report", altered(values, "text", "后来想起来的另一件事情"), files...).code(t); c == code || len(w.taken(t)) != 3 {
			t.Error("another text from the same form")
		}
	})
}
