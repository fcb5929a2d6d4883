package entry_test

import (
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// Each case continues a log of six entries: created, keys, schedule, account
// ling, account wei, a report.
func TestApplyRules(t *testing.T) {
	const n, today = 6, "2026-09-07"
	now := shanghai(t, "2026-09-07 18:00:00")
	newKeys := func(change func(k *entry.KeysBody)) entry.Body { k := keys(now, 2); change(&k); return k }
	removed := func(name string, roles ...string) entry.Body {
		a := account(now, name, roles...)
		a.Removed = true
		return a
	}
	day := func(d string) entry.Body { return entry.ClosedDay{At: now, Day: d} }
	refused := func(days ...string) entry.Body {
		b := entry.ClosedDay{At: now, Day: today}
		for _, d := range days {
			b.Refused = append(b.Refused, entry.Count{Day: d, Channel: intake.Mail, Reason: intake.OutsideHours, N: 1})
		}
		return b
	}
	aside := func(d string) entry.Body {
		return entry.ClosedDay{At: now, Day: today, Quarantined: []entry.Aside{{Day: d, Channel: intake.Mail, Reason: intake.Unfit, N: 1}}}
	}
	restored := func(change func(b *entry.Restored)) entry.Body {
		b := entry.Restored{At: now, Origin: newOrigin, Key: newKey, Was: origin, Size: n, Root: file}
		change(&b)
		return b
	}
	type want struct {
		name   string
		before []entry.Body // applied first, at the indexes from 6 on
		b      entry.Body
		date   string
		is     error // nil: it is taken
	}
	for _, c := range []want{
		{"keys of the next generation", nil, keys(now, 2), today, nil},
		{"keys of the same generation", nil, keys(now, 1), today, intake.ErrInvalid},
		{"keys of a later generation", nil, keys(now, 3), today, intake.ErrInvalid},
		{"another archive key", nil, newKeys(func(k *entry.KeysBody) { k.Archive = "age1pq1other" }), today, intake.ErrInvalid},
		{"another office key", nil, newKeys(func(k *entry.KeysBody) { k.Office = "age1pq1other" }), today, intake.ErrInvalid},
		{"a second created", nil, created(now), today, intake.ErrInvalid},
		{"a narrower schedule", nil, entry.ScheduleBody{At: now, Schedule: schedule(t, "2026-09-10")}, today, nil},
		{"a wider schedule", nil, entry.ScheduleBody{At: now, Schedule: schedule(t, "2026-09-30")}, today, nil},
		{"wider in the past", nil, entry.ScheduleBody{At: shanghai(t, "2026-09-20 10:00:00"), Schedule: schedule(t, "2026-09-30")}, "2026-09-20", intake.ErrWidened},
		{"another time zone", nil, entry.ScheduleBody{At: now, Schedule: zoned(t, "Asia/Urumqi")}, today, intake.ErrInvalid},
		{"another zone of the same hours", nil, entry.ScheduleBody{At: now, Schedule: zoned(t, "Asia/Singapore")}, today, intake.ErrInvalid},
		{"a new account", nil, account(now, "an", "custodian"), today, nil},
		{"an account changed", nil, account(now, "wei", "custodian", "member"), today, nil},
		{"an account without a role", nil, account(now, "wei"), today, nil},
		{"an account removed", nil, removed("wei", "member"), today, nil},
		{"an account removed twice", []entry.Body{removed("wei", "member")}, removed("wei", "member"), today, intake.ErrInvalid},
		{"a removed account again", []entry.Body{removed("wei", "member")}, account(now, "wei", "member"), today, intake.ErrInvalid},
		{"a stranger removed", nil, removed("an", "member"), today, intake.ErrInvalid},
		{"the last leader removed", nil, removed("ling", "leader"), today, intake.ErrInvalid},
		{"the last leader demoted", nil, account(now, "ling", "custodian"), today, intake.ErrInvalid},
		{"one of two leaders removed", []entry.Body{account(now, "wei", "leader")}, removed("ling", "leader"), today, nil},
		{"exported all", nil, entry.Exported{At: now, Size: n}, today, nil},
		{"exported itself", nil, entry.Exported{At: now, Size: n + 1}, today, intake.ErrInvalid},
		{"exported less", nil, entry.Exported{At: now, Size: n - 1}, today, intake.ErrInvalid},
		{"exported since", nil, entry.Exported{At: now, From: 3, Size: n}, today, nil},
		{"a day closed", nil, day(today), today, nil},
		{"an earlier day closed late", nil, day("2026-09-06"), today, nil},
		{"a day closed before it", nil, day("2026-09-08"), today, intake.ErrInvalid},
		{"a day closed twice", []entry.Body{day(today)}, day(today), today, intake.ErrInvalid},
		{"days closed out of order", []entry.Body{day(today)}, day("2026-09-06"), today, intake.ErrInvalid},
		{"refusals of today", nil, refused(today), today, nil},
		{"refusals of long before the period", nil, refused("2025-01-01"), today, nil},
		{"refusals of tomorrow", nil, refused("2026-09-08"), today, intake.ErrInvalid},
		{"set aside today", nil, aside(today), today, nil},
		{"set aside tomorrow", nil, aside("2026-09-08"), today, intake.ErrInvalid},
		{"refusals of today, and of tomorrow", nil, refused(today, "2026-09-08"), today, intake.ErrInvalid},
		{"reports of tomorrow", nil, entry.ClosedDay{At: now, Day: today, Accepted: []entry.Count{{Day: "2026-09-08", Channel: intake.Mail, N: 1}}}, today, intake.ErrInvalid},
		{"erased", nil, entry.Erased{At: now, Entry: id(5), Parts: []entry.Hash{file}}, today, nil},
		{"restored", nil, restored(func(*entry.Restored) {}), today, nil},
		{"restored, was another", nil, restored(func(b *entry.Restored) { b.Was = "x" }), today, intake.ErrInvalid},
		{"restored, fewer entries", nil, restored(func(b *entry.Restored) { b.Size-- }), today, intake.ErrInvalid},
		{"restored, more entries", nil, restored(func(b *entry.Restored) { b.Size++ }), today, intake.ErrInvalid},
		{"restored to the first name", []entry.Body{restored(func(*entry.Restored) {})},
			entry.Restored{At: now, Origin: origin, Key: originKey, Was: newOrigin, Size: n + 1}, today, intake.ErrInvalid},
		{"closed", nil, entry.ClosedBody{At: now}, today, nil},
		{"closed twice", []entry.Body{entry.ClosedBody{At: now}}, entry.ClosedBody{At: now}, today, intake.ErrClosed},
		{"keys after closed", []entry.Body{entry.ClosedBody{At: now}}, keys(now, 2), today, intake.ErrClosed},
		{"a schedule after closed", []entry.Body{entry.ClosedBody{At: now}}, entry.ScheduleBody{At: now, Schedule: schedule(t, "2026-09-10")}, today, intake.ErrClosed},
		{"a day closed after closed", []entry.Body{entry.ClosedBody{At: now}}, day(today), today, nil},
		{"exported after closed", []entry.Body{entry.ClosedBody{At: now}}, entry.Exported{At: now, Size: n + 1}, today, nil},
		{"at the same instant", []entry.Body{day(today)}, entry.ClosedBody{At: now}, today, nil},
		{"a nanosecond earlier", []entry.Body{day(today)}, entry.ClosedBody{At: now.Add(-1)}, today, intake.ErrClock},
		{"date of another day", nil, entry.ClosedBody{At: now}, "2026-09-08", intake.ErrInvalid},
		{"the last instant of a day", nil, entry.ClosedBody{At: shanghai(t, "2026-09-08 00:00:00").Add(-1)}, today, nil},
		{"the first instant of the next", nil, entry.ClosedBody{At: shanghai(t, "2026-09-08 00:00:00")}, today, intake.ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLog(t)
			l.clear("ling", account(l.at, "wei", "member"))
			l.accepted(intake.Web, today)
			s, index := l.state.Clone(), int64(n)
			for _, b := range c.before {
				h, raw := clearEntry(t, int(index), today, b)
				if err := s.Apply(index, h, raw); err != nil {
					t.Fatal(err)
				}
				index++
			}
			before := s.Clone()
			h, raw := clearEntry(t, int(index), c.date, c.b)
			err := s.Apply(index, h, raw)
			if !errors.Is(err, c.is) {
				t.Errorf("got %v, want %v", err, c.is)
			}
			if c.is == nil {
				before.Last = entry.Last{At: c.b.When(), Entry: index}
				if s.Last != before.Last {
					t.Errorf("last is %v", s.Last)
				}
			} else if diff := cmp.Diff(before, s); diff != "" {
				t.Errorf("a refused entry changed the state:\n%s", diff)
			}
		})
	}
}

// zoned is the schedule of newLog in another zone.
func zoned(t testing.TB, zone string) intake.Schedule {
	t.Helper()
	r := schedule(t, "2026-09-18").Rules()
	r.Timezone = zone
	s, err := intake.NewSchedule(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A log begins with created, keys, schedule, account, in this order only.
func TestOpening(t *testing.T) {
	at := shanghai(t, "2026-09-06 16:00:00")
	bodies := []entry.Body{created(at), keys(at, 1), entry.ScheduleBody{At: at, Schedule: schedule(t, "2026-09-18")},
		account(at, "ling", "leader"), entry.Exported{At: at, Size: 3}, entry.ClosedBody{At: at}}
	taken := 0
	var try func(s entry.State, list []entry.Body, order string)
	try = func(s entry.State, list []entry.Body, order string) {
		if len(list) == 4 {
			taken++
			if order != "created keys schedule account " {
				t.Errorf("a log begins with %s", order)
			}
			return
		}
		for _, b := range bodies {
			next := s.Clone()
			h, raw := clearEntry(t, len(list), "2026-09-06", b)
			if next.Apply(int64(len(list)), h, raw) == nil {
				try(next, append(list, b), order+string(b.Kind())+" ")
			}
		}
	}
	try(entry.State{}, nil, "")
	if taken != 1 {
		t.Errorf("%d ways to begin", taken)
	}
	for _, b := range bodies {
		for _, index := range []int64{-1, 1, 4, 100} {
			h, raw := clearEntry(t, 0, "2026-09-06", b)
			if err := new(entry.State).Apply(index, h, raw); !errors.Is(err, intake.ErrInvalid) {
				t.Errorf("%s as entry %d of an empty log: %v", b.Kind(), index, err)
			}
		}
	}
	demoted := account(at, "ling", "custodian")
	l := newLog(t)
	var s entry.State
	for i := range 3 {
		if err := s.Apply(int64(i), l.headers[i], l.bodies[i]); err != nil {
			t.Fatal(err)
		}
	}
	h, raw := clearEntry(t, 3, "2026-09-06", demoted)
	if err := s.Apply(3, h, raw); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("the first account leads nothing: %v", err)
	}
	h, raw = clearEntry(t, 2, "2026-09-05", entry.ScheduleBody{At: at, Schedule: schedule(t, "2026-09-18")})
	s = entry.State{}
	for i := range 2 {
		if err := s.Apply(int64(i), l.headers[i], l.bodies[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Apply(2, h, raw); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("the first schedule on another day than its own: %v", err)
	}
}

func TestApplyTakesTheHeadersBodyOnly(t *testing.T) {
	l := newLog(t)
	h, raw := clearEntry(t, 4, "2026-09-06", entry.ClosedBody{At: l.at})
	other := []byte(strings.Replace(string(raw), "08:00:00", "08:00:01", 1))
	for name, change := range map[string]func(h *entry.Header, body *[]byte){
		"another body": func(h *entry.Header, body *[]byte) { *body = other },
		"no body":      func(h *entry.Header, body *[]byte) { *body = nil },
		"another size": func(h *entry.Header, body *[]byte) { h.Parts[0].Size++ },
		"another hash": func(h *entry.Header, body *[]byte) { h.Parts[0].SHA256[0] ^= 1 },
		"another role": func(h *entry.Header, body *[]byte) { h.Parts[0].Role = entry.RoleNote },
		"no part":      func(h *entry.Header, body *[]byte) { h.Parts = nil },
		"two parts":    func(h *entry.Header, body *[]byte) { h.Parts = append(h.Parts, h.Parts[0]) },
		"another kind": func(h *entry.Header, body *[]byte) { h.Kind = entry.KindErased },
		"not JSON": func(h *entry.Header, body *[]byte) {
			*body = []byte("x")
			h.Parts[0] = bodyPart(*body)
		},
	} {
		g, body := h, raw
		g.Parts = append([]entry.Part(nil), h.Parts...)
		change(&g, &body)
		s := l.state.Clone()
		if err := s.Apply(4, g, body); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := l.state.Clone()
	if err := s.Apply(4, reportHeader(), raw); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("a sealed entry: %v", err)
	}
	for _, index := range []int64{0, 3, -1} {
		if err := s.Apply(index, h, raw); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("as entry %d: %v", index, err)
		}
	}
}
