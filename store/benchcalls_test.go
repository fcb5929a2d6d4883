package store_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// BenchmarkSubmitCalls imports a whole call record, as BenchmarkSubmitAll does a
// ledger: aim 1,000 calls a second and more, and a heap that does not grow.
func BenchmarkSubmitCalls(b *testing.B) {
	const calls = 20_000
	var before, peak uint64
	for range b.N {
		b.StopTimer()
		box := storetest.New(b)
		runtime.GC()
		before = heap()
		b.StartTimer()
		err := box.SubmitCalls(b.Context(), false, func(yield func(*intake.Call, error) bool) {
			for i := range calls {
				at := box.Clock.Now().Add(-time.Duration(i) * time.Second)
				if !yield(storetest.Record(at, fmt.Sprint(13_800_000_000+i)), nil) {
					return
				}
			}
		}, func(i int, o intake.Outcome) {
			if o.Verdict != intake.Accepted {
				b.Errorf("call %d: %+v", i, o)
			}
			if i%16 == 0 {
				peak = max(peak, heap())
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(calls*b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric((float64(peak)-float64(before))/(1<<20), "peak-MB")
}
