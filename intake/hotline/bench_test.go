package hotline

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

const benchRows = 100_000

var benchHead = []string{"序号", "来电时间", "来电人", "电话", "反映对象", "单位", "职务", "反映问题", "记录人", "备注"}

func benchRow(i int) []string {
	return []string{
		fmt.Sprint(i), fmt.Sprintf("2026/3/%d %d:%02d", 2+i%20, 8+i%10, i%60), "匿名", fmt.Sprint(13900000000 + i), "冯某", "县农业农村局", "股长",
		fmt.Sprintf("反映其套取种粮补贴，村里%d户都没有领到，请来人查一查账。", i), "记录员子", "",
	}
}

func BenchmarkCSV(b *testing.B) {
	var text strings.Builder
	fmt.Fprintln(&text, strings.Join(benchHead, ","))
	for i := range benchRows {
		fmt.Fprintln(&text, strings.Join(benchRow(i), ","))
	}
	benchmark(b, []byte(text.String()))
}

func BenchmarkXLSX(b *testing.B) {
	rows := cells([][]string{benchHead})
	for i := range benchRows {
		row := cells([][]string{benchRow(i)})[0]
		row[1] = 46083.354166666664 + float64(i%6)/24 // as dates are in workbooks
		rows = append(rows, row)
	}
	benchmark(b, book(b, true, map[string][][]any{"Sheet1": rows}))
}

// benchmark reads a ledger of benchRows rows on one core and reports rows per
// second and the most memory in use at any time, in MiB.
func benchmark(b *testing.B, ledger []byte) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.GC()
	runtime.GC() // what the first found unused in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, uint64(0)
	start := time.Now()
	b.ResetTimer()
	n := 0
	for range b.N {
		l, err := Open(bytes.NewReader(ledger), int64(len(ledger)), Options{Zone: shanghai})
		if err != nil {
			b.Fatal(err)
		}
		for row, err := range l.Rows() {
			if err != nil || row.Report == nil {
				b.Fatal(row, err)
			}
			if n++; n%5_000 == 0 {
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc-min(before, m.HeapAlloc))
			}
		}
	}
	if n != b.N*benchRows {
		b.Fatalf("%d rows", n)
	}
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "rows/s")
	b.ReportMetric(float64(peak)/(1<<20), "MiB-peak")
}
