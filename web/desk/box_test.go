package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"
	"dengwen/store/storetest"
	"dengwen/web/desk"
)

const (
	leader = "leader"
	phrase = "seven tall pine trees"
	other  = "nine quiet old rivers"
	host   = "127.0.0.1:8081"
	zone   = "Asia/Shanghai"
)

// A box is a real box with real accounts, and the desk over it.
type box struct {
	*store.Box
	path  string
	clock *storetest.Clock
	log   *buffer
	// part, if set, gets in the way of reading stored bytes.
	part func(io.ReadCloser) io.ReadCloser
}

// Part opens stored bytes.
func (b *box) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	r, err := b.Box.Part(ctx, index, part)
	if err == nil && b.part != nil {
		r = b.part(r)
	}
	return r, err
}

// A buffer is a log that several goroutines write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newBox(t testing.TB) *box {
	t.Helper()
	b := &box{path: filepath.Join(t.TempDir(), "box"), clock: storetest.NewClock(), log: &buffer{}}
	var keys [2]string
	for i := range keys {
		id, err := seal.NewIdentity()
		check(t, err)
		keys[i] = id.Recipient().String()
	}
	f, err := reader.Found(leader, phrase, keys[0], keys[1])
	check(t, err)
	check(t, store.Create(b.path, store.Founding{Inspection: entry.Inspection{Name: "测试巡察"}, Schedule: storetest.Schedule(t),
		Keys: f.Keys, Account: f.Account, Wraps: f.Wraps, ViewKey: f.ViewKey}, store.Options{Now: b.clock.Now}))
	b.Box, err = store.Open(b.path, store.Options{Now: b.clock.Now})
	check(t, err)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		storetest.CheckInvariants(t, b.path)
	})
	return b
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hire adds an account with the passphrase other.
func (b *box) hire(t testing.TB, name string, roles ...triage.Role) {
	t.Helper()
	d, err := reader.Unlock(t.Context(), b, leader, phrase)
	check(t, err)
	defer d.Lock()
	check(t, d.AddAccount(t.Context(), name, roles, other))
}

// unlock is how the desk of this box unlocks accounts.
func (b *box) unlock(ctx context.Context, name, passphrase string) (desk.Account, error) {
	return reader.Unlock(ctx, b, name, passphrase)
}

// channels is how the desk of this box counts: as serve does where there is no
// mailbox.
func (b *box) channels(ctx context.Context) (triage.Channels, error) {
	st, err := b.Status(ctx)
	var list triage.Channels
	for _, c := range intake.LiveChannels() {
		list.Rows = append(list.Rows, triage.ChannelCounts{Channel: c, Live: true, Open: st.Open[c], Accepted: st.Accepted[c], Refused: st.Refused[c]})
	}
	return list, err
}

// site makes a desk over the box. change may alter how.
func (b *box) site(t testing.TB, change func(*desk.Options)) *desk.Site {
	t.Helper()
	at, err := time.LoadLocation(zone)
	check(t, err)
	o := desk.Options{Unlock: b.unlock, Channels: b.channels, Listen: host, Inspection: "测试巡察", Timezone: at, Now: b.clock.Now,
		Log: slog.New(slog.NewTextHandler(b.log, nil))}
	if change != nil {
		change(&o)
	}
	s, err := desk.New(o)
	check(t, err)
	t.Cleanup(s.Close)
	return s
}

// submit takes in a report and returns its id and its receipt.
func (b *box) submit(t testing.TB, r *intake.Report) (id, receipt string) {
	t.Helper()
	out, err := b.Submit(t.Context(), r)
	check(t, err)
	if out.Verdict != intake.Accepted {
		t.Fatalf("not accepted: %+v", out)
	}
	return out.ID, out.Receipt
}

func (b *box) web(t testing.TB, text string) string {
	t.Helper()
	id, _ := b.submit(t, storetest.Web(b.clock.Now(), text))
	return id
}

func (b *box) call(t testing.TB, text string) string {
	t.Helper()
	id, _ := b.submit(t, storetest.Call(b.clock.Now(), text))
	return id
}

// ledger takes in n calls at once.
func (b *box) ledger(t testing.TB, n int) {
	t.Helper()
	check(t, b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range n {
			if !yield(storetest.Call(b.clock.Now(), fmt.Sprint("来电 ", i)), nil) {
				return
			}
		}
	}, func(int, intake.Outcome) {}))
}

// withFiles is a report of the web form with files.
func withFiles(b *box, text string, files ...intake.File) *intake.Report {
	r := storetest.Web(b.clock.Now(), text)
	r.Files = filesOf(files...)
	return r
}

func filesOf(files ...intake.File) func(func(intake.File, error) bool) {
	return func(yield func(intake.File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// textFile is an original if its name begins with a dot.
func textFile(name, media, content string) intake.File {
	return intake.File{Name: name, Type: media, Private: strings.HasPrefix(name, "."), Body: strings.NewReader(content)}
}

// kinds counts the entries of each kind about a report.
func (b *box) kinds(t testing.TB, id string) map[entry.Kind]int {
	t.Helper()
	about, err := b.About(t.Context(), id)
	check(t, err)
	n := map[entry.Kind]int{}
	for _, index := range about {
		for rec, err := range b.Entries(t.Context(), index, index+1) {
			check(t, err)
			n[rec.Header.Kind]++
		}
	}
	return n
}
