package reader_test

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// withAddition submits a report and adds to it; the files go in by name, and a
// name with a dot in front is an original. It returns both ids.
func (b *box) withAddition(t testing.TB, r *intake.Report, text string, content map[string][]byte) (id, added string) {
	t.Helper()
	first := b.submit(t, r)
	return first.ID, b.add(t, first.Receipt, text, content)
}

func (b *box) add(t testing.TB, receipt, text string, content map[string][]byte) string {
	t.Helper()
	var files []intake.File
	for _, name := range slices.Sorted(maps.Keys(content)) {
		files = append(files, intake.File{Name: name, Type: "text/plain", Private: strings.HasPrefix(name, "."), Body: bytes.NewReader(content[name])})
	}
	out, err := b.Add(t.Context(), receipt, storetest.Addition(b.clock.Now(), text, files...))
	if err != nil || out.Verdict != intake.Accepted {
		t.Fatalf("not accepted: %+v, %v", out, err)
	}
	return out.ID
}

// readFile opens a file and reads it to its end.
func readFile(t testing.TB, d *reader.Desk, id string, part int) (triage.Attachment, string) {
	t.Helper()
	a, src, err := d.File(t.Context(), id, part)
	check(t, err)
	text, err := io.ReadAll(src)
	check(t, err)
	check(t, src.Close())
	return a, string(text)
}

func TestReadAdditions(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	first := b.submit(t, storetest.Web(b.clock.Now(), "一件"))
	words := b.add(t, first.Receipt, "只有文字", nil)
	b.clock.Add(time.Hour)
	both := b.add(t, first.Receipt, "都有", map[string][]byte{"甲.txt": []byte("甲的内容"), "乙.txt": {}, ".原图.jpg": []byte("原图")})
	files := b.add(t, first.Receipt, "", map[string][]byte{"丙.txt": []byte("只有附件")})

	c, err := d.Read(t.Context(), first.ID)
	check(t, err)
	index, err := b.Find(t.Context(), words)
	check(t, err)
	want := []triage.Addition{
		{Index: index, ID: words, Day: "2026-09-08", Arrived: storetest.Start, Text: "只有文字"},
		{Index: index + 1, ID: both, Day: "2026-09-08", Arrived: b.clock.Now(), Text: "都有", Originals: 1,
			Attachments: []triage.Attachment{{Entry: both, Part: 2, Name: "乙.txt", Type: "text/plain"}, {Entry: both, Part: 3, Name: "甲.txt", Type: "text/plain", Size: 12}}},
		{Index: index + 2, ID: files, Day: "2026-09-08", Arrived: b.clock.Now(),
			Attachments: []triage.Attachment{{Entry: files, Part: 2, Name: "丙.txt", Type: "text/plain", Size: 12}}},
	}
	if diff := cmp.Diff(want, c.Added); diff != "" || c.Text != "一件" || c.Attachments != nil {
		t.Errorf("%+v: %s", c, diff)
	}
	for _, tt := range []struct {
		id   string
		part int
		want string
	}{{both, 2, ""}, {both, 3, "甲的内容"}, {files, 2, "只有附件"}, {both, 4, "原图"}} {
		a, text := readFile(t, d, tt.id, tt.part)
		if text != tt.want || a.Entry != tt.id || int64(len(text)) != a.Size || a.Part != tt.part {
			t.Errorf("file %d of %s: %+v, %q", tt.part, tt.id, a, text)
		}
	}
	// Adding is no report: the queue has one row, and it says what it said.
	sync(t, d)
	if diff := cmp.Diff([]string{first.ID}, ids(d)); diff != "" || row(t, d, first.ID).Files != 0 {
		t.Errorf("row %+v, %s", row(t, d, first.ID), diff)
	}
	for _, bad := range []struct {
		id   string
		part int
		want error
	}{{both, 0, intake.ErrNotFound}, {both, 1, intake.ErrNotFound}, {both, 5, intake.ErrNotFound}, {both, -1, intake.ErrNotFound}, {words, 2, intake.ErrNotFound},
		{first.ID, 2, intake.ErrNotFound}, {entry.NewID(), 2, intake.ErrNotFound}, {"x", 2, intake.ErrInvalid}} {
		_, _, err := d.File(t.Context(), bad.id, bad.part)
		wants(t, err, bad.want)
	}
	// An addition is read with its report, never as one.
	for what, err := range map[string]error{
		"read":   errorOf(d.Read(t.Context(), both)),
		"note":   d.Note(t.Context(), both, "记"),
		"reply":  d.Reply(t.Context(), both, "收到"),
		"triage": d.Triage(t.Context(), both, done, ""),
	} {
		t.Run(what, func(t *testing.T) { wants(t, err, intake.ErrNotFound) })
	}
}

func errorOf[T any](_ T, err error) error { return err }

// Who may open a file of an addition is who may open one of the report, and
// what the log says of it is about the report.
func TestFileOfAnAdditionByRole(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	desks := map[string]*reader.Desk{"member": hire(t, b, d, "member", triage.Member), "keeper": hire(t, b, d, "keeper", triage.Custodian)}
	id, added := b.withAddition(t, storetest.Web(b.clock.Now(), "一件"), "补充", map[string][]byte{"a": []byte("附件"), ".b": []byte("原件")})
	for _, tt := range []struct {
		who  string
		part int
		note string
		kind entry.Kind
		text string
	}{
		{"member", 2, "file 2 of addition " + added, entry.KindRead, "附件"},
		{"member", 3, "file 3 of addition " + added, entry.KindDenied, ""},
		{"keeper", 2, "file 2 of addition " + added, entry.KindDenied, ""},
		{"keeper", 3, "file 3 of addition " + added, entry.KindRead, "原件"},
	} {
		if tt.kind == entry.KindDenied {
			_, _, err := desks[tt.who].File(t.Context(), added, tt.part)
			wants(t, err, intake.ErrForbidden)
		} else if _, text := readFile(t, desks[tt.who], added, tt.part); text != tt.text {
			t.Errorf("%s reads %q", tt.who, text)
		}
		if h, n := b.last(t); h.Kind != tt.kind || h.By != tt.who || h.Ref != id || n.Text != tt.note {
			t.Errorf("entry %+v, note %+v; want %+v", h, n, tt)
		}
	}
	desks["member"].Lock()
	_, _, err := desks["member"].File(t.Context(), added, 2)
	wants(t, err, intake.ErrForbidden)
}

func TestAdditionAboutTeam(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	r := storetest.Web(b.clock.Now(), "组长收了礼")
	r.AboutTeam = true
	id, added := b.withAddition(t, r, "还有证据", map[string][]byte{"证据.txt": []byte("证据"), ".原件": []byte("原件")})
	c, err := d.Read(t.Context(), id)
	check(t, err)
	index, err := b.Find(t.Context(), added)
	check(t, err)
	want := triage.Case{Row: triage.Row{Index: index - 1, ID: id, Channel: intake.Web, Day: "2026-09-08", Standing: triage.Standing{State: triage.New}, AboutTeam: true},
		Added: []triage.Addition{{Index: index, ID: added, Day: "2026-09-08"}}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("the case says more than that it exists: %s", diff)
	}
	for part := 2; part < 4; part++ {
		_, _, err = d.File(t.Context(), added, part)
		wants(t, err, intake.ErrForbidden)
	}
	if in, err := storetest.OpenPart(b.Box, record(t, b, index), 0, b.office); err != nil || in.Report.Text != "还有证据" || len(in.Report.Files) != 1 {
		t.Errorf("the office reads %+v, %v", in.Report, err)
	}
}

// A box that says that an addition belongs to another entry makes nobody read
// it: what was sealed says whose it is.
func TestAdditionHungElsewhere(t *testing.T) {
	b := newBox(t)
	_, added := b.withAddition(t, storetest.Web(b.clock.Now(), "一件"), "补充", map[string][]byte{"a": []byte("附件")})
	elsewhere := b.web(t, "另一件")
	index, err := b.Find(t.Context(), added)
	check(t, err)
	for _, tt := range []struct {
		what   string
		change func(h *entry.Header)
		want   error
	}{
		{"another report", func(h *entry.Header) { h.Ref = elsewhere }, intake.ErrDamaged},
		{"no entry", func(h *entry.Header) { h.Ref = entry.NewID() }, intake.ErrNotFound},
		{"an entry that is none", func(h *entry.Header) { h.Ref = record(t, b, 0).Header.ID }, intake.ErrNotFound},
		{"a report of its own", func(h *entry.Header) { h.Kind, h.Ref = entry.KindAccepted, "" }, intake.ErrNotFound}, // the box takes no entry about it
		{"an id of its own", func(h *entry.Header) { h.ID = entry.NewID() }, intake.ErrNotFound},
		{"a call record", func(h *entry.Header) {
			h.Kind, h.Channel, h.Ref, h.Parts = entry.KindCall, intake.Hotline, "", []entry.Part{{Role: entry.RoleCall, Size: 1}}
		}, intake.ErrNotFound},
	} {
		t.Run(tt.what, func(t *testing.T) {
			on := false
			d := unlock(t, &rewriting{Box: b, change: func(rec *entry.Record) bool {
				if on && rec.Index == index {
					rec.Header.Parts = slices.Clone(rec.Header.Parts)
					tt.change(&rec.Header)
				}
				return true
			}}, leader, phrase)
			on = true
			_, _, err := d.File(t.Context(), added, 2)
			wants(t, err, tt.want)
		})
	}
}
