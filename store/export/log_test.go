package export_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
	"dengwen/store/seal"
)

// A testLog is a log in memory that a test builds and breaks. It is an
// export.Box; everything in it is as the real box makes it.
type testLog struct {
	t       testing.TB
	at      time.Time
	signer  merkle.Signer
	staff   ed25519.PrivateKey
	state   entry.State
	headers []entry.Header
	parts   [][][]byte // nil for a part that is not there

	team, custodian, archive, office seal.Identity
}

// zone is the inspection's.
var zone = time.FixedZone("CST", 8*60*60)

func newLog(t testing.TB) *testLog {
	t.Helper()
	l := emptyLog(t)
	l.found()
	return l
}

// emptyLog has keys and no entries.
func emptyLog(t testing.TB) *testLog {
	t.Helper()
	l := &testLog{t: t, at: time.Date(2026, 9, 7, 9, 0, 0, 0, zone)}
	l.signer = newSigner(t, "dengwen.example/2f6b")
	_, key, err := ed25519.GenerateKey(nil)
	l.staff = key
	l.must(err)
	for _, id := range []*seal.Identity{&l.team, &l.custodian, &l.archive, &l.office} {
		*id, err = seal.NewIdentity()
		l.must(err)
	}
	return l
}

func newSigner(t testing.TB, origin string) merkle.Signer {
	t.Helper()
	skey, _, err := merkle.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := merkle.ParseSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found appends the four entries that every log begins with.
func (l *testLog) found() {
	l.t.Helper()
	l.clear(entry.Created{At: l.at, Origin: l.signer.Origin(), Key: l.signer.Key(), Inspection: entry.Inspection{Name: "第三巡察组", Team: "第三组", Units: []string{"水务局"}}})
	l.clear(entry.KeysBody{At: l.at, Generation: 1, Team: text(l.team), Custodian: text(l.custodian), Archive: text(l.archive), Office: text(l.office)})
	l.clear(entry.ScheduleBody{At: l.at, Schedule: l.schedule()})
	l.clear(entry.AccountBody{At: l.at, Account: "ling", Roles: []string{entry.Leader}, Recipient: text(l.team),
		Key: base64.StdEncoding.EncodeToString(l.staff.Public().(ed25519.PublicKey))})
}

func text(id seal.Identity) string { return id.Recipient().String() }

// schedule is one working week of the default hours.
func (l *testLog) schedule() intake.Schedule {
	s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-11"})
	l.must(err)
	return s
}

func (l *testLog) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// add appends an entry with its stored parts, which it names in its header.
func (l *testLog) add(h entry.Header, roles []entry.Role, parts ...[]byte) int64 {
	l.t.Helper()
	n := int64(len(l.headers))
	h.V = entry.Version
	if h.ID == "" {
		h.ID = entry.NewID()
	}
	if h.Date == "" {
		h.Date = l.at.In(zone).Format(time.DateOnly)
	}
	h.Parts = nil
	for i, p := range parts {
		h.Parts = append(h.Parts, entry.Part{Role: roles[i], SHA256: entry.HashOf(p), Size: int64(len(p))})
	}
	if h.By != "" {
		h.Sign(l.state.Origin, l.staff)
	}
	l.must(h.Validate())
	l.headers, l.parts = append(l.headers, h), append(l.parts, parts)
	if h.Kind.Clear() {
		l.must(l.state.Apply(n, h, parts[0]))
	}
	return n
}

func (l *testLog) clear(b entry.Body) int64 {
	l.t.Helper()
	raw, err := entry.EncodeBody(b)
	l.must(err)
	h := entry.Header{Kind: b.Kind()}
	switch b.Kind() {
	case entry.KindKeys, entry.KindAccount, entry.KindErased, entry.KindClosed:
		if len(l.headers) > 3 { // those are a leader's
			h.By = "ling"
		}
	}
	return l.add(h, []entry.Role{entry.RoleBody}, raw)
}

// erase says that parts of an entry were erased, and erases them.
func (l *testLog) erase(index int64, parts ...int) int64 {
	l.t.Helper()
	b := entry.Erased{At: l.at, Entry: l.headers[index].ID}
	for _, k := range parts {
		b.Parts = append(b.Parts, l.headers[index].Parts[k].SHA256)
		l.parts[index][k] = nil
	}
	return l.clear(b)
}

// restore goes on under a new origin.
func (l *testLog) restore(origin string) int64 {
	l.t.Helper()
	was, size := l.signer.Origin(), int64(len(l.headers))
	l.signer = newSigner(l.t, origin)
	return l.clear(entry.Restored{At: l.at, Origin: origin, Key: l.signer.Key(), Was: was, Size: size, Root: entry.Hash(l.root(size))})
}
