package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// callers are how many submit at once, from a quiet day to a crowd.
var callers = []int{1, 32, 256}

// BenchmarkSubmit measures Submit beside the two things that it cannot do
// without, each with as many callers and in the same run: sealing two parts,
// and making the same bytes durable in grouped transactions. "ratio" is against
// the lower of the two; the aim is 0.6. One caller seals on one core, many on
// all. A web report also draws an identity and stretches its receipt code (see
// receipt.go), which neither ceiling has.
func BenchmarkSubmit(b *testing.B) {
	text := strings.Repeat("很长的举报", 4096/15)
	like := sample(b, text)
	for _, n := range callers {
		var sealing, fsync float64
		b.Run(fmt.Sprintf("ceiling/sealing/%d", n), func(b *testing.B) { sealing = benchSealing(b, n, like) })
		b.Run(fmt.Sprintf("ceiling/fsync/%d", n), func(b *testing.B) { fsync = benchFsync(b, n, like) })
		for _, channel := range []intake.Channel{intake.Hotline, intake.Web} {
			b.Run(fmt.Sprintf("%s/%d", channel, n), func(b *testing.B) {
				box := storetest.New(b)
				rate := perSecond(b, n, func(i int64) error {
					r := storetest.Web(box.Clock.Now(), text)
					if channel == intake.Hotline {
						r.Channel, r.Source.Meaning = channel, fmt.Append(nil, i)
					}
					_, err := box.Submit(context.Background(), r)
					return err
				})
				b.ReportMetric(rate/min(sealing, fsync), "ratio")
			})
		}
	}
}

// perSecond runs do b.N times from n goroutines.
func perSecond(b *testing.B, n int, do func(i int64) error) float64 {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range n {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "reports/s")
	return rate
}

// A shape is what one report comes to: the sizes of its stored header and
// parts, and of the parts' plaintexts.
type shape struct{ stored, plain []int }

func sample(b *testing.B, text string) shape {
	b.Helper()
	box := storetest.New(b)
	r := storetest.Web(box.Clock.Now(), text)
	r.Channel = intake.Hotline
	out, err := box.Submit(b.Context(), r)
	if err != nil {
		b.Fatal(err)
	}
	at, err := box.Find(b.Context(), out.ID)
	if err != nil {
		b.Fatal(err)
	}
	var s shape
	for rec, err := range box.Entries(b.Context(), at, at+1) {
		if err != nil {
			b.Fatal(err)
		}
		s.stored = []int{len(rec.Raw), int(rec.Header.Parts[0].Size), int(rec.Header.Parts[1].Size)}
		for i, key := range []seal.Identity{box.Keys.Team, box.Keys.Custodian} {
			in, err := storetest.OpenPart(box.Box, rec, i, key)
			if err != nil {
				b.Fatal(err)
			}
			plain, err := in.Encode()
			if err != nil {
				b.Fatal(err)
			}
			s.plain = append(s.plain, len(plain))
		}
	}
	return s
}

func benchSealing(b *testing.B, n int, like shape) float64 {
	keys := storetest.NewKeys(b)
	team, custodian, archive := keys.Team.Recipient(), keys.Custodian.Recipient(), keys.Archive.Recipient()
	report, identity := make([]byte, like.plain[0]), make([]byte, like.plain[1])
	return perSecond(b, n, func(int64) error {
		if _, err := seal.Seal(report, seal.LeastReport, team, archive); err != nil {
			return err
		}
		_, err := seal.Seal(identity, seal.LeastIdentity, custodian, archive)
		return err
	})
}

// benchFsync commits as many bytes as n callers bring, in as many values, in
// one transaction for all those who wait: as the box does, without the rest.
func benchFsync(b *testing.B, n int, like shape) float64 {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "db"), 0o600, &bbolt.Options{Timeout: time.Second, InitialMmapSize: 8 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	name := []byte("bodies")
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(name); return err }); err != nil {
		b.Fatal(err)
	}
	requests := make(chan chan error)
	defer close(requests)
	go func() {
		for first := range requests {
			group := []chan error{first}
			for more := true; more; {
				select {
				case r, ok := <-requests:
					if more = ok; ok {
						group = append(group, r)
					}
				default:
					more = false
				}
			}
			err := db.Update(func(tx *bbolt.Tx) error {
				bucket := tx.Bucket(name)
				bucket.FillPercent = 0.9
				for range group {
					for _, size := range like.stored {
						key, err := bucket.NextSequence()
						if err == nil {
							err = bucket.Put(fmt.Appendf(nil, "%012d", key), make([]byte, size))
						}
						if err != nil {
							return err
						}
					}
				}
				return nil
			})
			for _, r := range group {
				r <- err
			}
		}
	}()
	return perSecond(b, n, func(int64) error {
		done := make(chan error, 1)
		requests <- done
		return <-done
	})
}
