package entry_test

import (
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// What would not decode is not encoded, and the error is the caller's.
func TestBodyRules(t *testing.T) {
	at := shanghai(t, "2026-09-07 18:00:00")
	day := func(accepted, refused []entry.Count) entry.Body {
		return entry.ClosedDay{At: at, Day: "2026-09-07", Accepted: accepted, Refused: refused}
	}
	ok := entry.Count{Day: "2026-09-07", Channel: intake.Web, N: 1}
	refused := entry.Count{Day: "2026-09-07", Channel: intake.Web, Reason: intake.OutsideHours, N: 1}
	count := func(c entry.Count, change func(c *entry.Count)) []entry.Count { change(&c); return []entry.Count{c} }
	withKeys := func(change func(k *entry.KeysBody)) entry.Body { k := keys(at, 1); change(&k); return k }
	withAccount := func(change func(a *entry.AccountBody)) entry.Body {
		a := account(at, "ling", "leader")
		change(&a)
		return a
	}
	withCreated := func(origin, key string) entry.Body {
		c := created(at)
		c.Origin, c.Key = origin, key
		return c
	}
	aside := entry.Aside{Day: "2026-09-07", Channel: intake.Mail, Reason: intake.TooLarge, N: 2}
	asides := func(list ...entry.Aside) entry.Body {
		return entry.ClosedDay{At: at, Day: "2026-09-07", Quarantined: list}
	}
	with := func(change func(a *entry.Aside)) entry.Body { a := aside; change(&a); return asides(a) }
	bad := map[string]entry.Body{
		"no instant":          entry.ClosedBody{},
		"year 10000":          entry.ClosedBody{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"no origin":           withCreated("", "+1+x"),
		"origin with space":   withCreated("a b", "a b+1+x"),
		"origin, U+3000":      withCreated("a\u3000b", "a\u3000b+1+x"),
		"origin with plus":    withCreated("a+b", "a+b+1+x"),
		"origin, new line":    withCreated("a\nb", "a\nb+1+x"),
		"origin not UTF-8":    withCreated("a\xff", "a\xff+1+x"),
		"long origin":         withCreated(strings.Repeat("a", 256), strings.Repeat("a", 256)+"+1+x"),
		"no key":              withCreated("a", ""),
		"key of another":      withCreated("a", "b+1+x"),
		"key of nothing":      withCreated("a", "a+"),
		"key with new line":   withCreated("a", "a+1+x\n"),
		"no schedule":         entry.ScheduleBody{At: at},
		"generation 0":        withKeys(func(k *entry.KeysBody) { k.Generation = 0 }),
		"no team key":         withKeys(func(k *entry.KeysBody) { k.Team = "" }),
		"classic recipient":   withKeys(func(k *entry.KeysBody) { k.Custodian = "age1abc" }),
		"recipient capitals":  withKeys(func(k *entry.KeysBody) { k.Archive = "age1pq1ABC" }),
		"recipient of none":   withKeys(func(k *entry.KeysBody) { k.Office = "age1pq1" }),
		"long recipient":      withKeys(func(k *entry.KeysBody) { k.Office = "age1pq1" + strings.Repeat("q", 4096) }),
		"team is custodian":   withKeys(func(k *entry.KeysBody) { k.Team = k.Custodian }),
		"team is archive":     withKeys(func(k *entry.KeysBody) { k.Team = k.Archive }),
		"team is office":      withKeys(func(k *entry.KeysBody) { k.Team = k.Office }),
		"custodian is office": withKeys(func(k *entry.KeysBody) { k.Custodian = k.Office }),
		"account name":        withAccount(func(a *entry.AccountBody) { a.Account = "凌" }),
		"role in capitals":    withAccount(func(a *entry.AccountBody) { a.Roles = []string{"Leader"} }),
		"role too long":       withAccount(func(a *entry.AccountBody) { a.Roles = []string{strings.Repeat("a", 33)} }),
		"roles not sorted":    withAccount(func(a *entry.AccountBody) { a.Roles = []string{"leader", "custodian"} }),
		"role twice":          withAccount(func(a *entry.AccountBody) { a.Roles = []string{"leader", "leader"} }),
		"account key":         withAccount(func(a *entry.AccountBody) { a.Key = base64.StdEncoding.EncodeToString(make([]byte, 31)) }),
		"account recipient":   withAccount(func(a *entry.AccountBody) { a.Recipient = "" }),
		"range before 0":      entry.Exported{At: at, From: -1, Size: 1},
		"range backwards":     entry.Exported{At: at, From: 2, Size: 1},
		"erased what":         entry.Erased{At: at, Entry: "5", Parts: []entry.Hash{file}},
		"erased nothing":      entry.Erased{At: at, Entry: id(5)},
		"erased too much":     entry.Erased{At: at, Entry: id(5), Parts: make([]entry.Hash, entry.MaxParts+1)},
		"restored nothing":    entry.Restored{At: at, Origin: newOrigin, Key: newKey, Was: origin},
		"restored as itself":  entry.Restored{At: at, Origin: origin, Key: originKey, Was: origin, Size: 1},
		"restored, key":       entry.Restored{At: at, Origin: newOrigin, Key: originKey, Was: origin, Size: 1},
		"no day":              entry.ClosedDay{At: at},
		"count day":           day(count(ok, func(c *entry.Count) { c.Day = "2026-13-01" }), nil),
		"count channel":       day(count(ok, func(c *entry.Count) { c.Channel = "fax" }), nil),
		"count none":          day(count(ok, func(c *entry.Count) { c.N = 0 }), nil),
		"count negative":      day(nil, count(refused, func(c *entry.Count) { c.N = -1 })),
		"accepted, reason":    day([]entry.Count{refused}, nil),
		"refused, no reason":  day(nil, []entry.Count{ok}),
		"unknown reason":      day(nil, count(refused, func(c *entry.Count) { c.Reason = "late" })),
		"counted twice":       day([]entry.Count{ok, ok}, nil),
		"aside day":           with(func(a *entry.Aside) { a.Day = "" }),
		"aside channel":       with(func(a *entry.Aside) { a.Channel = "fax" }),
		"aside, no reason":    with(func(a *entry.Aside) { a.Reason = "" }),
		"aside for the time":  with(func(a *entry.Aside) { a.Reason = "outside-hours" }),
		"aside none":          with(func(a *entry.Aside) { a.N = 0 }),
		"aside twice":         asides(aside, aside),
		"aside, not sorted":   asides(aside, entry.Aside{Day: "2026-09-07", Channel: intake.Mail, Reason: intake.DeepParts, N: 1}),
		"refused as an aside": day(nil, count(refused, func(c *entry.Count) { c.Reason = "too-large" })),
		"not sorted":          day([]entry.Count{ok, {Day: "2026-09-07", Channel: intake.Mail, N: 1}}, nil),
	}
	for name, b := range bad {
		if raw, err := entry.EncodeBody(b); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v\n%s", name, err, raw)
		}
	}
	if _, err := entry.EncodeBody(day([]entry.Count{ok}, []entry.Count{refused})); err != nil {
		t.Errorf("a good one: %v", err)
	}
	if _, err := entry.EncodeBody(asides(entry.Aside{Day: "2026-09-07", Channel: intake.Mail, Reason: intake.DeepParts, N: 1}, aside)); err != nil {
		t.Errorf("a good one with asides: %v", err)
	}
}

// The rules hold for what is read, too.
func TestDecodeBodyRules(t *testing.T) {
	for name, c := range map[string]struct {
		b        entry.Body
		from, to string
	}{
		"generation":     {keys(shanghai(t, "2026-09-07 18:00:00"), 1), `"generation":1`, `"generation":0`},
		"huge number":    {keys(shanghai(t, "2026-09-07 18:00:00"), 1), `"generation":1`, `"generation":1e9`},
		"over 64 bits":   {bodies(t)[4], `"size":14`, `"size":9223372036854775808`},
		"negative zero":  {bodies(t)[4], `"from":3`, `"from":-0`},
		"hash capitals":  {bodies(t)[4], file.String(), strings.ToUpper(file.String())},
		"needless empty": {bodies(t)[5], `"channel":"web","n"`, `"channel":"web","reason":"","n"`},
		"schedule order": {bodies(t)[1], `"first":"2026-09-07","last":"2026-09-18"`, `"last":"2026-09-18","first":"2026-09-07"`},
		"schedule form":  {bodies(t)[1], `08:30-18:00`, `8:30-18:00`},
		"schedule null":  {bodies(t)[1], `"windows":["08:30-18:00"]`, `"windows":null`},
	} {
		raw, err := entry.EncodeBody(c.b)
		if err != nil {
			t.Fatal(err)
		}
		bad := strings.Replace(string(raw), c.from, c.to, 1)
		if bad == string(raw) {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := entry.DecodeBody(c.b.Kind(), []byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	b := created(shanghai(t, "2026-09-07 18:00:00"))
	b.Inspection.Name = strings.Repeat("x", entry.MaxBody)
	if _, err := entry.EncodeBody(b); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("encode: %v", err)
	}
	if _, err := entry.DecodeBody(entry.KindCreated, make([]byte, entry.MaxBody+1)); !errors.Is(err, intake.ErrDamaged) {
		t.Errorf("decode: %v", err)
	}
}

func TestCountOrder(t *testing.T) {
	list := []entry.Count{}
	for _, d := range []string{"2026-09-07", "2026-09-08"} {
		for _, c := range []intake.Channel{intake.Hotline, intake.Mail} {
			for _, r := range []intake.Reason{"", intake.AfterPeriod, intake.ClosedDay} {
				list = append(list, entry.Count{Day: d, Channel: c, Reason: r, N: int64(math.MaxInt64 - len(list))})
			}
		}
	}
	for i, a := range list {
		for j, b := range list {
			if got, want := a.Compare(b), sign(i-j); got != want {
				t.Errorf("%v, %v: %d, want %d", a, b, got, want)
			}
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestPublicKey(t *testing.T) {
	a := account(shanghai(t, "2026-09-07 18:00:00"), "ling", "leader")
	pub, err := a.PublicKey()
	if err != nil || !pub.Equal(signingKey("ling").Public()) {
		t.Errorf("%v, %v", pub, err)
	}
	if !a.Has("leader") || a.Has("custodian") {
		t.Errorf("roles %q", a.Roles)
	}
	a.Key = "x"
	if _, err := a.PublicKey(); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("not a key: %v", err)
	}
}
