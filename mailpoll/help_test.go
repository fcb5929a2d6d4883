package mailpoll_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

func TestMain(m *testing.M) {
	storetest.SetWorkFactor(storetest.CheapFactor)
	mailpoll.SetInMemory(overMemory)
	goleak.VerifyTestMain(m)
}

// The instants that test mail arrives at: a Tuesday in the inspection period,
// and when the schedule says no.
var (
	inHours = storetest.Start.Add(-time.Hour)
	evening = storetest.Start.Add(-15 * time.Hour) // 20:00 on the day before
	later   = storetest.Start.Add(time.Hour)       // after the box's clock
)

// letter is a short mail with a text, from somebody who shall stay unknown.
func letter(text string) []byte {
	return fmt.Appendf(nil, "From: Canary Sender <canary-from@example.invalid>\r\nMessage-ID: <canary-id@example.invalid>\r\n"+
		"Subject: =?utf-8?B?5Li+5oql?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n", text)
}

func letters(n int) (raws [][]byte) {
	for i := range n {
		raws = append(raws, letter(fmt.Sprintf("第%d封", i)))
	}
	return raws
}

func texts(raws ...[]byte) (list []string) {
	for _, raw := range raws {
		list = append(list, string(raw))
	}
	return list
}

func newPoller(t testing.TB, box mailpoll.Box, o mailpoll.Options) *mailpoll.Poller {
	t.Helper()
	p, err := mailpoll.New(box, o)
	if err != nil {
		t.Fatal(err)
	}
	p.SetCourtesy(0)
	return p
}

func pass(t testing.TB, p *mailpoll.Poller) mailpoll.Summary {
	t.Helper()
	sum, err := p.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts(sum)
}

// rehearse is a dry run.
func rehearse(t testing.TB, p *mailpoll.Poller) mailpoll.Summary {
	t.Helper()
	sum, err := p.DryRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts(sum)
}

// counts is a summary without what only few tests look at.
func counts(sum mailpoll.Summary) mailpoll.Summary {
	sum.Quarantine, sum.Fixed, sum.Kept = nil, false, 0
	return sum
}

// sum is a summary that is right in itself.
func sum(s mailpoll.Summary) mailpoll.Summary {
	if s.Refused == nil {
		s.Refused = map[intake.Reason]int{}
	}
	s.Read = s.Accepted + s.Duplicate + s.Future + s.Quarantined
	for _, n := range s.Refused {
		s.Read += n
	}
	return s
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s:\n%s", what, diff)
	}
}

// taken opens the reports in the box with the team's key, and lists their
// texts in the order in which they went in.
func taken(t testing.TB, b *storetest.Box) (list []string) {
	t.Helper()
	size, err := b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind != entry.KindAccepted {
			continue
		}
		i := slices.IndexFunc(rec.Header.Parts, func(p entry.Part) bool { return p.Role == entry.RoleReport })
		in, err := storetest.OpenPart(b.Box, rec, i, b.Keys.Team)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(bytes.TrimSpace([]byte(in.Report.Text))))
	}
	return list
}

func status(t testing.TB, b *storetest.Box) entry.Status {
	t.Helper()
	st, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// knows reports whether the box would call this message a duplicate.
func knows(t testing.TB, b *storetest.Box, raw []byte, at time.Time) bool {
	t.Helper()
	known := false
	err := b.SubmitAll(t.Context(), true, func(yield func(*intake.Report, error) bool) {
		yield(&intake.Report{Channel: intake.Mail, Arrived: at, Text: "-", Source: intake.Source{Meaning: mailpoll.Meaning(raw, at)}}, nil)
	}, func(_ int, o intake.Outcome) { known = o.Verdict == intake.Duplicate })
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}
