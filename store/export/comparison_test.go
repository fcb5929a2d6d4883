package export

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// inUse is the heap without what is garbage, in bytes.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What waits for the end of the reading is numbers and instants: a tenth of
// 100,000 calls and reports, whose texts alone are 40 MB, are to stay within a
// tenth of 60 MB. Call and report come as the opener makes them, each with
// strings of its own.
func TestMemoryOfCalls(t *testing.T) {
	const each, bound = 10_000, 6 << 20
	s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-11"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDestination(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	before := inUse()
	start := time.Date(2026, 9, 7, 1, 0, 0, 0, time.UTC)
	put := func(kind entry.Kind, i int, inners ...*entry.Inner) {
		h := entry.Header{ID: entry.NewID(), Kind: kind, Channel: intake.Hotline, Date: strings.Clone("2026-09-07")}
		if err := d.put(&job{index: int64(4 + i), header: h, schedule: s, inners: inners}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range each {
		at, number := start.Add(time.Duration(i)*time.Second), fmt.Sprintf("0100-555%04d", i)
		put(entry.KindAccepted, 2*i, &entry.Inner{Report: &entry.Report{Arrived: at, Text: strings.Repeat("长", 4000/3)}},
			&entry.Inner{Identity: &entry.Identity{Identity: intake.Identity{Name: number, Phone: number}}})
		put(entry.KindCall, 2*i+1, &entry.Inner{Call: &entry.Call{At: at, Caller: strings.Clone(number), Callee: strings.Clone("8001"), Seconds: 60, Answered: true}})
	}
	if n := inUse() - before; n > bound {
		t.Errorf("%d bytes wait for the end", n)
	} else {
		t.Logf("%d bytes for each call and report", n/each)
	}
	found, err := d.writeCalls(d.calls.findings(nil))
	if err != nil || found[""] != each || len(found) != 1 {
		t.Errorf("%v, %v", found, err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
}

// What is there is never written over.
func TestWriteCallsOnlyOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	d, err := newDestination(dir)
	if err != nil {
		t.Fatal(err)
	}
	none := d.calls.findings(nil)
	if _, err := d.writeCalls(none); err != nil {
		t.Error(err)
	}
	if _, err := d.writeCalls(none); err == nil {
		t.Error("calls.jsonl was written over")
	}
	if err := d.close(); err != nil {
		t.Error(err)
	}
}
