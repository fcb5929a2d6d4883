package store_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// listing opens all that is in the golden box and writes it down, a line each.
func listing(t *testing.T, b *storetest.Box) string {
	t.Helper()
	l := &lister{b: b}
	ctx := t.Context()
	keys, err := seal.ReadIdentities(strings.NewReader(readGolden(t, "keys/archive.key")))
	if err != nil {
		t.Fatal(err)
	}
	size, err := b.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(ctx, 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		l.entry(t, rec, keys)
	}
	status, err := b.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	l.json(t, "entries, accepted, refused", []any{status.Entries, status.Accepted, status.Refused})
	l.json(t, "key, checkpoint", []any{status.Key, status.Checkpoint})
	public, err := b.PublicCheckpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	l.json(t, "public checkpoint", string(public))
	cursor, err := b.Cursor(ctx, "mail")
	if err != nil {
		t.Fatal(err)
	}
	l.json(t, "cursor", string(cursor))
	thread, err := b.Thread(ctx, readGolden(t, "keys/receipt.txt"))
	if err != nil {
		t.Fatal(err)
	}
	l.json(t, "thread", []any{thread.Day, thread.State, thread.Added})
	for _, r := range thread.Replies {
		l.json(t, "reply", []any{r.Day, r.Text})
	}
	l.office(t, size)
	l.desk(t)
	return l.out.String()
}

type lister struct {
	b   *storetest.Box
	out strings.Builder
}

func (l *lister) line(what, text string) { fmt.Fprintf(&l.out, "%s: %s\n", what, text) }

func (l *lister) json(t *testing.T, what string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	l.line(what, string(text))
}

// entry writes down a header and its parts: clear bodies, plaintexts without
// their padding, and the files that these tell the length of.
func (l *lister) entry(t *testing.T, rec entry.Record, keys []seal.Identity) {
	t.Helper()
	what := fmt.Sprintf("entry %d", rec.Index)
	l.line(what, string(rec.Raw))
	var infos []entry.FileInfo
	for i, p := range rec.Header.Parts {
		what := fmt.Sprintf("%s %s", what, p.Role)
		if p.Role.Blob() {
			l.file(t, what, rec.Index, i, infos[0].Size, keys)
			infos = infos[1:]
			continue
		}
		if p.Role == entry.RoleBody {
			body, err := storetest.ReadPart(l.b.Box, rec.Index, i)
			if err != nil {
				t.Fatal(err)
			}
			l.line(what, string(body))
			continue
		}
		in, err := storetest.OpenPart(l.b.Box, rec, i, keys...)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		plain, err := in.Encode()
		if err != nil {
			t.Fatal(err)
		}
		l.line(what, string(plain))
		switch {
		case in.Report != nil:
			infos = append(infos, in.Report.Files...)
		case in.Identity != nil:
			infos = append(infos, in.Identity.Files...)
		}
	}
}

func (l *lister) file(t *testing.T, what string, index int64, part int, length int64, keys []seal.Identity) {
	t.Helper()
	src, err := l.b.Part(t.Context(), index, part)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	plain, err := seal.NewReader(src, length, keys...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	l.json(t, what, string(text))
}

// office writes down which reports the office's key opens.
func (l *lister) office(t *testing.T, size int64) {
	t.Helper()
	keys, err := seal.ReadIdentities(strings.NewReader(readGolden(t, "keys/office.key")))
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range l.b.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind != entry.KindAccepted {
			continue
		}
		if _, err := storetest.OpenPart(l.b.Box, rec, 0, keys...); err == nil {
			l.json(t, "the office's", rec.Index)
		}
	}
}

// desk writes down what the desk shows once it is unlocked.
func (l *lister) desk(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	d, err := reader.Unlock(ctx, l.b.Box, "zhang", strings.TrimSpace(readGolden(t, "keys/passphrase.txt")))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	var views []int64
	for v, err := range l.b.Views(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, v.Index)
	}
	l.json(t, "views", views)
	if err := d.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	rows, _ := d.List("", "", 0, 1000)
	for _, row := range rows {
		l.json(t, "row", []any{row.Index, row.ID, row.Channel, row.Day, row.State, row.Route, row.AboutTeam, row.Unit, row.Title, row.Files, row.Marks})
	}
	accounts, err := d.Accounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range accounts {
		l.json(t, "account", []any{a.Name, a.Roles, a.Removed})
	}
}
