package intake_test

import (
	"fmt"
	"testing"
	"time"

	"dengwen/intake"
)

// Many calls and rows, in the shapes that are the worst for a search: all of
// one number, all at one instant, all one after another. None may take
// more than a few seconds, where looking at all pairs takes minutes.
func BenchmarkMatchCalls(b *testing.B) {
	const n = 100_000
	for _, bm := range []struct {
		what string
		call func(i int) intake.Call
		row  func(i int) intake.LedgerRow
	}{
		{"usual", func(i int) intake.Call {
			return answered(at(0, 20*i), fmt.Sprintf("138%08d", i*7919%100_000), 120)
		}, func(i int) intake.LedgerRow { return written(at(0, 20*i+40), fmt.Sprintf("138%08d", i*7919%100_000)) }},
		{"one number", func(i int) intake.Call { return answered(at(0, i%3600), "13800000001", i%600) }, func(i int) intake.LedgerRow { return written(at(0, i%7200), "13800000001") }},
		{"one instant", func(int) intake.Call { return answered(noon, "13800000001", 60) }, func(i int) intake.LedgerRow { return written(noon.Add(time.Duration(i)*time.Microsecond), "") }},
		{"one instant of rows", func(i int) intake.Call { return answered(noon.Add(time.Duration(i)*time.Microsecond), "", 0) }, func(int) intake.LedgerRow { return written(at(1, 0), "") }},
		{"growing", func(i int) intake.Call { return answered(noon.Add(time.Duration(i*i)*time.Nanosecond), "", 0) }, func(i int) intake.LedgerRow {
			return written(noon.Add(time.Duration(i*i+i)*time.Nanosecond), "")
		}},
		{"days", func(i int) intake.Call { return answered(at(0, i%3600), "13800000001", 60) }, func(int) intake.LedgerRow { return thatDay(0, "13800000001") }},
	} {
		b.Run(bm.what, func(b *testing.B) {
			var calls []intake.Call
			var rows []intake.LedgerRow
			for i := range n {
				calls, rows = append(calls, bm.call(i)), append(rows, bm.row(i))
			}
			b.ReportAllocs()
			for b.Loop() {
				if len(matched(intake.MatchCalls(calls, rows))) == 0 {
					b.Fatal("nothing is matched")
				}
			}
		})
	}
}
