package hotline

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// BenchmarkCallRecord reads a call record of FreePBX of benchRows legs, two to
// a call, on one core.
func BenchmarkCallRecord(b *testing.B) {
	var s strings.Builder
	s.WriteString(oldHead)
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range benchRows {
		call := i / 2
		at := start.Add(time.Duration(call) * 20 * time.Second)
		fmt.Fprintf(&s, "%s,\"\"\"Hua\"\" <%d>\",%d,%d,ext-local,SIP/trunk-%08x,SIP/8001-%08x,Dial,\"SIP/8001,30\",125,118,ANSWERED,3,,%d.%d,\n",
			at.Format(time.DateTime), 13900000000+call, 13900000000+call, 8001+i%2, call, i, at.Unix(), call)
	}
	record := []byte(s.String())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, uint64(0)
	began := time.Now()
	b.ResetTimer()
	n := 0
	for range b.N {
		f, err := Open(bytes.NewReader(record), int64(len(record)), Options{Zone: shanghai, CallZone: shanghai})
		if err != nil {
			b.Fatal(err)
		}
		for row, err := range f.Rows() {
			if err != nil || row.Call == nil {
				b.Fatal(row, err)
			}
			if n++; n%5_000 == 0 {
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc-min(before, m.HeapAlloc))
			}
		}
	}
	if n != b.N*benchRows/2 {
		b.Fatalf("%d calls", n)
	}
	b.ReportMetric(float64(2*n)/time.Since(began).Seconds(), "rows/s")
	b.ReportMetric(float64(peak)/(1<<20), "MiB-peak")
}
