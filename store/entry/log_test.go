package entry_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

const (
	origin    = "dengwen.example/2f6b"
	originKey = origin + "+0123abcd+AbC/="
	newOrigin = "dengwen.example/9c01"
	newKey    = newOrigin + "+4567ef01+DeF/="
)

// A testLog is a log in memory that a test builds, breaks and checks.
type testLog struct {
	t       testing.TB
	at      time.Time
	state   entry.State // for the origin in force and the zone
	headers []entry.Header
	bodies  [][]byte // nil for sealed entries
	under   []string // the origin that each entry was signed under
}

func newLog(t testing.TB) *testLog {
	l := &testLog{t: t, at: shanghai(t, "2026-09-06 16:00:00")}
	l.clear("", created(l.at))
	l.clear("", keys(l.at, 1))
	l.clear("", entry.ScheduleBody{At: l.at, Schedule: schedule(t, "2026-09-18")})
	l.clear("", account(l.at, "ling", "custodian", "leader"))
	return l
}

func shanghai(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(time.DateTime, s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// schedule is two weeks from 2026-09-07, a Monday; no hotline at weekends.
func schedule(t testing.TB, last string) intake.Schedule {
	t.Helper()
	s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: last, Channels: []intake.ChannelHours{
		{Channel: intake.Hotline, Hours: intake.Hours{Weekdays: []string{"mon", "tue", "wed", "thu", "fri"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func created(at time.Time) entry.Created {
	return entry.Created{At: at, Origin: origin, Key: originKey, Inspection: entry.Inspection{
		Name: "市委第三巡察组", Team: "第三组", Units: []string{"水务局", "城建 <集团> & \"分公司\""}, Place: "迎宾馆 3 号楼", Phone: "0100-5550100", Mailbox: "box@dengwen.example",
	}}
}

func keys(at time.Time, generation int) entry.KeysBody {
	g := fmt.Sprint(generation)
	return entry.KeysBody{At: at, Generation: generation, Team: "age1pq1team" + g, Custodian: "age1pq1cust" + g, Archive: "age1pq1archive", Office: "age1pq1office"}
}

func account(at time.Time, name string, roles ...string) entry.AccountBody {
	pub := signingKey(name).Public().(ed25519.PublicKey)
	return entry.AccountBody{At: at, Account: name, Roles: roles, Key: base64.StdEncoding.EncodeToString(pub), Recipient: "age1pq1" + strings.ReplaceAll(name, "-", "")}
}

// signingKey is a fixed key for each name.
func signingKey(name string) ed25519.PrivateKey {
	seed := entry.HashOf([]byte("key of " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// id is a fixed id for each number.
func id(n int) string {
	h := entry.HashOf(fmt.Appendf(nil, "entry %d", n))
	return hex.EncodeToString(h[:16])
}

func part(role entry.Role, text string) entry.Part {
	return entry.Part{Role: role, SHA256: entry.HashOf([]byte(text)), Size: int64(1000 + len(text))}
}

// on moves the clock; entries are recorded at that instant.
func (l *testLog) on(at string) { l.at = shanghai(l.t, at) }

func (l *testLog) day() string {
	return l.at.In(time.FixedZone("CST", 8*60*60)).Format(time.DateOnly)
}

// add appends an entry, signed if by is set, and returns its index.
func (l *testLog) add(h entry.Header, body []byte) int {
	l.t.Helper()
	n := len(l.headers)
	h.V, h.ID = 1, id(n)
	if h.Date == "" {
		h.Date = l.day()
	}
	l.headers, l.bodies, l.under = append(l.headers, h), append(l.bodies, body), append(l.under, l.state.Origin)
	l.sign(n)
	if body != nil {
		if err := l.state.Apply(int64(n), l.headers[n], body); err != nil {
			l.t.Fatalf("entry %d: %v", n, err)
		}
	}
	return n
}

func (l *testLog) sign(n int) {
	if h := &l.headers[n]; h.By != "" {
		h.Sign(l.under[n], signingKey(h.By))
	}
}

func (l *testLog) clear(by string, b entry.Body) int {
	l.t.Helper()
	raw, err := entry.EncodeBody(b)
	if err != nil {
		l.t.Fatal(err)
	}
	return l.add(entry.Header{Kind: b.Kind(), By: by, Parts: []entry.Part{bodyPart(raw)}}, raw)
}

func bodyPart(raw []byte) entry.Part {
	return entry.Part{Role: entry.RoleBody, SHA256: entry.HashOf(raw), Size: int64(len(raw))}
}

func (l *testLog) accepted(c intake.Channel, day string) int {
	l.t.Helper()
	n := fmt.Sprint(len(l.headers))
	return l.add(entry.Header{Kind: entry.KindAccepted, Channel: c, Date: day,
		Parts: []entry.Part{part(entry.RoleReport, "r"+n), part(entry.RoleIdentity, "i"+n), part(entry.RoleFile, "f"+n), part(entry.RoleOriginal, "o"+n)}}, nil)
}

func (l *testLog) added(ref int) int {
	n := fmt.Sprint(len(l.headers))
	return l.add(entry.Header{Kind: entry.KindAdded, Channel: intake.Web, Ref: id(ref),
		Parts: []entry.Part{part(entry.RoleReport, "r"+n), part(entry.RoleIdentity, "i"+n)}}, nil)
}

// staff appends a sealed staff entry about an accepted one.
func (l *testLog) staff(k entry.Kind, ref int, by string) int {
	role := entry.RoleNote
	if k == entry.KindReplied {
		role = entry.RoleReply
	}
	return l.add(entry.Header{Kind: k, Ref: id(ref), By: by, Parts: []entry.Part{part(role, fmt.Sprint(len(l.headers)))}}, nil)
}

func (l *testLog) call(day string) int {
	return l.add(entry.Header{Kind: entry.KindCall, Channel: intake.Hotline, Date: day, Parts: []entry.Part{part(entry.RoleCall, fmt.Sprint(len(l.headers)))}}, nil)
}

// edit changes a header after the fact and signs it again.
func (l *testLog) edit(n int, change func(h *entry.Header)) {
	change(&l.headers[n])
	l.sign(n)
}

// editBody changes a clear body after the fact, and its header with it.
func editBody[T entry.Body](l *testLog, n int, change func(b *T)) {
	l.t.Helper()
	b, err := entry.DecodeBody(l.headers[n].Kind, l.bodies[n])
	if err != nil {
		l.t.Fatal(err)
	}
	v := b.(T)
	change(&v)
	raw, err := entry.EncodeBody(v)
	if err != nil {
		l.t.Fatal(err)
	}
	l.bodies[n] = raw
	l.edit(n, func(h *entry.Header) { h.Parts = []entry.Part{bodyPart(raw)} })
}

// check runs a Checker over the log as it stands.
func (l *testLog) check() []entry.Problem {
	c := entry.NewChecker()
	for i, h := range l.headers {
		c.Entry(int64(i), h, l.bodies[i])
	}
	c.Done()
	return c.Problems()
}
