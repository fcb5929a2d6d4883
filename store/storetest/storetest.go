// Package storetest gives tests a real box: real bbolt files in a temporary
// directory, real keys, a clock that the test sets. When the test ends, the
// box is opened once more and everything that it stores is recomputed; a test
// that leaves a box in a state that it should not be in fails, whatever it was
// about. Only tests import it.
package storetest

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Start is when a test's clock starts: a Tuesday in the inspection period, at
// 11:00 in Shanghai, with the public channels open.
var Start = time.Date(2026, 9, 8, 3, 0, 0, 0, time.UTC)

// A Clock is a test's time. The zero Clock is not usable; see NewClock.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Add moves the clock by d.
func (c *Clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// Keys are the private halves of a test box's recipients, and the signing key
// of its first account.
type Keys struct {
	Team, Custodian, Archive, Office seal.Identity
	Leader                           ed25519.PrivateKey
}

// NewKeys makes keys for a box.
func NewKeys(t testing.TB) Keys {
	t.Helper()
	var k Keys
	for _, id := range []*seal.Identity{&k.Team, &k.Custodian, &k.Archive, &k.Office} {
		var err error
		if *id, err = seal.NewIdentity(); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if _, k.Leader, err = ed25519.GenerateKey(nil); err != nil {
		t.Fatal(err)
	}
	return k
}

// A Box is a box under test.
type Box struct {
	*store.Box
	Path  string
	Clock *Clock
	Keys  Keys
}

// Leader is the name of a test box's first account.
const Leader = "leader"

// New makes a box in a temporary directory and opens it. When the test ends it
// is closed and CheckInvariants looks at what it leaves.
func New(t testing.TB) *Box { return NewAround(t, nil) }

// NewAround is New with a hook around every step that makes something durable.
func NewAround(t testing.TB, around store.Around) *Box {
	t.Helper()
	b := &Box{Path: filepath.Join(t.TempDir(), "box"), Clock: NewClock(), Keys: NewKeys(t)}
	if err := store.Create(b.Path, Founding(t, b.Keys), b.options(nil)); err != nil {
		t.Fatal(err)
	}
	b.Open(t, around)
	t.Cleanup(func() {
		if err := b.Close(); err != nil && !errors.Is(err, intake.ErrStopped) {
			t.Error(err)
		}
		CheckInvariants(t, b.Path)
	})
	return b
}

// Reopen closes the box and opens it again, as after a stop.
func (b *Box) Reopen(t testing.TB) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b.Open(t, nil)
}

// Open opens the box at b.Path.
func (b *Box) Open(t testing.TB, around store.Around) {
	t.Helper()
	var err error
	if b.Box, err = store.Open(b.Path, b.options(around)); err != nil {
		t.Fatal(err)
	}
}

func (b *Box) options(around store.Around) store.Options {
	return store.Options{Now: b.Clock.Now, Around: around}
}

// Schedule is the schedule of test boxes: 2026-09-07 to 2026-10-30, 08:30 to
// 18:00 every day, in Shanghai.
func Schedule(t testing.TB) intake.Schedule {
	t.Helper()
	s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Founding is what test boxes are made with.
func Founding(t testing.TB, k Keys) store.Founding {
	t.Helper()
	account, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return store.Founding{
		Inspection: entry.Inspection{Name: "测试巡察", Team: "巡察一组", Units: []string{"市水利局", "市教育局"}, Place: "测试宾馆", Phone: "000-0000", Mailbox: "box@example.invalid"},
		Schedule:   Schedule(t),
		Keys: entry.KeysBody{Generation: 1, Team: k.Team.Recipient().String(), Custodian: k.Custodian.Recipient().String(),
			Archive: k.Archive.Recipient().String(), Office: k.Office.Recipient().String()},
		Account: entry.AccountBody{Account: Leader, Roles: []string{"custodian", "leader", "member"},
			Key: base64.StdEncoding.EncodeToString(k.Leader.Public().(ed25519.PublicKey)), Recipient: account.Recipient().String()},
		Wraps: map[string][]byte{Leader: []byte("wrap")}, ViewKey: []byte("view key"),
	}
}

// CheckInvariants recomputes everything that the box in dir stores and checks
// its log against the rules.
func CheckInvariants(t testing.TB, dir string) {
	t.Helper()
	b, err := store.Inspect(dir)
	if err != nil {
		t.Errorf("box after the test: %v", err)
		return
	}
	defer b.Close()
	ctx := context.Background()
	problems, err := b.Check(ctx)
	if err != nil {
		t.Errorf("box after the test: %v", err)
	}
	size, err := b.Size(ctx)
	if err != nil {
		t.Error(err)
	}
	rules := entry.NewChecker()
	for rec, err := range b.Entries(ctx, 0, size) {
		if err != nil {
			t.Errorf("box after the test: %v", err)
			return
		}
		var body []byte
		if rec.Header.Kind.Clear() {
			if body, err = ReadPart(b, rec.Index, 0); err != nil {
				t.Error(err)
			}
		}
		rules.Entry(rec.Index, rec.Header, body)
	}
	rules.Done()
	for _, p := range append(problems, rules.Problems()...) {
		t.Errorf("box after the test: entry %d: %s", p.Entry, p.What)
	}
}
