package reader_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestFound(t *testing.T) {
	archive, office := newIdentity(t).Recipient().String(), newIdentity(t).Recipient().String()
	f, err := reader.Found(leader, phrase, archive, office)
	check(t, err)
	f.Keys.At, f.Account.At = time.Unix(1, 0), time.Unix(1, 0)
	for _, b := range []entry.Body{f.Keys, f.Account} {
		if _, err := entry.EncodeBody(b); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"custodian", "leader", "member"}, f.Account.Roles); diff != "" {
		t.Error(diff)
	}
	if f.Keys.Generation != 1 || f.Keys.Archive != archive || f.Keys.Office != office {
		t.Errorf("keys %+v", f.Keys)
	}
	var stored struct {
		V       int
		Secret  []byte
		Keyring [][]byte
	}
	check(t, json.Unmarshal(f.Wraps[leader], &stored))
	if _, err := seal.UnwrapPassphrase(stored.Secret, phrase); err != nil || len(f.Wraps) != 1 || len(stored.Keyring) != 1 || stored.V != 1 {
		t.Errorf("wrap: %v, %+v", err, stored)
	}
	for name, b := range map[string][]byte{"wrap": f.Wraps[leader], "view key": f.ViewKey} {
		if strings.Contains(string(b), "AGE-SECRET") {
			t.Errorf("%s holds a key in the clear", name)
		}
	}
}

func TestFoundRefuses(t *testing.T) {
	good := newIdentity(t).Recipient().String()
	for _, tt := range []struct {
		what, name, passphrase, archive, office string
		want                                    error
	}{
		{"no name", "", phrase, good, good, intake.ErrInvalid},
		{"a name with capitals", "Leader", phrase, good, good, intake.ErrInvalid},
		{"a short passphrase", leader, "short", good, good, intake.ErrInvalid},
		{"a long passphrase", leader, strings.Repeat("abcdefg ", 200) + "x", good, good, intake.ErrTooLong},
		{"no archive", leader, phrase, "", good, intake.ErrKey},
		{"an office that is not post-quantum", leader, phrase, good, "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", intake.ErrKey},
	} {
		t.Run(tt.what, func(t *testing.T) {
			_, err := reader.Found(tt.name, tt.passphrase, tt.archive, tt.office)
			wants(t, err, tt.want)
		})
	}
}

func TestUnlock(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	hire(t, b, d, "gone", triage.Member)
	check(t, d.RemoveAccount(t.Context(), "gone"))
	printed := seal.NewPassphrase()
	check(t, d.AddAccount(t.Context(), "reads-aloud", []triage.Role{triage.Member}, printed))

	for _, tt := range []struct {
		what, name, passphrase string
		want                   error
	}{
		{"right", leader, phrase, nil},
		{"typed in capitals", "reads-aloud", strings.ToUpper(strings.ReplaceAll(printed, "-", " ")), nil},
		{"wrong passphrase", leader, phrase + "s", intake.ErrPassphrase},
		{"another's passphrase", leader, other, intake.ErrPassphrase},
		{"no passphrase", leader, "", intake.ErrPassphrase},
		{"unknown", "nobody", phrase, intake.ErrPassphrase},
		{"unknown, no passphrase", "nobody", "", intake.ErrPassphrase},
		{"no name", "", phrase, intake.ErrPassphrase},
		{"removed", "gone", other, intake.ErrPassphrase},
	} {
		t.Run(tt.what, func(t *testing.T) {
			d, err := reader.Unlock(t.Context(), b, tt.name, tt.passphrase)
			wants(t, err, tt.want)
			if (d == nil) != (err != nil) {
				t.Errorf("desk %v with error %v", d, err)
			}
		})
	}
	_, wrong := reader.Unlock(t.Context(), b, leader, other)
	for _, name := range []string{"nobody", "gone"} {
		if _, err := reader.Unlock(t.Context(), b, name, other); err.Error() != wrong.Error() {
			t.Errorf("%s is told apart: %v, %v", name, err, wrong)
		}
	}
}

// An unknown name must cost what a wrong passphrase does. Without the scrypt
// it would take a hundredth.
func TestUnlockUnknownCosts(t *testing.T) {
	b := newBox(t)
	defer storetest.SetWorkFactor(14)()
	check(t, unlock(t, b, leader, phrase).ResetAccount(t.Context(), leader, phrase))
	cost := func(name string) time.Duration {
		best := time.Hour
		for range 3 {
			start := time.Now()
			_, err := reader.Unlock(t.Context(), b, name, other)
			wants(t, err, intake.ErrPassphrase)
			best = min(best, time.Since(start))
		}
		return best
	}
	if known, unknown := cost(leader), cost("nobody"); unknown < known/4 || known < unknown/4 {
		t.Errorf("known name %v, unknown name %v", known, unknown)
	}
}

func TestUnlockEnds(t *testing.T) {
	b := newBox(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := reader.Unlock(ctx, b, leader, phrase)
	wants(t, err, context.Canceled)
	check(t, b.Close())
	_, err = reader.Unlock(t.Context(), b, "nobody", phrase)
	if err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("a closed box: %v", err)
	}
	b.open(t)
}

// Whoever can write to box.db can put any wrap there, but not into the log.
func TestUnlockForgedWrap(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	old, err := b.Wrap(t.Context(), leader)
	check(t, err)
	check(t, d.ResetAccount(t.Context(), leader, other))
	stranger, err := reader.Found(leader, phrase, b.archive.Recipient().String(), b.office.Recipient().String())
	check(t, err)
	now, err := b.Wrap(t.Context(), leader)
	check(t, err)

	// The true account with a keyring of other keys: anyone can seal to it.
	state, err := b.State(t.Context())
	check(t, err)
	to, err := seal.ParseRecipient(state.Accounts[leader].Recipient)
	check(t, err)
	foreign, err := json.Marshal(map[string]any{"v": 1, "generation": 1, "team": newIdentity(t).String(), "custodian": newIdentity(t).String()})
	check(t, err)
	for _, tt := range []struct {
		what       string
		wrap       []byte
		passphrase string
		want       error
	}{
		{"the old one, old passphrase", old, phrase, intake.ErrKey},
		{"another box's", stranger.Wraps[leader], phrase, intake.ErrKey},
		{"another box's, new passphrase", stranger.Wraps[leader], other, intake.ErrPassphrase},
		{"none", nil, other, intake.ErrDamaged},
		{"cut", now[:len(now)-1], other, intake.ErrDamaged},
		{"another version", edit(t, now, func(m map[string]any) { m["v"] = 2 }), other, intake.ErrVersion},
		{"a field more", append([]byte(`{"x":1,`), now[1:]...), other, intake.ErrDamaged},
		{"a space more", append([]byte(" "), now...), other, intake.ErrDamaged},
		{"no ring", edit(t, now, func(m map[string]any) { m["keyring"] = []any{} }), other, intake.ErrKey},
		{"a ring too many", edit(t, now, func(m map[string]any) { r := m["keyring"].([]any); m["keyring"] = append(r, r[0]) }), other, intake.ErrKey},
		{"a ring that is none", edit(t, now, func(m map[string]any) { m["keyring"] = []any{"AAAA"} }), other, intake.ErrDamaged},
		{"a ring of other keys", edit(t, now, func(m map[string]any) {
			// Field order is v, generation, team, custodian; a map's is not.
			text := `{"v":1,"generation":1,"team":` + jsonOf(t, foreign, "team") + `,"custodian":` + jsonOf(t, foreign, "custodian") + `}`
			m["keyring"] = [][]byte{sealTo(t, []byte(text), to)}
		}), other, intake.ErrKey},
		{"a ring without the custodian's", edit(t, now, func(m map[string]any) {
			m["keyring"] = [][]byte{sealTo(t, []byte(`{"v":1,"generation":1,"team":`+jsonOf(t, foreign, "team")+`}`), to)}
		}), other, intake.ErrKey},
	} {
		t.Run(tt.what, func(t *testing.T) {
			w := &watched{Box: b, wrap: func(string, []byte) []byte { return tt.wrap }}
			_, err := reader.Unlock(t.Context(), w, leader, tt.passphrase)
			wants(t, err, tt.want)
			if strings.Contains(err.Error(), "AGE-SECRET") {
				t.Errorf("the error holds a key: %v", err)
			}
		})
	}
	unlock(t, b, leader, other)
}

// edit changes a wrap's JSON and keeps the order of its fields.
func edit(t *testing.T, b []byte, change func(map[string]any)) []byte {
	t.Helper()
	m := map[string]any{}
	check(t, json.Unmarshal(b, &m))
	change(m)
	out := []byte(`{"v":` + jsonValue(t, m["v"]) + `,"secret":` + jsonValue(t, m["secret"]) + `,"keyring":` + jsonValue(t, m["keyring"]) + `}`)
	return out
}

func jsonValue(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	check(t, err)
	return string(b)
}

func jsonOf(t *testing.T, b []byte, key string) string {
	t.Helper()
	m := map[string]any{}
	check(t, json.Unmarshal(b, &m))
	return jsonValue(t, m[key])
}

func sealTo(t testing.TB, b []byte, to ...seal.Recipient) []byte {
	t.Helper()
	out, err := seal.Seal(b, seal.LeastNote, to...)
	check(t, err)
	return out
}

func TestLock(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	id := b.web(t, "锁上以后")
	sync(t, d)
	if len(ids(d)) != 1 {
		t.Fatalf("rows %v", ids(d))
	}
	size, err := b.Size(t.Context())
	check(t, err)
	signing := d.SigningKey()
	d.Lock()
	d.Lock()
	if !bytes.Equal(signing, make([]byte, len(signing))) {
		t.Error("the signing key is still in memory")
	}
	for what, call := range map[string]func(context.Context) error{
		"sync":     func(ctx context.Context) error { return d.Sync(ctx, nil) },
		"read":     func(ctx context.Context) error { _, err := d.Read(ctx, id); return err },
		"identity": func(ctx context.Context) error { _, _, err := d.Identity(ctx, id); return err },
		"file":     func(ctx context.Context) error { _, _, err := d.File(ctx, id, 2); return err },
		"triage":   func(ctx context.Context) error { return d.Triage(ctx, id, triage.Standing{State: triage.Done}, "") },
		"note":     func(ctx context.Context) error { return d.Note(ctx, id, "x") },
		"reply":    func(ctx context.Context) error { return d.Reply(ctx, id, "x") },
		"accounts": func(ctx context.Context) error { _, err := d.Accounts(ctx); return err },
		"account":  func(ctx context.Context) error { _, err := d.Account(ctx); return err },
		"add": func(ctx context.Context) error {
			return d.AddAccount(ctx, "new", []triage.Role{triage.Member}, other)
		},
		"reset":  func(ctx context.Context) error { return d.ResetAccount(ctx, leader, other) },
		"remove": func(ctx context.Context) error { return d.RemoveAccount(ctx, "new") },
	} {
		t.Run(what, func(t *testing.T) {
			wants(t, call(t.Context()), intake.ErrForbidden)
		})
	}
	if page, total := d.List("", "", 0, 10); len(page) != 0 || total != 0 {
		t.Errorf("a locked desk lists %v", page)
	}
	if now, err := b.Size(t.Context()); err != nil || now != size {
		t.Errorf("a locked desk wrote entries: %d, then %d, %v", size, now, err)
	}
	if d.Name() != leader {
		t.Errorf("name %q", d.Name())
	}
}
