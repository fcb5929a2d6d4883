package public_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"dengwen/store/entry"
	"dengwen/store/storetest"
	"dengwen/web/public"
)

// taken are the reports and additions in the box, unopened.
func (w *world) taken(t testing.TB) (list []entry.Record) {
	t.Helper()
	size, err := w.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range w.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if k := rec.Header.Kind; k == entry.KindAccepted || k == entry.KindAdded {
			list = append(list, rec)
		}
	}
	return list
}

// blobs counts the sealed files in the box.
func (w *world) blobs(t testing.TB) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(w.Path, "blobs"), func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// roomy gives the site room for photos, and whatever else change asks for.
func (w *world) roomy(t testing.TB, change func(*public.Options)) {
	t.Helper()
	o := options(w.Box, w.log, storetest.Schedule(t))
	o.MaxFile = 1 << 20
	if change != nil {
		change(&o)
	}
	var err error
	if w.handler, err = public.New(w.Box, o); err != nil {
		t.Fatal(err)
	}
}

// altered is a form with other values in some fields: names and values in turn.
func altered(values url.Values, pairs ...string) url.Values {
	v := maps.Clone(values)
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = []string{pairs[i+1]}
	}
	return v
}

// stamp is the stamp of the form on a page, or empty.
func (p page) stamp() string {
	if m := regexp.MustCompile(`name="stamp" value="([^"]+)"`).FindStringSubmatch(p.body); m != nil {
		return m[1]
	}
	return ""
}

// A form that is sent again is the same report: the same page with the same
// receipt, and nothing more in the box, whatever it holds and however it is
// encoded.
func TestTwice(t *testing.T) {
	photos := []file{{"a.jpg", somePhoto(t, 6)}, {"b.heic", someHEIC}, {"c.txt", "words"}}
	for what, files := range map[string][]file{"words": nil, "files": {{"a.txt", "one"}, {"空.txt", ""}}, "photos": photos} {
		w := newWorld(t)
		w.roomy(t, nil)
		values := altered(typed, "stamp", w.stamp(t))
		first := do(t, w.handler, multi(t, "/report", values, files...))
		code, kept := first.code(t), w.blobs(t)
		again := w.post(t, "/report", values, files...) // words are urlencoded now
		if again.body != first.body {
			t.Errorf("%s: another page for the same form:\n%s", what, again.words())
		}
		if n := len(w.taken(t)); n != 1 || w.blobs(t) != kept {
			t.Errorf("%s: %d records, %d files after %d", what, n, w.blobs(t), kept)
		}
		for change, other := range map[string]url.Values{"another text": altered(values, "text", "另外写的一段，够十个字了"), "about the team": altered(values, "about_team", "1"),
			"no name": altered(values, "contact_name", "")} {
			if c := w.post(t, "/report", other, files...).code(t); c == code {
				t.Errorf("%s, %s: the receipt of another report", what, change)
			}
		}
		if len(files) > 0 {
			if c := w.post(t, "/report", values, append(files[:len(files)-1:len(files)-1], file{"c.txt", "other words"})...).code(t); c == code {
				t.Errorf("%s: the receipt of a report with another file", what)
			}
		}
		if c := w.post(t, "/report", values, files...).code(t); c != code {
			t.Errorf("%s: after others from the same form it has another receipt", what)
		}
	}
}

// Two tabs with one form: each text is a report of its own, and each receipt is
// that of its own report.
func TestTwoTabs(t *testing.T) {
	w := newWorld(t)
	stamp := w.stamp(t)
	texts, codes := []string{"第一个标签页里写的话", "第二个标签页里写的话"}, map[string]string{}
	for range 2 {
		for _, text := range texts {
			code := w.post(t, "/report", url.Values{"text": {text}, "stamp": {stamp}}).code(t)
			if before := codes[text]; before != "" && before != code {
				t.Errorf("%s: first %s, then %s", text, before, code)
			}
			codes[text] = code
		}
	}
	if codes[texts[0]] == codes[texts[1]] || len(w.taken(t)) != 2 {
		t.Fatalf("%v for %d records", codes, len(w.taken(t)))
	}
	for _, text := range texts {
		w.post(t, "/receipt/add", url.Values{"receipt": {codes[text]}, "text": {"补充：" + text}})
	}
	list, of := w.reports(t), map[string]string{}
	for _, r := range list[:2] {
		of[r.Text] = r.Header.ID
	}
	for _, r := range list[2:] {
		if id := of[strings.TrimPrefix(r.Text, "补充：")]; id == "" || id != r.Header.Ref {
			t.Errorf("%q is added to %s, not to %s", r.Text, r.Header.Ref, id)
		}
	}
}

// An addition that is sent again is one addition; the same words from a form
// that was given out anew are another.
func TestAdditionTwice(t *testing.T) {
	w := newWorld(t)
	code := w.post(t, "/report", typed).code(t)
	for i, files := range [][]file{nil, {{"a.txt", "more"}}} {
		values := url.Values{"receipt": {code}, "text": {"补充一句"}, "stamp": {w.stamp(t)}}
		for range 3 {
			if p := w.post(t, "/receipt/add", values, files...); p.status != http.StatusOK || !p.shows("补充的内容已经收下") || !p.shows("补充过 "+string(rune('1'+2*i))+" 次") {
				t.Errorf("with %d files: %d %s", len(files), p.status, p.words())
			}
		}
		values.Set("stamp", w.stamp(t))
		w.post(t, "/receipt/add", values, files...)
	}
	if n := len(w.taken(t)); n != 5 {
		t.Errorf("%d records of one report and four additions", n)
	}
}

// What says the same is one report only if it comes from the same form: the same
// wrong may be reported by two people, and a program's forms have no stamp.
func TestSameWords(t *testing.T) {
	w := newWorld(t)
	codes := map[string]bool{}
	for range 2 {
		codes[w.post(t, "/report", altered(typed, "stamp", w.stamp(t))).code(t)] = true
		codes[w.post(t, "/report", typed).code(t)] = true
	}
	if len(codes) != 4 || len(w.taken(t)) != 4 {
		t.Errorf("%d receipts, %d records", len(codes), len(w.taken(t)))
	}
}

// Sent eight times at once it is one report, and all eight get its receipt.
func TestTogether(t *testing.T) {
	for what, files := range map[string][]file{"words": nil, "photos": {{"a.jpg", somePhoto(t, 1)}, {"b.txt", "words"}}} {
		w := newWorld(t)
		w.roomy(t, nil)
		values := altered(typed, "stamp", w.stamp(t))
		var pages [8]page
		var wg sync.WaitGroup
		for i := range pages {
			r := multi(t, "/report", values, files...)
			wg.Go(func() { pages[i] = do(t, w.handler, r) })
		}
		wg.Wait()
		for _, p := range pages {
			if p.body != pages[0].body || p.code(t) == "" {
				t.Errorf("%s: %d, another page", what, p.status)
			}
		}
		if n := len(w.taken(t)); n != 1 {
			t.Errorf("%s: %d records", what, n)
		}
		if n := w.blobs(t); n != len(files)+len(files)/2 { // a photo and its original
			t.Errorf("%s: %d files are left", what, n)
		}
	}
}
