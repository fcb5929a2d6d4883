package desk_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// watched calls what is set before each read.
type watched struct {
	io.Reader
	before func()
}

func (w watched) Read(p []byte) (int, error) {
	w.before()
	return w.Reader.Read(p[:min(len(p), 64<<10)])
}

// TestUploadIsOurs: nothing of a file is held before the session and the token
// are known to be good.
func TestUploadIsOurs(t *testing.T) {
	b := newBox(t)
	g := newRig(t, b)
	s := deskWith(t, b, g, nil)
	for _, l := range ui.Languages() {
		u, page := importer(t, s, l)
		token := formOf(t, page, u.base+"import").Get("token")
		v, other := importer(t, s, l)
		stranger := newBrowser(t, s, l)
		content := bytes.Repeat([]byte("x"), 1<<20)
		for _, tt := range []struct {
			what   string
			by     *browser
			to     string
			pairs  []string
			status int
			id     string
		}{
			{"no session", stranger, u.base, []string{"token", token}, 403, "hotline.left"},
			{"no token", u, u.base, nil, 403, "desk.stale"},
			{"a token of another session", u, u.base, []string{"token", formOf(t, other, v.base+"import").Get("token")}, 403, "desk.stale"},
			{"a stranger's session", v, u.base, []string{"token", token}, 403, "hotline.left"},
			{"a zone that the form does not offer", u, u.base, []string{"token", token, "zone", "Europe/Paris"}, 400, "desk.form"},
		} {
			kind, data := body(t, "a.csv", content, tt.pairs...)
			tt.by.sendBody(tt.to+"import", kind, watched{bytes.NewReader(data), func() {
				if desk.HeldBytes(s) != 0 {
					t.Errorf("%s: bytes are held", tt.what)
				}
			}}).wants(t, tt.status, says(l, tt.id))
		}
		// The token behind the file is none.
		kind, data := body(t, "a.csv", content)
		end := bytes.LastIndex(data, []byte("--"+strings.TrimPrefix(kind, "multipart/form-data; boundary=")))
		late := append(bytes.Clone(data[:end]), "--"+strings.TrimPrefix(kind, "multipart/form-data; boundary=")+"\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n"+token+"\r\n"...)
		u.sendBody(u.base+"import", kind, bytes.NewReader(append(late, data[end:]...))).wants(t, 403, says(l, "desk.stale"))
		// Nor is a form whole that has a field behind its file.
		behind := bytes.Replace(append(bytes.Clone(late), data[end:]...), []byte("name=\"token\""), []byte("name=\"zone\""), 1)
		first := "--" + strings.TrimPrefix(kind, "multipart/form-data; boundary=") + "\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + token + "\r\n"
		u.sendBody(u.base+"import", kind, io.MultiReader(strings.NewReader(first), bytes.NewReader(behind))).wants(t, 400, says(l, "desk.form"))
		if n := desk.HeldBytes(s); n != 0 {
			t.Errorf("%d bytes of it stay", n)
		}
		// Another site's page gets nothing read at all.
		r := u.request(http.MethodPost, u.base+"import", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Content-Type", kind)
		r.Body = io.NopCloser(watched{bytes.NewReader(data), func() { t.Error("the body is read") }})
		u.send(r).wants(t, 403, says(l, "desk.foreign"))
	}
	if dry, wet := g.runs(); dry+wet != 0 {
		t.Error("something was read")
	}
}

// TestCutOff: an upload that breaks off leaves nothing, and the file that was
// there before stays.
func TestCutOff(t *testing.T) {
	b := newBox(t)
	g := newRig(t, b)
	s := deskWith(t, b, g, nil)
	for _, l := range ui.Languages() {
		u, page := importer(t, s, l)
		u.upload(page, "a.csv", log).wants(t, 200, says(l, "hotline.preview"))
		before := desk.HeldBytes(s)
		kind, data := body(t, "b.csv", bytes.Repeat([]byte("x"), 1<<20), "token", formOf(t, page, u.base+"import").Get("token"), "zone", "UTC")
		for _, at := range []int{len(data) - 3, len(data) / 2} {
			u.sendBody(u.base+"import", kind, bytes.NewReader(data[:at])).wants(t, 400, says(l, "hotline.cut"))
			broken := io.MultiReader(bytes.NewReader(data[:at]), stopsAt{})
			u.sendBody(u.base+"import", kind, broken).wants(t, 400, says(l, "hotline.cut"))
		}
		if n := desk.HeldBytes(s); n != before {
			t.Errorf("%d bytes are held, %d before", n, before)
		}
		u.get(u.base+"import").wants(t, 200, "a.csv", says(l, "hotline.confirm", "Count", 2))
		// The session ends while the file comes: what comes after is not held.
		var late int64
		r := io.MultiReader(bytes.NewReader(data[:len(data)/2]), watched{bytes.NewReader(data[len(data)/2:]), func() {
			u.post(u.base+"lock", formOf(t, page, u.base+"lock"))
			late = desk.HeldBytes(s)
		}})
		u.sendBody(u.base+"import", kind, r).wants(t, 403, says(l, "hotline.left"))
		if n := desk.HeldBytes(s); n != 0 || late != 0 {
			t.Errorf("%d bytes stay, %d were held at the end of the file", n, late)
		}
	}
	if log := b.log.String(); log != "" {
		t.Errorf("the log says %s", log)
	}
}

type stopsAt struct{}

func (stopsAt) Read([]byte) (int, error) { return 0, errors.New("reset by the canary") }

// TestHeldAtMost: all sessions together hold no more than they may, and whoever
// comes too late is told.
func TestHeldAtMost(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		s := deskWith(t, b, g, nil)
		const most = 3 << 18
		desk.HoldAtMost(s, most)
		content := "来电时间,反映问题\n2026-09-08 08:35,第一件\n" + strings.Repeat(strings.Repeat(" ", 1023)+"\n", 1<<8)
		u, first := importer(t, s, l)
		v, second := importer(t, s, l)
		kept := u.upload(first, "a.csv", content).wants(t, 200, says(l, "hotline.confirm", "Count", 1))
		before := desk.HeldBytes(s)
		kind, data := body(t, "b.csv", []byte(content), "token", formOf(t, second, v.base+"import").Get("token"), "columns", "time=何时")
		a := v.sendBody(v.base+"import", kind, watched{bytes.NewReader(data), func() {
			if n := desk.HeldBytes(s); n > most {
				t.Fatalf("%d bytes are held", n)
			}
		}}).wants(t, 503, says(l, "hotline.crammed"))
		if a.Header.Get("Retry-After") == "" || !strings.Contains(a.text, `value="time=何时"`) {
			t.Error("the refusal does not say when to come again, or what was typed is lost")
		}
		if n := desk.HeldBytes(s); n != before {
			t.Errorf("%d bytes are held, %d before", n, before)
		}
		u.submit(kept, u.base+"import/confirm").wants(t, 200, says(l, "hotline.taken", "Count", 1))
		v.upload(second, "b.csv", content).wants(t, 200, says(l, "hotline.nothing"))
	}
}

// TestInertImport: whatever stands in a file, and whatever it is called, a page
// shows it.
func TestInertImport(t *testing.T) {
	b := newBox(t)
	s := deskWith(t, b, newRig(t, b), nil)
	cell := `"` + strings.ReplaceAll(nasty, `"`, `""`) + `"`
	file := "来电时间,被反映单位,反映问题," + cell + "\n2026-09-08 08:35," + cell + ",第一件,x\n2026-09-08 25:00," + cell + ",第二件,x\n"
	for _, l := range ui.Languages() {
		u, page := importer(t, s, l)
		u.plain = true
		page = u.upload(page, nasty+".csv", file, "columns", "unit=被反映单位").wants(t, 200, says(l, "hotline.confirm", "Count", 1), "<script>alert(1)")
		inert(t, "the preview", page)
		if strings.Contains(page.text, "\u202e") {
			t.Error("a name turns around what is beside it")
		}
		inert(t, "a fault", u.upload(page, nasty, nasty+","+nasty+"\n1,2\n", "columns", nasty).wants(t, 200, says(l, "page.errors")))
		u.upload(page, "a.csv", log)
		inert(t, "an address", u.get(u.base+"import/"+nasty[:12]))
	}
	// Names that have no words are shown as they are.
	s = b.site(t, func(o *desk.Options) { o.Import = odd })
	for _, l := range ui.Languages() {
		u, page := importer(t, s, l)
		u.plain = true
		page = u.upload(page, "a.csv", log).wants(t, 200, "reason-of-tomorrow", "field-of-tomorrow", "<script>")
		inert(t, "what a newer box says", page)
	}
}

// odd answers as a newer box may, or one that was taken over.
func odd(context.Context, intake.ImportOrder, io.Reader, func(int)) (intake.ImportAnswer, error) {
	row := intake.PreviewRow{Sheet: nasty, Line: 1, Unit: nasty, Title: nasty, Column: nasty, Reason: "reason-of-tomorrow"}
	return intake.ImportAnswer{
		Imported: intake.Imported{Exchange: nasty, Read: 300, Accepted: 200, Bad: 1}, Good: []intake.PreviewRow{row}, Wrong: []intake.PreviewRow{row},
		Skipped: []string{nasty}, Heads: []intake.PreviewHead{{Head: nasty, Field: "field-of-tomorrow"}, {Head: nasty, Field: nasty}},
	}, nil
}
