package reader_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	gosync "sync"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/reader"
)

// Everything at once, on one desk and on several, while reports come in and
// accounts change. What each call says must hold; the box's invariants are
// checked when the test ends, and -race watches.
func TestTogether(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	member := hire(t, b, d, "member", triage.Member)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	const rounds = 12
	var first []string
	for i := range rounds {
		first = append(first, b.withFiles(t, map[string][]byte{"a": []byte(fmt.Sprint(i))}))
	}
	var all gosync.WaitGroup
	each := func(name string, do func(i int) error) {
		all.Go(func() {
			for i := range rounds {
				if err := do(i); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	ctx := t.Context()
	each("submit", func(i int) error {
		_, err := b.Submit(ctx, &intake.Report{Channel: intake.Web, Arrived: b.clock.Now(), Text: fmt.Sprint("新来的 ", i)})
		return err
	})
	for _, desk := range []*reader.Desk{d, member} {
		each("sync", func(int) error { return desk.Sync(ctx, nil) })
		each("list", func(int) error { desk.List(triage.New, intake.Web, 0, 5); return nil })
		each("note", func(i int) error { return desk.Note(ctx, first[i], "记") })
		each("read", func(i int) error {
			c, err := desk.Read(ctx, first[i])
			if err == nil && c.Text != "有附件" {
				err = fmt.Errorf("text %q", c.Text)
			}
			return err
		})
		each("file", func(i int) error {
			_, src, err := desk.File(ctx, first[i], 2)
			if err != nil {
				return err
			}
			text, err := io.ReadAll(src)
			if err == nil && string(text) != fmt.Sprint(i) {
				err = fmt.Errorf("file %q", text)
			}
			return errors.Join(err, src.Close())
		})
	}
	each("triage", func(i int) error { return member.Triage(ctx, first[i], routed, "") })
	each("identity", func(i int) error { _, _, err := keeper.Identity(ctx, first[i]); return err })
	each("accounts", func(i int) error {
		if i%3 > 0 {
			return nil
		}
		name := fmt.Sprint("brief-", i)
		return errors.Join(d.AddAccount(ctx, name, []triage.Role{triage.Member}, other), d.RemoveAccount(ctx, name))
	})
	each("own passphrase", func(i int) error {
		if i%4 > 0 {
			return nil
		}
		return d.ResetAccount(ctx, leader, phrase)
	})
	all.Wait()

	want := rows(synced(t, b))
	if len(want) != 2*rounds {
		t.Errorf("%d rows", len(want))
	}
	for _, desk := range []*reader.Desk{d, member} {
		sync(t, desk)
		for i, r := range rows(desk) {
			if r.ID != want[i].ID || r.Standing != want[i].Standing || r.Title != want[i].Title {
				t.Errorf("%s lists %+v, a new desk %+v", desk.Name(), r, want[i])
			}
		}
	}
}

// Locking a desk in the middle of everything leaves no row and no panic; calls
// end as they would have, or are forbidden.
func TestLockTogether(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	id := b.withFiles(t, map[string][]byte{"a": []byte(strings.Repeat("x", 100_000))})
	b.ledger(t, 300)
	var all gosync.WaitGroup
	for what, call := range map[string]func() error{
		"sync":   func() error { return d.Sync(t.Context(), nil) },
		"read":   func() error { _, err := d.Read(t.Context(), id); return err },
		"note":   func() error { return d.Note(t.Context(), id, "x") },
		"triage": func() error { return d.Triage(t.Context(), id, done, "") },
		"reset":  func() error { return d.ResetAccount(t.Context(), leader, phrase) },
		"file": func() error {
			_, src, err := d.File(t.Context(), id, 2)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, src)
			return errors.Join(err, src.Close())
		},
	} {
		all.Go(func() {
			for range 20 {
				if err := call(); err != nil {
					if !errors.Is(err, intake.ErrForbidden) && what != "triage" {
						t.Errorf("%s: %v", what, err)
					}
					return
				}
			}
		})
	}
	for range 50 {
		d.List("", "", 0, 10)
	}
	d.Lock()
	all.Wait()
	if n := len(ids(d)); n != 0 {
		t.Errorf("%d rows at a locked desk", n)
	}
}
