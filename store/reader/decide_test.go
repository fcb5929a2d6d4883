package reader_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

var (
	routed = triage.Standing{State: triage.Routed, Route: triage.Discipline}
	gone   = triage.Standing{State: triage.HandedOver, Route: triage.Discipline}
	done   = triage.Standing{State: triage.Done}
)

func TestTriage(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	member := hire(t, b, d, "member", triage.Member)
	id := b.web(t, "一件")
	sync(t, d)

	wants(t, member.Triage(t.Context(), id, gone, ""), intake.ErrInvalid) // a new one is not handed over
	wants(t, member.Triage(t.Context(), id, triage.Standing{State: "lost"}, ""), intake.ErrInvalid)
	wants(t, member.Triage(t.Context(), id, routed, strings.Repeat("字", intake.MaxText+1)), intake.ErrTooLong)
	wants(t, member.Triage(t.Context(), entry.NewID(), routed, ""), intake.ErrNotFound)
	if h, _ := b.last(t); h.Kind != entry.KindAccepted {
		t.Fatalf("the newest entry is %s", h.Kind)
	}

	check(t, member.Triage(t.Context(), id, routed, "涉嫌违纪"))
	h, n := b.last(t)
	if h.Kind != entry.KindTriaged || h.By != "member" || h.Ref != id || n.State != "routed" || n.Route != "discipline" || n.Text != "涉嫌违纪" {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	wants(t, member.Triage(t.Context(), id, gone, ""), intake.ErrForbidden)
	if h, n := b.last(t); h.Kind != entry.KindDenied || h.By != "member" || n.Text != "decision handed-over (discipline)" {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	wants(t, d.Triage(t.Context(), id, routed, "又一次"), intake.ErrInvalid)
	// The leader's queue has not heard of the routing yet; the log has.
	check(t, d.Triage(t.Context(), id, gone, "移交市纪委"))
	if h, n := b.last(t); h.Kind != entry.KindHandover || h.By != leader || n.State != "handed-over" || n.Route != "discipline" {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	wants(t, d.Triage(t.Context(), id, routed, ""), intake.ErrInvalid) // final

	if got := row(t, d, id).Standing; got != gone {
		t.Errorf("the row says %v before a sync", got)
	}
	sync(t, d)
	sync(t, member)
	for _, desk := range []string{leader, "member"} {
		got := map[string]triage.Standing{leader: row(t, d, id).Standing, "member": row(t, member, id).Standing}[desk]
		if got != gone {
			t.Errorf("%s's row says %v", desk, got)
		}
	}
	if got := row(t, synced(t, b), id).Standing; got != gone {
		t.Errorf("after an unlock the row says %v", got)
	}
	c, err := member.Read(t.Context(), id)
	check(t, err)
	index := c.Index
	want := []triage.Note{
		{Index: index + 1, At: b.clock.Now(), By: "member", Standing: routed, Text: "涉嫌违纪"},
		{Index: index + 3, At: b.clock.Now(), By: leader, Standing: gone, Text: "移交市纪委"},
	}
	if diff := cmp.Diff(want, c.Notes); diff != "" || c.Standing != gone {
		t.Errorf("standing %v, %s", c.Standing, diff)
	}
}

func TestCustodianDoesNotDecide(t *testing.T) {
	b := newBox(t)
	keeper := hire(t, b, unlock(t, b, leader, phrase), "keeper", triage.Custodian)
	id := b.web(t, "一件")
	for what, err := range map[string]error{
		"triage": keeper.Triage(t.Context(), id, done, ""),
		"note":   keeper.Note(t.Context(), id, "x"),
		"reply":  keeper.Reply(t.Context(), id, "x"),
	} {
		t.Run(what, func(t *testing.T) { wants(t, err, intake.ErrForbidden) })
	}
	about, err := b.About(t.Context(), id)
	check(t, err)
	for _, index := range about {
		if k := record(t, b, index).Header.Kind; k != entry.KindDenied {
			t.Errorf("a %s entry", k)
		}
	}
	if len(about) != 3 {
		t.Errorf("%d entries", len(about))
	}
}

func TestNote(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	id := b.call(t, "一件")
	for text, want := range map[string]error{"": intake.ErrEmpty, " \u200b\n": intake.ErrEmpty, strings.Repeat("字", intake.MaxText+1): intake.ErrTooLong} {
		wants(t, d.Note(t.Context(), id, text), want)
	}
	check(t, d.Note(t.Context(), id, strings.Repeat("字", intake.MaxText)))
	b.clock.Add(time.Hour)
	check(t, d.Note(t.Context(), id, "看过了"))
	h, n := b.last(t)
	if h.Kind != entry.KindNoted || n.Text != "看过了" || n.State != "" || !n.At.Equal(b.clock.Now()) {
		t.Errorf("entry %+v, note %+v", h, n)
	}
	c, err := d.Read(t.Context(), id)
	check(t, err)
	if len(c.Notes) != 2 || c.Notes[1].Text != "看过了" || c.Notes[1].By != leader || c.State != triage.New {
		t.Errorf("notes %+v", c.Notes)
	}
	wants(t, d.Note(t.Context(), entry.NewID(), "x"), intake.ErrNotFound)
	wants(t, d.Note(t.Context(), "x", "x"), intake.ErrInvalid)
}

func TestReply(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	out := b.submit(t, storetest.Web(b.clock.Now(), "一件"))
	call := b.call(t, "来电")
	wants(t, d.Reply(t.Context(), out.ID, " "), intake.ErrEmpty)
	wants(t, d.Reply(t.Context(), call, "收到"), intake.ErrInvalid)
	check(t, d.Reply(t.Context(), out.ID, "请补充时间地点"))
	thread, err := b.Thread(t.Context(), out.Receipt)
	check(t, err)
	size, err := b.Size(t.Context())
	check(t, err)
	rec := record(t, b, size-1)
	if diff := cmp.Diff([]intake.Reply{{ID: rec.Header.ID, Day: "2026-09-08", Text: "请补充时间地点"}}, thread.Replies); diff != "" {
		t.Error(diff)
	}
	if rec.Header.Kind != entry.KindReplied || rec.Header.By != leader || rec.Header.Ref != out.ID {
		t.Errorf("entry %+v", rec.Header)
	}
	for who, key := range map[string]seal.Identity{"team": d.Steal().Teams[0], "archive": b.archive} {
		if in, err := storetest.OpenPart(b.Box, rec, 0, key); err != nil || in.Reply.Text != "请补充时间地点" {
			t.Errorf("the %s reads %+v, %v", who, in, err)
		}
	}
	c, err := d.Read(t.Context(), out.ID)
	check(t, err)
	want := []triage.Reply{{Index: rec.Index, At: b.clock.Now(), By: leader, Text: "请补充时间地点"}}
	if diff := cmp.Diff(want, c.Replies); diff != "" || len(c.Notes) > 0 {
		t.Errorf("notes %+v; %s", c.Notes, diff)
	}
}

// When the day rolls over between making an entry and writing it, it is made
// again; when it does not help, the caller is told.
func TestRetryOverMidnight(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "一件")
	w := &watched{Box: b}
	d := unlock(t, w, leader, phrase)
	tries := 0
	w.append = func(entry.Draft) error { tries++; return nil }
	w.now = func() {
		if tries == 0 {
			b.clock.Add(24 * time.Hour)
		}
	}
	check(t, d.Note(t.Context(), id, "过了午夜"))
	if h, n := b.last(t); tries != 2 || h.Date != "2026-09-09" || n.Text != "过了午夜" || !n.At.Equal(b.clock.Now()) {
		t.Errorf("%d tries, entry %+v, note %+v", tries, h, n)
	}
	size, err := b.Size(t.Context())
	check(t, err)
	tries = 0
	w.append = func(entry.Draft) error { tries++; return intake.ErrClock }
	wants(t, d.Note(t.Context(), id, "钟不对"), intake.ErrClock)
	if now, err := b.Size(t.Context()); err != nil || now != size || tries != 2 {
		t.Errorf("%d tries, %d entries, then %d", tries, size, now)
	}
}

// Accounts too: a clear entry of another's that comes first has a later instant.
func TestRetryAccount(t *testing.T) {
	b := newBox(t)
	first := unlock(t, b, leader, phrase)
	w := &watched{Box: b}
	d := unlock(t, w, leader, phrase)
	tries := 0
	w.append = func(entry.Draft) error {
		if tries++; tries == 1 {
			b.clock.Add(time.Second)
			return first.AddAccount(t.Context(), "between", []triage.Role{triage.Member}, other)
		}
		return nil
	}
	check(t, d.AddAccount(t.Context(), "after", []triage.Role{triage.Member}, other))
	if tries != 2 {
		t.Errorf("%d tries", tries)
	}
	list, err := d.Accounts(t.Context())
	check(t, err)
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
	}
	if want := []string{"after", "between", leader}; !slices.Equal(names, want) {
		t.Errorf("accounts %v", names)
	}
	// The box's clock a little behind the log is no obstacle.
	b.clock.Add(-time.Minute)
	check(t, d.AddAccount(t.Context(), "behind", []triage.Role{triage.Member}, other))
}

// A decision that does not open moves nothing and hides nothing.
func TestDecisionDamaged(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	id := b.web(t, "一件")
	check(t, d.Triage(t.Context(), id, routed, "先"))
	for _, n := range []entry.Note{{}, {State: "lost"}, {State: "routed"}, {Route: "discipline"}, {State: "routed", Route: "nowhere"}, {State: "new", Route: "discipline"}, {State: "handed-over", Route: "verify"}, {State: "handed-over", Route: "discipline"}} {
		n.Text = "后"
		_, err := d.AppendNote(t.Context(), entry.KindTriaged, id, n, nil)
		check(t, err)
		c, err := d.Read(t.Context(), id)
		wants(t, err, intake.ErrDamaged)
		if c.Standing != routed || len(c.Notes) != 1 || c.Text != "一件" {
			t.Errorf("%+v: %+v", n, c)
		}
	}
	wants(t, d.Sync(t.Context(), nil), intake.ErrDamaged)
	if got := row(t, d, id); got.Standing != routed || got.Title != "一件" {
		t.Errorf("row %+v", got)
	}
	check(t, d.Triage(t.Context(), id, gone, "照样移交"))
}
