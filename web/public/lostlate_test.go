package public_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// An answer that is lost at the last minute is not lost: the same form, sent
// again after the closing, was taken before it, and gets its receipt. It is not
// counted as refused, and what says something else is.
func TestLostAtClosing(t *testing.T) {
	for what, files := range map[string][]file{"words": nil, "files": {{"a.txt", "one"}, {"b.txt", "two"}}} {
		w := newWorld(t)
		values, added := altered(typed, "stamp", w.stamp(t)), url.Values{"text": {"补充一句"}, "stamp": {w.stamp(t)}}
		w.Clock.Set(time.Date(2026, 9, 8, 9, 59, 50, 0, time.UTC))
		code := w.post(t, "/report", values, files...).code(t)
		added.Set("receipt", code)
		w.post(t, "/receipt/add", added, files...)
		w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 10, 0, time.UTC)) // 18:00:10
		p := w.post(t, "/report", values, files...)
		if p.status != http.StatusOK || !p.shows(code) {
			t.Errorf("%s: %d, taken at 17:59:50, and not so at 18:00:10", what, p.status)
		}
		if p = w.post(t, "/receipt/add", added, files...); p.status != http.StatusOK || !p.shows("补充的内容已经收下") {
			t.Errorf("%s: %d, added at 17:59:50, and not so at 18:00:10", what, p.status)
		}
		if n := w.refusals(t); n != 0 || len(w.taken(t)) != 2 {
			t.Errorf("%s: %d are counted as refused, %d records", what, n, len(w.taken(t)))
		}
		w.Clock.Set(time.Date(2026, 9, 9, 11, 0, 0, 0, time.UTC))
		if p = w.post(t, "/report", altered(values, "text", "这一份是关门以后才写的"), files...); p.status != http.StatusForbidden || !p.shows("只计了一次数") {
			t.Errorf("%s: another text after the closing: %d", what, p.status)
		}
	}
}
