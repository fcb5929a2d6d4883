package desk_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/web/ui"
)

// TestAddedOriginals: the page of who sent a report lists the originals of what
// was added to it too, apart, and each link opens its own.
func TestAddedOriginals(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	b.hire(t, "keeper", triage.Custodian)
	id, receipt := b.submit(t, withFiles(b, "有原件", textFile(".一.jpg", "image/jpeg", "第一")))
	var added []string
	for _, name := range []string{".二.jpg", ".三.jpg"} {
		out, err := b.Add(t.Context(), receipt, &intake.Addition{Arrived: b.clock.Now(), Text: "补充", Files: filesOf(textFile("公开.txt", "", "公开"), textFile(name, "image/jpeg", name))})
		check(t, err)
		added = append(added, out.ID)
	}
	s := b.site(t, nil)
	for _, l := range []string{ui.English, ui.Chinese} {
		k := newBrowser(t, s, l)
		k.signIn("keeper", other)
		report := k.base + "report/" + id
		page := k.submit(k.get(report+"/identity"), report+"/identity").wants(t, 200, "举报人", ".一.jpg", ".二.jpg", ".三.jpg", says(l, "desk.log-added"))
		if strings.Contains(page.text, "公开.txt") || strings.Contains(page.text, says(l, "desk.faulty")) {
			t.Error("the page says more than what is the custodian's")
		}
		if own, apart := strings.Index(page.text, ".一.jpg"), strings.Index(page.text, says(l, "desk.log-added")); own > apart || apart > strings.Index(page.text, ".二.jpg") {
			t.Error("what came later is not told from what came first")
		}
		list := links(page)
		if len(list) != 3 || !strings.Contains(list[0], "/file/"+id+"/") || !strings.Contains(list[1], "/file/"+added[0]+"/") || !strings.Contains(list[2], "/file/"+added[1]+"/") {
			t.Fatalf("originals: %q", list)
		}
		for i, want := range []string{"第一", ".二.jpg", ".三.jpg"} {
			if a := k.get(list[i]).wants(t, 200); a.text != want {
				t.Errorf("original %d is %q", i, a.text)
			}
		}
		u := newBrowser(t, s, l)
		u.signIn("member", other)
		u.get(strings.Replace(list[1], k.base, u.base, 1)).wants(t, 403, says(l, "desk.forbidden"))
	}
	if n := b.kinds(t, id)[entry.KindDenied]; n != 2 {
		t.Errorf("%d denials are written", n)
	}
}

// TestDamagedAddition: an addition that does not open hides neither who sent
// the report nor the originals that came with it, and the page says so.
func TestDamagedAddition(t *testing.T) {
	b := newBox(t)
	id, receipt := b.submit(t, withFiles(b, "有原件", textFile(".一.jpg", "image/jpeg", "第一")))
	out, err := b.Add(t.Context(), receipt, &intake.Addition{Arrived: b.clock.Now(), Text: "补充", Files: filesOf(textFile(".二.jpg", "image/jpeg", "第二"))})
	check(t, err)
	at, err := b.Find(t.Context(), out.ID)
	check(t, err)
	stored, err := b.Box.Part(t.Context(), at, 1)
	check(t, err)
	bad, err := io.ReadAll(stored)
	check(t, err)
	check(t, stored.Close())
	u := newBrowser(t, b.site(t, nil), ui.English)
	u.signIn(leader, phrase)
	report := u.base + "report/" + id
	b.part = func(r io.ReadCloser) io.ReadCloser {
		all, err := io.ReadAll(r)
		check(t, err)
		if bytes.Equal(all, bad) {
			all[len(all)-1] ^= 1
		}
		return struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(all), r}
	}
	page := u.submit(u.get(report+"/identity"), report+"/identity").wants(t, 200, "举报人", ".一.jpg", says(ui.English, "desk.faulty"))
	if strings.Contains(page.text, ".二.jpg") {
		t.Error("what does not open is listed")
	}
}
