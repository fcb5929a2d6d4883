package reader_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

const (
	leader = "leader"
	phrase = "seven tall pine trees"
	other  = "nine quiet old rivers"
)

// A box is a real box with a first account, its clock, and the keys that are
// never in it.
type box struct {
	*store.Box
	path            string
	clock           *storetest.Clock
	archive, office seal.Identity
}

func newBox(t testing.TB) *box {
	t.Helper()
	b := &box{path: filepath.Join(t.TempDir(), "box"), clock: storetest.NewClock(), archive: newIdentity(t), office: newIdentity(t)}
	f, err := reader.Found(leader, phrase, b.archive.Recipient().String(), b.office.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	err = store.Create(b.path, store.Founding{Inspection: entry.Inspection{Name: "测试巡察"}, Schedule: storetest.Schedule(t),
		Keys: f.Keys, Account: f.Account, Wraps: f.Wraps, ViewKey: f.ViewKey}, store.Options{Now: b.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	b.open(t)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		storetest.CheckInvariants(t, b.path)
	})
	return b
}

func (b *box) open(t testing.TB) {
	t.Helper()
	var err error
	if b.Box, err = store.Open(b.path, store.Options{Now: b.clock.Now}); err != nil {
		t.Fatal(err)
	}
}

func newIdentity(t testing.TB) seal.Identity {
	t.Helper()
	id, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// unlock unlocks an account, through a watched box if there is one.
func unlock(t testing.TB, b reader.Box, name, passphrase string) *reader.Desk {
	t.Helper()
	d, err := reader.Unlock(t.Context(), b, name, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Lock)
	return d
}

// hire adds an account and unlocks it.
func hire(t testing.TB, b reader.Box, by *reader.Desk, name string, roles ...triage.Role) *reader.Desk {
	t.Helper()
	check(t, by.AddAccount(t.Context(), name, roles, other))
	return unlock(t, b, name, other)
}

func (b *box) submit(t testing.TB, r *intake.Report) intake.Outcome {
	t.Helper()
	out, err := b.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if out.Verdict != intake.Accepted {
		t.Fatalf("not accepted: %+v", out)
	}
	return out
}

// web submits a report of the web form and returns its id.
func (b *box) web(t testing.TB, text string) string {
	t.Helper()
	return b.submit(t, storetest.Web(b.clock.Now(), text)).ID
}

func (b *box) call(t testing.TB, text string) string {
	t.Helper()
	return b.submit(t, storetest.Call(b.clock.Now(), text)).ID
}

// ledger submits n calls at once.
func (b *box) ledger(t testing.TB, n int) {
	t.Helper()
	check(t, b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range n {
			if !yield(storetest.Call(b.clock.Now(), fmt.Sprint("来电 ", i)), nil) {
				return
			}
		}
	}, func(_ int, o intake.Outcome) {
		if o.Verdict != intake.Accepted {
			t.Errorf("not accepted: %+v", o)
		}
	}))
}

// aboutTeam submits a report about the team.
func (b *box) aboutTeam(t testing.TB, text string) string {
	t.Helper()
	r := storetest.Web(b.clock.Now(), text)
	r.AboutTeam = true
	return b.submit(t, r).ID
}

// withFiles submits a report with files; a name with a dot in front is an
// original.
func (b *box) withFiles(t testing.TB, files map[string][]byte) string {
	t.Helper()
	r := storetest.Web(b.clock.Now(), "有附件")
	r.Files = func(yield func(intake.File, error) bool) {
		for name, content := range files {
			f := intake.File{Name: name, Type: "text/plain", Private: strings.HasPrefix(name, "."), Body: bytes.NewReader(content)}
			if !yield(f, nil) {
				return
			}
		}
	}
	return b.submit(t, r).ID
}

// restored makes another box from a backup of this one, under a new origin.
func (b *box) restored(t testing.TB) *box {
	t.Helper()
	var backup bytes.Buffer
	check(t, b.Backup(t.Context(), &backup))
	r := &box{path: filepath.Join(t.TempDir(), "box"), clock: b.clock, archive: b.archive, office: b.office}
	check(t, store.Restore(t.Context(), &backup, r.path, nil, store.Options{Now: b.clock.Now}))
	r.open(t)
	t.Cleanup(func() {
		check(t, r.Close())
		storetest.CheckInvariants(t, r.path)
	})
	return r
}

// record returns an entry.
func record(t testing.TB, b reader.Box, index int64) entry.Record {
	t.Helper()
	for rec, err := range b.Entries(t.Context(), index, index+1) {
		check(t, err)
		return rec
	}
	panic("no entry")
}

// deskCalls are the calls that open something.
type deskCalls interface {
	Read(ctx context.Context, id string) (triage.Case, error)
	Identity(ctx context.Context, id string) (intake.Identity, []triage.Attachment, error)
	File(ctx context.Context, id string, part int) (triage.Attachment, io.ReadCloser, error)
}

// last returns the newest entry and its note, if it has one, as the archive
// reads it.
func (b *box) last(t testing.TB) (entry.Header, entry.Note) {
	t.Helper()
	size, err := b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(t.Context(), size-1, size) {
		if err != nil {
			t.Fatal(err)
		}
		if !rec.Header.Kind.Staff() || rec.Header.Parts[0].Role != entry.RoleNote {
			return rec.Header, entry.Note{}
		}
		in, err := storetest.OpenPart(b.Box, rec, 0, b.archive)
		if err != nil {
			t.Fatal(err)
		}
		return rec.Header, *in.Note
	}
	panic("no entry")
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails unless err wraps want; nil wants none.
func wants(t testing.TB, err, want error) {
	t.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		t.Fatalf("error: %v, want %v", err, want)
	}
}

func sync(t testing.TB, d *reader.Desk) {
	t.Helper()
	check(t, d.Sync(t.Context(), nil))
}

// ids lists the ids of all rows, newest first.
func ids(d *reader.Desk) (list []string) {
	for _, r := range rows(d) {
		list = append(list, r.ID)
	}
	return list
}

func rows(d *reader.Desk) []triage.Row {
	page, _ := d.List("", "", 0, 1<<30)
	return page
}

func row(t testing.TB, d *reader.Desk, id string) triage.Row {
	t.Helper()
	all := rows(d)
	i := slices.IndexFunc(all, func(r triage.Row) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("no row of %s", id)
	}
	return all[i]
}

// A watched is a real box whose calls a test looks at, or gets in the way of.
// Fields that are nil do nothing.
type watched struct {
	reader.Box
	part   func(index int64, part int, r io.ReadCloser) (io.ReadCloser, error)
	append func(entry.Draft) error // before it
	wrap   func(name string, b []byte) []byte
	now    func() // after it
}

func (w *watched) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	r, err := w.Box.Part(ctx, index, part)
	if err == nil && w.part != nil {
		return w.part(index, part, r)
	}
	return r, err
}

func (w *watched) Append(ctx context.Context, d entry.Draft) (int64, error) {
	if w.append != nil {
		if err := w.append(d); err != nil {
			return 0, err
		}
	}
	return w.Box.Append(ctx, d)
}

func (w *watched) Wrap(ctx context.Context, name string) ([]byte, error) {
	b, err := w.Box.Wrap(ctx, name)
	if err == nil && w.wrap != nil {
		b = w.wrap(name, b)
	}
	return b, err
}

func (w *watched) Now(ctx context.Context) (time.Time, string, error) {
	now, day, err := w.Box.Now(ctx)
	if w.now != nil {
		w.now()
	}
	return now, day, err
}

// flipped yields the stored bytes with one bit changed.
func flipped(r io.ReadCloser) (io.ReadCloser, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	b[len(b)/2] ^= 1
	return io.NopCloser(bytes.NewReader(b)), r.Close()
}
