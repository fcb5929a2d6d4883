package reader_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"iter"
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

	"github.com/google/go-cmp/cmp"
)

// Which roles may sign what, the box, the verifier and the desk must agree on,
// and the log knows nothing of triage.
func TestRolesAreTheLogs(t *testing.T) {
	want := []triage.Role{entry.Leader, entry.Member, entry.Custodian}
	if diff := cmp.Diff(want, triage.Roles()); diff != "" {
		t.Error(diff)
	}
}

// An entry that somebody put into the box is nobody's act: it moves no row,
// shows no note, and is named.
func TestForgedActs(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	member := hire(t, b, d, "member", triage.Member)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	hire(t, b, d, "reset", triage.Member)
	before := unlock(t, b, "reset", other)
	old := slices.Clone(before.SigningKey())
	check(t, d.ResetAccount(t.Context(), "reset", other))
	_, anybody, err := ed25519.GenerateKey(nil)
	check(t, err)
	id := b.web(t, "举报")
	check(t, member.Triage(t.Context(), id, routed, "涉嫌违纪"))
	check(t, member.Note(t.Context(), id, "属实"))
	size, err := b.Size(t.Context())
	check(t, err)

	note := func(s triage.Standing) entry.Inner {
		return entry.Inner{Note: &entry.Note{State: string(s.State), Route: string(s.Route), Text: "查无实据"}}
	}
	act := func(kind entry.Kind, by string, in entry.Inner, key ed25519.PrivateKey) entry.Draft {
		return b.forged(t, b.header(t, kind, id, by), in, key)
	}
	letters := note(triage.Standing{State: triage.Routed, Route: triage.Letters})
	for _, tt := range []struct {
		what string
		lie  entry.Draft
		sync bool // it would move the row
	}{
		{"a decision by anybody's key", act(entry.KindTriaged, leader, letters, anybody), true},
		{"by another's key", act(entry.KindTriaged, leader, letters, member.SigningKey()), true},
		{"by no account", act(entry.KindTriaged, "nobody", letters, anybody), true},
		{"by one who may not", act(entry.KindTriaged, "keeper", letters, keeper.SigningKey()), true},
		{"by a key that was replaced", act(entry.KindTriaged, "reset", letters, old), true},
		{"a handover by a member", act(entry.KindHandover, "member", note(gone), member.SigningKey()), true},
		{"a handover that says it is none", act(entry.KindTriaged, leader, note(gone), d.SigningKey()), true},
		{"a decision that was made before", b.stored(t, size-2), true},
		{"a note by anybody's key", act(entry.KindNoted, leader, note(triage.Standing{}), anybody), false},
		{"a note of before", b.stored(t, size-1), false},
		{"a reply by anybody's key", act(entry.KindReplied, leader, entry.Inner{Reply: &entry.Reply{Text: "不予受理"}}, anybody), false},
	} {
		t.Run(tt.what, func(t *testing.T) {
			l := &lying{box: b}
			d := unlock(t, l, leader, phrase)
			sync(t, d)
			index := l.lie(t, tt.lie)
			fresh := unlock(t, l, leader, phrase)
			for _, desk := range []*reader.Desk{d, fresh} {
				if err := desk.Sync(t.Context(), nil); tt.sync {
					names(t, err, index)
				} else {
					check(t, err)
				}
				if got := row(t, desk, id).Standing; got != routed {
					t.Errorf("the row says %v", got)
				}
				check(t, b.DropViews(t.Context()))
				c, err := desk.Read(t.Context(), id)
				names(t, err, index)
				if c.Standing != routed || len(c.Notes) != 2 || c.Notes[0].By != "member" || c.Notes[1].Text != "属实" || c.Replies != nil || c.Text != "举报" {
					t.Errorf("case %+v", c)
				}
			}
		})
	}
}

// What an account signed stays its act, whatever became of the account.
func TestActsOfThePast(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	id := b.web(t, "一件")
	for _, name := range []string{"reset", "gone"} {
		check(t, hire(t, b, d, name, triage.Member).Note(t.Context(), id, name))
	}
	check(t, d.Triage(t.Context(), id, routed, "转"))
	check(t, d.ResetAccount(t.Context(), leader, other))
	check(t, d.ResetAccount(t.Context(), "reset", phrase))
	check(t, unlock(t, b, "reset", phrase).Note(t.Context(), id, "reset"))
	check(t, d.RemoveAccount(t.Context(), "gone"))
	for _, desk := range []*reader.Desk{d, unlock(t, b, leader, other)} {
		sync(t, desk)
		c, err := desk.Read(t.Context(), id)
		check(t, err)
		var by []string
		for _, n := range c.Notes {
			by = append(by, n.By)
		}
		if diff := cmp.Diff([]string{"reset", "gone", leader, "reset"}, by); diff != "" || row(t, desk, id).Standing != routed {
			t.Errorf("row %+v, %s", row(t, desk, id), diff)
		}
	}
}

// Keys and accounts that no leader signed end all work, and nobody is given
// anything by them.
func TestForgedAccounts(t *testing.T) {
	b := newBox(t)
	first := unlock(t, b, leader, phrase)
	member := hire(t, b, first, "member", triage.Member)
	hire(t, b, first, "gone", triage.Member)
	pub, anybody, err := ed25519.GenerateKey(nil)
	check(t, err)
	state, err := b.State(t.Context())
	check(t, err)
	mallory := entry.AccountBody{At: b.clock.Now(), Account: "mallory", Roles: []string{"custodian", "leader", "member"},
		Key: base64.StdEncoding.EncodeToString(pub), Recipient: newIdentity(t).Recipient().String()}
	keys := state.Keys
	keys.At, keys.Generation = b.clock.Now(), keys.Generation+1
	team := keys
	team.Team = newIdentity(t).Recipient().String()
	office := keys
	office.Office = newIdentity(t).Recipient().String()
	taken := mallory
	taken.Account = leader
	for _, tt := range []struct {
		what string
		lie  entry.Draft
	}{
		{"an account that nobody signed", b.plainly(t, mallory, "", nil)},
		{"an account by a member", b.plainly(t, mallory, "member", member.SigningKey())},
		{"an account in a leader's name", b.plainly(t, mallory, leader, anybody)},
		{"an account by itself", b.plainly(t, mallory, "mallory", anybody)},
		{"a leader's account with other keys", b.plainly(t, taken, leader, anybody)},
		{"keys that nobody signed", b.plainly(t, team, "", nil)},
		{"keys by a member", b.plainly(t, team, "member", member.SigningKey())},
		{"a leader takes the office", b.plainly(t, office, leader, first.SigningKey())},
		{"a second beginning", b.plainly(t, entry.Created{At: b.clock.Now(), Origin: "x", Key: "x+1+x"}, "", nil)},
		{"the end, by nobody", b.plainly(t, entry.ClosedBody{At: b.clock.Now()}, "", nil)},
		{"the first account once more", b.stored(t, 3)},
	} {
		t.Run(tt.what, func(t *testing.T) {
			l := &lying{box: b}
			d := unlock(t, l, leader, phrase)
			index := l.lie(t, tt.lie)
			before, err := b.Size(t.Context())
			check(t, err)
			for _, call := range []func() error{
				func() error { return d.RemoveAccount(t.Context(), "gone") },
				func() error { return d.AddAccount(t.Context(), "new", []triage.Role{triage.Member}, other) },
				func() error { return d.Sync(t.Context(), nil) },
				func() error { return second(d.Accounts(t.Context())) },
				func() error { return second(reader.Unlock(t.Context(), l, leader, phrase)) },
			} {
				names(t, call(), index)
			}
			if after, err := b.Size(t.Context()); err != nil || after != before || l.wraps != nil {
				t.Errorf("%d entries, then %d; keys for %v", before, after, l.wraps)
			}
		})
	}
	// Rightly signed, the same account is one like any other.
	l := &lying{box: b}
	l.lie(t, b.plainly(t, mallory, leader, first.SigningKey()))
	list, err := unlock(t, l, leader, phrase).Accounts(t.Context())
	if err != nil || len(list) != 4 {
		t.Errorf("%+v, %v", list, err)
	}
}

// A box that begins with another's keys, or with another's account, is not the
// one that this account is of, however right all else in it is.
func TestUnlockAnotherLog(t *testing.T) {
	archive, office := newIdentity(t).Recipient().String(), newIdentity(t).Recipient().String()
	f, err := reader.Found(leader, phrase, archive, office)
	check(t, err)
	g, err := reader.Found("mallory", other, archive, office)
	check(t, err)
	clock := storetest.NewClock()
	create := func(keys entry.KeysBody, account entry.AccountBody) *box {
		b := &box{path: t.TempDir() + "/box", clock: clock}
		check(t, store.Create(b.path, store.Founding{Inspection: entry.Inspection{Name: "测试巡察"}, Schedule: storetest.Schedule(t),
			Keys: keys, Account: account, Wraps: map[string][]byte{leader: f.Wraps[leader], "mallory": g.Wraps["mallory"]}, ViewKey: f.ViewKey}, store.Options{Now: clock.Now}))
		b.open(t)
		t.Cleanup(func() { check(t, b.Close()) })
		return b
	}
	clock.Add(time.Hour) // the instants of the first entries are not part of it
	unlock(t, create(f.Keys, f.Account), leader, phrase)

	refused := func(b reader.Box, says string) {
		t.Helper()
		_, err := reader.Unlock(t.Context(), b, leader, phrase)
		wants(t, err, intake.ErrDamaged)
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	for what, change := range map[string]func(k *entry.KeysBody){
		"team":      func(k *entry.KeysBody) { k.Team = g.Keys.Team },
		"custodian": func(k *entry.KeysBody) { k.Custodian = g.Keys.Custodian },
		"archive":   func(k *entry.KeysBody) { k.Archive = newIdentity(t).Recipient().String() },
		"office":    func(k *entry.KeysBody) { k.Office = newIdentity(t).Recipient().String() },
	} {
		t.Run(what, func(t *testing.T) {
			k := f.Keys
			change(&k)
			refused(create(k, f.Account), "begins with other keys")
		})
	}
	more := f.Account
	more.Roles = []string{"leader"}
	refused(create(f.Keys, more), "begins with another account")
	// The account is in the log, made by a leader who was there before it.
	pub, key, err := ed25519.GenerateKey(nil)
	check(t, err)
	mallory := g.Account
	mallory.Key = base64.StdEncoding.EncodeToString(pub)
	l := &lying{box: create(f.Keys, mallory)}
	second := f.Account
	second.At = clock.Now()
	l.lie(t, l.box.plainly(t, second, "mallory", key))
	refused(l, "begins with another account")
	// Whoever has no account in it is told what everybody is told.
	_, err = reader.Unlock(t.Context(), l, leader, other)
	wants(t, err, intake.ErrPassphrase)
}

// A desk walks each entry once.
func TestWalksOnce(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "一件")
	var fetched []int64
	w := &watched{Box: b, part: func(index int64, _ int, r io.ReadCloser) (io.ReadCloser, error) {
		if record(t, b, index).Header.Kind.Clear() {
			fetched = append(fetched, index)
		}
		return r, nil
	}}
	d := unlock(t, w, leader, phrase)
	for range 3 {
		check(t, d.Note(t.Context(), id, "记"))
		sync(t, d)
	}
	check(t, d.AddAccount(t.Context(), "member", []triage.Role{triage.Member}, other))
	check(t, d.Note(t.Context(), id, "记"))
	if diff := cmp.Diff([]int64{0, 1, 2, 3, 8}, fetched); diff != "" {
		t.Errorf("clear bodies that were read: %s", diff)
	}
}

// Whatever else a box hands out, a desk says so and goes on standing.
func TestLogIsNotALog(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "一件")
	d := unlock(t, b, leader, phrase)
	check(t, d.Note(t.Context(), id, "记"))
	index, err := b.Find(t.Context(), id)
	check(t, err)
	for _, tt := range []struct {
		what   string
		change func(rec *entry.Record) bool // false leaves it out
	}{
		{"no parts", func(rec *entry.Record) bool { rec.Header.Parts = nil; return true }},
		{"a version of tomorrow", func(rec *entry.Record) bool { rec.Header.V = 2; return true }},
		{"an id that is none", func(rec *entry.Record) bool { rec.Header.ID = "x"; return true }},
		{"another place", func(rec *entry.Record) bool { rec.Index++; return true }},
		{"nothing", func(rec *entry.Record) bool { return false }},
	} {
		t.Run(tt.what, func(t *testing.T) {
			on := false
			w := &rewriting{Box: b, change: func(rec *entry.Record) bool { return !on || rec.Index != index || tt.change(rec) }}
			d := unlock(t, w, leader, phrase)
			on = true
			if _, err := d.Read(t.Context(), id); err == nil {
				t.Error("it is read")
			}
			_, err := reader.Unlock(t.Context(), w, leader, phrase)
			wants(t, err, intake.ErrDamaged)
		})
	}
	// A log that has become shorter is not the one that this desk knows.
	l := &lying{box: b}
	l.lie(t, b.forged(t, b.header(t, entry.KindNoted, id, leader), entry.Inner{Note: &entry.Note{}}, d.SigningKey()))
	d = unlock(t, l, leader, phrase)
	l.extra = nil
	wants(t, d.Note(t.Context(), id, "x"), intake.ErrDamaged)
}

// A rewriting is a real box that hands out other headers.
type rewriting struct {
	reader.Box
	change func(*entry.Record) bool
}

func (w *rewriting) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for rec, err := range w.Box.Entries(ctx, from, to) {
			if w.change(&rec) && !yield(rec, err) {
				return
			}
		}
	}
}

// What the receipt holder added is part of the case.
func TestReadAdded(t *testing.T) {
	b := newBox(t)
	id, about := b.web(t, "一件"), b.aboutTeam(t, "组长收礼")
	l := &lying{box: b}
	state, err := b.State(t.Context())
	check(t, err)
	add := func(ref, says string, to string) int64 {
		h := b.header(t, entry.KindAdded, ref, "")
		h.Channel = intake.Web
		private := []byte("sealed to the custodian")
		in := entry.Inner{V: entry.Version, Origin: state.Origin, ID: h.ID, Kind: h.Kind, Channel: h.Channel, Ref: says, Role: entry.RoleReport,
			Parts: []entry.InnerPart{{Role: entry.RoleIdentity, SHA256: entry.HashOf(private)}}, Report: &entry.Report{Arrived: b.clock.Now(), Text: "补充"}}
		plain, err := in.Encode()
		check(t, err)
		key, err := seal.ParseRecipient(to)
		check(t, err)
		body := sealTo(t, plain, key)
		h.Parts = []entry.Part{{Role: entry.RoleReport, SHA256: entry.HashOf(body), Size: int64(len(body))}, {Role: entry.RoleIdentity, SHA256: entry.HashOf(private), Size: int64(len(private))}}
		return l.lie(t, entry.Draft{Header: h, Bodies: [][]byte{body, private}})
	}
	first := add(id, id, state.Keys.Team)
	office := add(about, about, state.Keys.Office)
	d := unlock(t, l, leader, phrase)
	c, err := d.Read(t.Context(), id)
	check(t, err)
	if diff := cmp.Diff([]triage.Addition{{Index: first, ID: l.extra[0].Header.ID, Day: "2026-09-08", Arrived: storetest.Start, Text: "补充"}}, c.Added); diff != "" {
		t.Error(diff)
	}
	c, err = d.Read(t.Context(), about)
	check(t, err)
	if diff := cmp.Diff([]triage.Addition{{Index: office, ID: l.extra[1].Header.ID, Day: "2026-09-08"}}, c.Added); diff != "" || !c.AboutTeam {
		t.Error(c, diff)
	}
	// One that was added to another report is not shown with this one.
	l.extra = nil
	moved := add(id, about, state.Keys.Team)
	c, err = unlock(t, l, leader, phrase).Read(t.Context(), id)
	names(t, err, moved)
	if c.Added != nil || c.Text != "一件" {
		t.Errorf("case %+v", c)
	}
}
