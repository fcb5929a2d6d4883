package reader_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"
)

// listed is the queue that the benchmarks list: a busy inspection's.
const listed = 100_000

// loaded is a desk whose box holds views of n reports. The reports themselves
// are not there: their views are put into the box directly.
func loaded(b *testing.B, n int) (*box, *reader.Desk, int64) {
	b.Helper()
	at := newBox(b)
	d := unlock(b, at, leader, phrase)
	state, err := at.State(b.Context())
	check(b, err)
	rnd := rand.New(rand.NewPCG(1, 2))
	units := make([]string, 40)
	for i := range units {
		units[i] = fmt.Sprintf("第 %d 被巡察单位", i)
	}
	views := map[int64][]byte{}
	put := func() {
		check(b, at.PutViews(b.Context(), views))
		clear(views)
	}
	for i := range n {
		index := int64(i + 4)
		row := triage.Row{Index: index, ID: entry.NewID(), Channel: intake.LiveChannels()[i%3], Day: "2026-09-08", Arrived: storetest.Start.Add(time.Duration(i) * time.Second),
			Unit: units[rnd.IntN(len(units))], Category: intake.Integrity, Title: strings.Repeat("题", 10+rnd.IntN(25))}
		views[index], err = d.SealRow(state.Origin, row)
		check(b, err)
		if len(views) == 4096 {
			put()
		}
	}
	size := int64(n + 4)
	views[0], err = d.SealBookmark(state.Origin, record(b, at, 0).Header.ID, size, int64(n))
	check(b, err)
	put()
	return at, d, size
}

// Listing a page at 100,000 reports after the unlock; the aim is 50 ms.
func BenchmarkList(b *testing.B) {
	_, d, size := loaded(b, listed)
	check(b, d.Load(b.Context(), size))
	for _, bm := range []struct {
		what    string
		state   triage.State
		channel intake.Channel
		offset  int
	}{{"first", "", "", 0}, {"last", "", "", listed - 50}, {"filtered", triage.New, intake.Mail, 1000}, {"none", triage.Done, "", 0}} {
		b.Run(bm.what, func(b *testing.B) {
			for b.Loop() {
				if page, total := d.List(bm.state, bm.channel, bm.offset, 50); total == 0 && bm.what != "none" || len(page) == 0 && total > 0 {
					b.Fatal(len(page), total)
				}
			}
		})
	}
}

// Loading 100,000 views when an account is unlocked.
func BenchmarkLoad(b *testing.B) {
	at, _, size := loaded(b, listed)
	b.ReportAllocs()
	for b.Loop() {
		d := unlock(b, at, leader, phrase)
		check(b, d.Load(b.Context(), size))
		if _, total := d.List("", "", 0, 1); total != listed {
			b.Fatal(total)
		}
	}
}

// Making the views of reports that were never listed, per report.
func BenchmarkSync(b *testing.B) {
	const n = 2000
	at := newBox(b)
	at.ledger(b, n)
	for b.Loop() {
		check(b, at.DropViews(b.Context()))
		d := unlock(b, at, leader, phrase)
		sync(b, d)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/report")
}

// Holding a ledger against the calls: the first time, which opens all, and
// again; the aim is a few ms for each core that opens one.
func BenchmarkCalls(b *testing.B) {
	const n = 10_000
	at := newBox(b)
	var list []intake.Call
	for i := range n {
		list = append(list, rang(clock(8, 30, i/2), fmt.Sprintf("139%08d", i), 30))
	}
	at.exchange(b, list...)
	check(b, at.SubmitAll(b.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range n {
			r := storetest.Call(clock(8, 30, i/2+20), fmt.Sprint("来电 ", i))
			if r.Identity.Phone = fmt.Sprintf("139%08d", i); !yield(r, nil) {
				return
			}
		}
	}, func(int, intake.Outcome) {}))
	d := unlock(b, at, leader, phrase)
	sync(b, d)
	run := func(d *reader.Desk) {
		if out := calls(b, d); out.Matched != n {
			b.Fatal(out.Matched)
		}
	}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := unlock(b, at, leader, phrase)
			sync(b, d)
			run(d)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(2*n*b.N), "ns/entry")
	})
	run(d)
	b.Run("again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			run(d)
		}
	})
}
