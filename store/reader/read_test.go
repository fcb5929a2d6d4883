package reader_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	r := storetest.Web(b.clock.Now(), "全文")
	r.Subject, r.Recorder, r.Marks = "主题", "值班员", []intake.Mark{intake.MarkPhoneDamaged}
	id := b.submit(t, r).ID
	index, err := b.Find(t.Context(), id)
	check(t, err)
	c, err := d.Read(t.Context(), id)
	check(t, err)
	want := triage.Case{
		Row: triage.Row{Index: index, ID: id, Channel: intake.Web, Day: "2026-09-08", Standing: triage.Standing{State: triage.New}, Arrived: storetest.Start,
			Unit: r.Unit, Category: r.Category, Title: "主题", Marks: r.Marks},
		Persons: r.Persons, Subject: r.Subject, Text: r.Text, Recorder: r.Recorder,
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	h, n := b.last(t)
	if h.Kind != entry.KindRead || h.Ref != id || h.By != leader || h.Date != "2026-09-08" || n.Text != "report" || !n.At.Equal(b.clock.Now()) {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	for what, bad := range map[string]string{"unknown": entry.NewID(), "not an id": "x", "not a report": h.ID} {
		if _, err := d.Read(t.Context(), bad); err == nil {
			t.Errorf("%s is read", what)
		}
	}
}

// That a report is opened is in the log before a byte of it is fetched, and
// nothing is fetched if the log does not take it.
func TestReadIsWrittenFirst(t *testing.T) {
	b := newBox(t)
	id := b.withFiles(t, map[string][]byte{"a.txt": []byte("附件"), ".raw": []byte("原件")})
	_, added := b.withAddition(t, storetest.Web(b.clock.Now(), "有补充"), "补充", map[string][]byte{"b.txt": []byte("附件"), ".raw": []byte("原件")})
	for _, tt := range []struct {
		what, note string
		read       func(d deskCalls) error
	}{
		{"report", "report", func(d deskCalls) error { _, err := d.Read(t.Context(), id); return err }},
		{"identity", "identity", func(d deskCalls) error { _, _, err := d.Identity(t.Context(), id); return err }},
		{"file", "file 2", func(d deskCalls) error { _, _, err := d.File(t.Context(), id, 2); return err }},
		{"original", "file 3", func(d deskCalls) error { _, _, err := d.File(t.Context(), id, 3); return err }},
		{"added file", "file 2 of addition " + added, func(d deskCalls) error { _, _, err := d.File(t.Context(), added, 2); return err }},
		{"added original", "file 3 of addition " + added, func(d deskCalls) error { _, _, err := d.File(t.Context(), added, 3); return err }},
	} {
		t.Run(tt.what, func(t *testing.T) {
			var fetched, wrote int
			w := &watched{Box: b}
			d := unlock(t, w, leader, phrase)
			w.append = func(draft entry.Draft) error {
				if draft.Header.Kind != entry.KindRead || fetched > 0 {
					t.Errorf("%s entry after %d parts", draft.Header.Kind, fetched)
				}
				wrote++
				return nil
			}
			w.part = func(_ int64, _ int, r io.ReadCloser) (io.ReadCloser, error) {
				if fetched++; wrote == 0 {
					t.Error("a part is fetched before the entry is written")
				}
				return r, nil
			}
			check(t, tt.read(d))
			if wrote != 1 || fetched == 0 {
				t.Errorf("%d entries, %d parts", wrote, fetched)
			}
			if h, n := b.last(t); h.Kind != entry.KindRead || n.Text != tt.note {
				t.Errorf("%s entry, note %q", h.Kind, n.Text)
			}
			fetched = 0
			w.append = func(entry.Draft) error { return intake.ErrFull }
			wants(t, tt.read(d), intake.ErrFull)
			if fetched > 0 {
				t.Errorf("%d parts fetched though the entry was not written", fetched)
			}
			// It stays written when the opening fails.
			w.append = nil
			w.part = func(_ int64, _ int, r io.ReadCloser) (io.ReadCloser, error) { return flipped(r) }
			before, err := b.Size(t.Context())
			check(t, err)
			wants(t, tt.read(d), intake.ErrDamaged)
			if h, _ := b.last(t); h.Kind != entry.KindRead {
				t.Errorf("the newest entry is %s", h.Kind)
			}
			if after, err := b.Size(t.Context()); err != nil || after != before+1 {
				t.Errorf("%d entries, then %d", before, after)
			}
		})
	}
}

func TestReadAboutTeam(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	const canary = "组长收了礼"
	r := storetest.Web(b.clock.Now(), canary)
	r.AboutTeam = true
	r.Files = func(yield func(intake.File, error) bool) {
		yield(intake.File{Name: "证据.txt", Body: strings.NewReader(canary)}, nil)
	}
	id := b.submit(t, r).ID
	c, err := d.Read(t.Context(), id)
	check(t, err)
	want := triage.Case{Row: triage.Row{Index: c.Index, ID: id, Channel: intake.Web, Day: "2026-09-08", Standing: triage.Standing{State: triage.New}, AboutTeam: true}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("the case says more than that it exists: %s", diff)
	}
	if h, _ := b.last(t); h.Kind != entry.KindRead {
		t.Errorf("the newest entry is %s", h.Kind)
	}
	_, _, err = d.Identity(t.Context(), id)
	wants(t, err, intake.ErrForbidden)
	_, _, err = d.File(t.Context(), id, 2)
	wants(t, err, intake.ErrForbidden)
	wants(t, d.Reply(t.Context(), id, "收到"), intake.ErrForbidden)
	for _, key := range append(d.Steal().Teams, d.Steal().Custodians...) {
		for part := range 2 {
			if _, err := storetest.OpenPart(b.Box, record(t, b, c.Index), part, key); err == nil {
				t.Errorf("a key of the desk opens part %d", part)
			}
		}
	}
	if in, err := storetest.OpenPart(b.Box, record(t, b, c.Index), 0, b.office); err != nil || in.Report.Text != canary {
		t.Errorf("the office reads %+v, %v", in, err)
	}
}

func TestIdentity(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	member := hire(t, b, d, "member", triage.Member)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	id := b.withFiles(t, map[string][]byte{".raw.eml": []byte("原始邮件"), "照片.jpg": []byte("x")})
	want := storetest.Web(b.clock.Now(), "").Identity

	got, originals, err := keeper.Identity(t.Context(), id)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]triage.Attachment{{Entry: id, Part: 3, Name: ".raw.eml", Type: "text/plain", Size: 12}}, originals); diff != "" {
		t.Error(diff)
	}
	if h, n := b.last(t); h.Kind != entry.KindRead || h.By != "keeper" || n.Text != "identity" {
		t.Errorf("entry %+v, note %+v", h, n)
	}

	got, originals, err = member.Identity(t.Context(), id)
	wants(t, err, intake.ErrForbidden)
	if diff := cmp.Diff(intake.Identity{}, got); diff != "" || originals != nil {
		t.Error("a member gets", got, originals)
	}
	if h, n := b.last(t); h.Kind != entry.KindDenied || h.By != "member" || h.Ref != id || n.Text != "identity" {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	_, _, err = member.File(t.Context(), id, 3)
	wants(t, err, intake.ErrForbidden)
	if h, n := b.last(t); h.Kind != entry.KindDenied || n.Text != "file 3" {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	if len(member.Steal().Custodians) != 0 || len(keeper.Steal().Teams) != 0 {
		t.Error("an account holds keys that are not its roles'")
	}

	// A custodian who is nothing else opens identities and no reports.
	_, err = keeper.Read(t.Context(), id)
	wants(t, err, intake.ErrForbidden)
	if h, n := b.last(t); h.Kind != entry.KindDenied || n.Text != "report" {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	_, _, err = keeper.File(t.Context(), id, 2)
	wants(t, err, intake.ErrForbidden)
	wants(t, keeper.Sync(t.Context(), nil), intake.ErrForbidden)
}

func TestFile(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	content := map[string][]byte{"": {}, "大.bin": bytes.Repeat([]byte("0123456789"), 30_000), ".原件": []byte("original"), "表.csv": []byte("a,b\n")}
	id := b.withFiles(t, content)
	c, err := d.Read(t.Context(), id)
	check(t, err)
	_, originals, err := d.Identity(t.Context(), id)
	check(t, err)
	if len(c.Attachments) != 3 || c.Files != 3 || len(originals) != 1 {
		t.Fatalf("attachments %v, originals %v", c.Attachments, originals)
	}
	for _, a := range append(c.Attachments, originals...) {
		got, src, err := d.File(t.Context(), id, a.Part)
		check(t, err)
		b, err := io.ReadAll(src)
		check(t, err)
		check(t, src.Close())
		if diff := cmp.Diff(a, got); diff != "" {
			t.Error(diff)
		}
		if !bytes.Equal(b, content[a.Name]) || int64(len(b)) != a.Size {
			t.Errorf("file %q: %d bytes, want %d", a.Name, len(b), len(content[a.Name]))
		}
	}
	for _, part := range []int{-1, 0, 1, 6, 1 << 40} {
		_, _, err := d.File(t.Context(), id, part)
		wants(t, err, intake.ErrNotFound)
	}
}

// A file that was changed at rest does not end well, wherever the change is.
func TestFileDamaged(t *testing.T) {
	b := newBox(t)
	id := b.withFiles(t, map[string][]byte{"a": bytes.Repeat([]byte("x"), 200_000)})
	second := b.withFiles(t, map[string][]byte{"a": bytes.Repeat([]byte("x"), 200_000)})
	index, err := b.Find(t.Context(), second)
	check(t, err)
	for _, tt := range []struct {
		what   string
		change func([]byte) []byte
	}{
		{"a bit at the end", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }},
		{"a bit in the middle", func(b []byte) []byte { b[len(b)/2] ^= 1; return b }},
		{"cut", func(b []byte) []byte { return b[:len(b)-1] }},
		{"a byte more", func(b []byte) []byte { return append(b, 0) }},
		{"another report's file of the same content", func([]byte) []byte {
			b, err := storetest.ReadPart(b.Box, index, 2)
			check(t, err)
			return b
		}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			w := &watched{Box: b, part: func(_ int64, part int, r io.ReadCloser) (io.ReadCloser, error) {
				if part != 2 {
					return r, nil
				}
				b, err := io.ReadAll(r)
				check(t, err)
				return io.NopCloser(bytes.NewReader(tt.change(b))), r.Close()
			}}
			_, src, err := unlock(t, w, leader, phrase).File(t.Context(), id, 2)
			if err == nil {
				_, err = io.Copy(io.Discard, src)
				check(t, src.Close())
			}
			wants(t, err, intake.ErrDamaged)
		})
	}
}

// Bodies that are whole but lie in another entry's place do not open.
func TestReadSwapped(t *testing.T) {
	b := newBox(t)
	one, two := b.web(t, "一"), b.web(t, "二")
	d := unlock(t, b, leader, phrase)
	check(t, d.Note(t.Context(), one, "关于一"))
	size, err := b.Size(t.Context())
	check(t, err)
	body, err := storetest.ReadPart(b.Box, size-1, 0)
	check(t, err)
	// An account hangs another's note under another report, rightly signed.
	moved, err := d.AppendNote(t.Context(), entry.KindNoted, two, entry.Note{}, body)
	check(t, err)
	check(t, d.Note(t.Context(), two, "关于二"))
	c, err := d.Read(t.Context(), two)
	wants(t, err, intake.ErrDamaged)
	if c.Text != "二" || len(c.Notes) != 1 || c.Notes[0].Text != "关于二" {
		t.Errorf("what is whole is not there: %+v", c)
	}
	if _, err := storetest.OpenPart(b.Box, record(t, b, moved), 0, b.archive); err == nil {
		t.Error("the archive takes it")
	}
	if c, err := d.Read(t.Context(), one); err != nil || len(c.Notes) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// A box that goes on from a backup under a new origin reads what came before.
func TestReadRestored(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	id := b.web(t, "恢复以前")
	check(t, d.Note(t.Context(), id, "记下"))
	r := b.restored(t)
	d = unlock(t, r, leader, phrase)
	after := r.web(t, "恢复以后")
	check(t, d.Note(t.Context(), id, "又记下"))
	sync(t, d)
	if row(t, d, id).Title != "恢复以前" || row(t, d, after).Title != "恢复以后" {
		t.Errorf("rows %+v", rows(d))
	}
	c, err := d.Read(t.Context(), id)
	check(t, err)
	if len(c.Notes) != 2 || c.Text != "恢复以前" {
		t.Errorf("case %+v", c)
	}
	if diff := cmp.Diff(rows(d), rows(synced(t, r))); diff != "" {
		t.Error(diff)
	}
}
