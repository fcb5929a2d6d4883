package socket_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// TestClientAnswersAsTheBox asks both sides the same and compares.
func TestClientAnswersAsTheBox(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx := t.Context()
	r := storetest.Web(b.Clock.Now(), "公车私用 <script>&")
	r.Files = files(intake.File{Name: "账本.xlsx", Body: strings.NewReader("rows")})
	out, err := b.Submit(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	late := storetest.Web(b.Clock.Now().Add(12*time.Hour), "太晚")
	b.Clock.Add(12 * time.Hour)
	if _, err := b.Submit(ctx, late); err != nil {
		t.Fatal(err)
	}
	views := map[int64][]byte{4: []byte("seal\x00ed"), 7: {}, 1: []byte("one")}
	if err := c.PutViews(ctx, views); err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func(socket.Box) (any, error){
		"state": func(b socket.Box) (any, error) { return b.State(ctx) },
		"now": func(b socket.Box) (any, error) {
			now, day, err := b.Now(ctx)
			return []any{now, day}, err
		},
		"size":              func(b socket.Box) (any, error) { return b.Size(ctx) },
		"status":            func(b socket.Box) (any, error) { return b.Status(ctx) },
		"check":             func(b socket.Box) (any, error) { return b.Check(ctx) },
		"find":              func(b socket.Box) (any, error) { return b.Find(ctx, out.ID) },
		"find nothing":      func(b socket.Box) (any, error) { return b.Find(ctx, strings.Repeat("0", 32)) },
		"find no id":        func(b socket.Box) (any, error) { return b.Find(ctx, "a&b=c/../d?#\n") },
		"about":             func(b socket.Box) (any, error) { return b.About(ctx, out.ID) },
		"wrap":              func(b socket.Box) (any, error) { return b.Wrap(ctx, storetest.Leader) },
		"wrap of nobody":    func(b socket.Box) (any, error) { return b.Wrap(ctx, "nobody") },
		"view key":          func(b socket.Box) (any, error) { return b.ViewKey(ctx) },
		"cursor":            func(b socket.Box) (any, error) { return b.Cursor(ctx, "mail") },
		"checkpoint":        func(b socket.Box) (any, error) { return b.Checkpoint(ctx) },
		"public checkpoint": func(b socket.Box) (any, error) { return b.PublicCheckpoint(ctx) },
		"entries":           func(b socket.Box) (any, error) { return gather(b.Entries(ctx, 0, 5)) },
		"entries to beyond": func(b socket.Box) (any, error) { return gather(b.Entries(ctx, 3, 9)) },
		"no entries":        func(b socket.Box) (any, error) { return gather(b.Entries(ctx, 3, 3)) },
		"views":             func(b socket.Box) (any, error) { return gather(b.Views(ctx, 0)) },
		"views from 5":      func(b socket.Box) (any, error) { return gather(b.Views(ctx, 5)) },
		"body":              func(b socket.Box) (any, error) { return part(b, 0, 0) },
		"sealed part":       func(b socket.Box) (any, error) { return part(b, 4, 0) },
		"sealed file":       func(b socket.Box) (any, error) { return part(b, 4, 2) },
		"part of no entry":  func(b socket.Box) (any, error) { return part(b, 99, 0) },
		"no such part":      func(b socket.Box) (any, error) { return part(b, 4, 7) },
		"part -1":           func(b socket.Box) (any, error) { return part(b, 4, -1) },
	} {
		want, wantErr := ask(b.Box)
		got, gotErr := ask(c)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if fmt.Sprint(wantErr) != fmt.Sprint(gotErr) || errors.Is(wantErr, intake.ErrNotFound) != errors.Is(gotErr, intake.ErrNotFound) {
			t.Errorf("%s: the box says %v, the client %v", name, wantErr, gotErr)
		}
	}
	if err := c.DropViews(ctx); err != nil {
		t.Fatal(err)
	}
	if left := collect(t, b.Views(ctx, 0)); len(left) != 0 {
		t.Errorf("%d views left", len(left))
	}
}

func TestAppend(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx := t.Context()
	recipient, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	now, day, err := c.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	state, err := c.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	draft := func(body entry.Body) entry.Draft {
		raw, err := entry.EncodeBody(body)
		if err != nil {
			t.Fatal(err)
		}
		return entry.Draft{Header: entry.Header{V: entry.Version, ID: entry.NewID(), Kind: body.Kind(), Date: day, By: storetest.Leader,
			Parts: []entry.Part{{Role: entry.RoleBody, SHA256: entry.HashOf(raw), Size: int64(len(raw))}}}, Bodies: [][]byte{raw}}
	}
	d := draft(entry.AccountBody{At: now, Account: "second", Roles: []string{"member"},
		Key: state.Accounts[storetest.Leader].Key, Recipient: recipient.Recipient().String()})
	d.Wraps = map[string][]byte{"second": []byte("\xffwrap")}
	d.Header.Sign("another box", b.Keys.Leader)
	if _, err := c.Append(ctx, d); !errors.Is(err, intake.ErrProof) {
		t.Errorf("a draft signed for another box: %v", err)
	}
	d.Header.Sign(state.Origin, b.Keys.Leader)
	if index, err := c.Append(ctx, d); err != nil || index != 4 {
		t.Fatalf("entry %d, %v", index, err)
	}
	if wrap, err := b.Wrap(ctx, "second"); err != nil || string(wrap) != "\xffwrap" {
		t.Errorf("wrap %q, %v", wrap, err)
	}
	keys := state.Keys
	keys.At, keys.Generation, keys.Team = now, 2, recipient.Recipient().String()
	d = draft(keys)
	d.Wraps, d.ViewKey = map[string][]byte{"second": []byte("new"), storetest.Leader: {}}, []byte("again")
	d.Header.Sign(state.Origin, b.Keys.Leader)
	if index, err := c.Append(ctx, d); err != nil || index != 5 {
		t.Fatalf("entry %d, %v", index, err)
	}
	if _, err := b.Wrap(ctx, storetest.Leader); !errors.Is(err, intake.ErrNotFound) {
		t.Errorf("an empty wrap left the old one: %v", err)
	}
	if key, err := b.ViewKey(ctx); err != nil || string(key) != "again" {
		t.Errorf("view key %q, %v", key, err)
	}
	if state, err = c.State(ctx); err != nil || state.Accounts["second"].Entry != 4 || state.Keys.Generation != 2 {
		t.Errorf("account %+v, keys %d, %v", state.Accounts["second"], state.Keys.Generation, err)
	}
	if err := c.PutViews(ctx, map[int64][]byte{1: make([]byte, socket.MaxRecord/4*3)}); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("a view of 48 MiB, 64 MiB as JSON: %v", err)
	}
}

func TestForget(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx := t.Context()
	now := b.Clock.Now()
	send := func(text string, want intake.Verdict) {
		t.Helper()
		if out, err := c.Submit(ctx, storetest.Call(now, text)); err != nil || out.Verdict != want {
			t.Errorf("%q: %+v, %v", text, out, err)
		}
	}
	odd := "\x00\xff<&>\r\n"
	for _, text := range []string{"一", "二"} {
		send(text, intake.Accepted)
	}
	r := storetest.Call(now, "三")
	r.Source.Meaning = []byte(odd)
	if _, err := c.Submit(ctx, r); err != nil {
		t.Fatal(err)
	}
	cursor := intake.Cursor{Name: "mail:收件箱", Value: []byte{0, 255}}
	if err := c.Forget(ctx, intake.Hotline, [][]byte{[]byte("一"), []byte(odd), {}, []byte("没有")}, cursor); err != nil {
		t.Fatal(err)
	}
	if value, err := c.Cursor(ctx, cursor.Name); err != nil || !bytes.Equal(value, cursor.Value) {
		t.Errorf("cursor %v, %v", value, err)
	}
	send("一", intake.Accepted)
	send("二", intake.Duplicate)
	if out, err := c.Submit(ctx, r); err != nil || out.Verdict != intake.Accepted {
		t.Errorf("%+v, %v", out, err)
	}
	// Without a cursor, and without a meaning.
	if err := c.Forget(ctx, intake.Hotline, [][]byte{[]byte("二")}, intake.Cursor{}); err != nil {
		t.Error(err)
	}
	send("二", intake.Accepted)
	cursor.Value = []byte("on")
	if err := c.Forget(ctx, intake.Mail, nil, cursor); err != nil {
		t.Error(err)
	}
	if value, err := b.Cursor(ctx, cursor.Name); err != nil || string(value) != "on" {
		t.Errorf("cursor %v, %v", value, err)
	}
	want := b.Forget(ctx, "telex", nil, cursor)
	if got := c.Forget(ctx, "telex", nil, cursor); fmt.Sprint(want) != fmt.Sprint(got) || !errors.Is(got, intake.ErrInvalid) {
		t.Errorf("the box says %v, the client %v", want, got)
	}
	if err := c.Forget(ctx, intake.Mail, [][]byte{make([]byte, socket.MaxRecord/4*3)}, cursor); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("a meaning of 48 MiB, 64 MiB as JSON: %v", err)
	}
}

func TestKeepersCalls(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx := t.Context()
	if _, err := c.Submit(ctx, storetest.Web(b.Clock.Now(), "一件")); err != nil {
		t.Fatal(err)
	}
	b.Clock.Add(24 * time.Hour)
	if err := c.CloseDays(ctx); err != nil {
		t.Fatal(err)
	}
	state, err := c.State(ctx)
	if err != nil || state.LastDay != "2026-09-08" {
		t.Errorf("last day %q, %v", state.LastDay, err)
	}
	before, err := c.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	note, size, err := c.Export(ctx, 2)
	if err != nil || size != before || !bytes.HasPrefix(note, []byte(state.Origin+"\n")) {
		t.Errorf("export of %d entries: %d, %q, %v", before, size, note, err)
	}
	if err := c.Compact(ctx); err != nil {
		t.Error(err)
	}
	var whole bytes.Buffer
	if err := c.Backup(ctx, &whole); err != nil {
		t.Fatal(err)
	}
	names := map[string]int64{}
	for r := tar.NewReader(&whole); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if names[h.Name], err = io.Copy(io.Discard, r); err != nil {
			t.Fatal(err)
		}
	}
	if names["box.db"] == 0 || names["log.key"] == 0 {
		t.Errorf("backup holds %v", names)
	}
	if err := c.Backup(ctx, fullDisk{}); !errors.Is(err, errFullDisk) {
		t.Errorf("backup to a full disk: %v", err)
	}
}

var errFullDisk = errors.New("no space")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFullDisk }
