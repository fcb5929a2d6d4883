package hotline

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

const oldHead = "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,accountcode,uniqueid,userfield\n"

func oldRow(at, src, dst string, talk int, disposition, id string) string {
	return fmt.Sprintf("2026-03-02 %s,%s,%s,%s,ext,SIP/t-1,SIP/%s-2,Dial,,%d,%d,%s,3,,%s,\n", at, src, src, dst, dst, talk+5, talk, disposition, id)
}

func TestLegsOfOneCall(t *testing.T) {
	for name, c := range map[string]struct {
		rows []string
		want []string
	}{
		"the key joins": {[]string{
			oldRow("09:00:00", "139", "8001", 0, "NO ANSWER", "a.1"), oldRow("10:00:00", "138", "8001", 7, "ANSWERED", "b.2"), oldRow("09:00:20", "139", "8002", 30, "ANSWERED", "a.1"),
		}, []string{"2 01:00:00 139>8002 30", "3 02:00:00 138>8001 7"}},
		"channels of one number and one second": {[]string{
			oldRow("09:00:00", "139", "8001", 0, "NO ANSWER", "a.1"), oldRow("09:00:00", "139", "8002", 4, "ANSWERED", "a.2"), oldRow("09:00:01", "139", "8002", 4, "ANSWERED", "a.3"),
		}, []string{"2 01:00:00 139>8002 4", "4 01:00:01 139>8002 4"}},
		"channels without a number": {[]string{
			oldRow("09:00:00", "", "8001", 3, "ANSWERED", "a.1"), oldRow("09:00:00", "", "8002", 4, "ANSWERED", "a.2"),
		}, []string{"2 01:00:00 >8001 3", "3 01:00:00 >8002 4"}},
		"no key, one second and one number": {[]string{
			oldRow("09:00:00", "139", "8001", 0, "BUSY", ""), oldRow("09:00:01", "139", "8001", 0, "BUSY", ""), oldRow("09:00:00", "138", "8001", 0, "BUSY", ""), oldRow("09:00:00", "139", "8003", 9, "ANSWERED", ""),
		}, []string{"2 01:00:00 139>8003 9", "3 01:00:01 139>8001 -", "4 01:00:00 138>8001 -"}},
		"neither key nor number": {[]string{
			oldRow("09:00:00", "", "8001", 0, "BUSY", ""), oldRow("09:00:00", "Anonymous", "8001", 0, "BUSY", ""),
		}, []string{"2 01:00:00 >8001 -", "3 01:00:00 >8001 -"}},
		"the earliest start, the longest talk": {[]string{
			oldRow("09:05:00", "8001", "8002", 200, "ANSWERED", "a.1"), oldRow("09:00:00", "", "8001", 20, "ANSWERED", "a.1"), oldRow("09:00:00", "139", "8003", 900, "FAILED", "a.1"),
		}, []string{"2 01:00:00 139>8002 200"}},
		"nobody answered": {[]string{
			oldRow("09:00:00", "139", "8001", 0, "BUSY", "a.1"), oldRow("09:00:00", "139", "8002", 0, "NO ANSWER", "a.1"),
		}, []string{"2 01:00:00 139>8001 -"}},
		"an outside number before an extension": {[]string{
			oldRow("09:00:00", "8001", "8002", 0, "BUSY", "a.1"), oldRow("09:00:00", "139", "8001", 0, "BUSY", "a.1"), oldRow("09:00:00", "13900000001", "8001", 0, "BUSY", "a.1"),
		}, []string{"2 01:00:00 13900000001>8001 -"}},
		"a bad leg is one alone": {[]string{
			oldRow("09:00:00", "139", "8001", 5, "PERHAPS", "a.1"), oldRow("09:00:00", "139", "8002", 5, "ANSWERED", "a.1"),
		}, []string{"2 bad-status in disposition", "3 01:00:00 139>8002 5"}},
	} {
		got := sayCalls(t, openCalls(t, []byte(oldHead+strings.Join(c.rows, "")), Options{}))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The calls of a file are the same in whatever order its lines stand, and legs
// are of one call as far as their channels, or a number and its second, lead
// from one to the next.
func TestLegsInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var rows []string
		var marks [][2]string // of each row: its channel, its number and second
		for range 1 + rng.IntN(30) {
			key, at, number := fmt.Sprintf("%d.1", rng.IntN(20)), fmt.Sprintf("09:00:%02d", rng.IntN(9)), []string{"139", "8001", ""}[rng.IntN(3)]
			mark := [2]string{key, key}
			if number != "" {
				mark[1] = number + at
			}
			marks = append(marks, mark)
			rows = append(rows, oldRow(at, number, fmt.Sprint(8001+rng.IntN(3)), rng.IntN(3), []string{"ANSWERED", "NO ANSWER"}[rng.IntN(2)], key))
		}
		read := func() []string {
			return slices.Sorted(slices.Values(callMeanings(t, openCalls(t, []byte(oldHead+strings.Join(rows, "")), Options{}))))
		}
		want := read()
		if n := groups(marks); len(want) != n {
			t.Fatalf("%d calls, want %d:\n%s", len(want), n, strings.Join(rows, ""))
		}
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if diff := cmp.Diff(want, read()); diff != "" {
			t.Fatalf("%s\n%s", diff, strings.Join(rows, ""))
		}
	}
}

// legTable makes as many legs as it is asked for, of calls of their own.
type legTable struct {
	text
	rows int
	bad  bool
	live uint64 // the most heap in use while it was read
}

func (l *legTable) records(int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		none := []string{"", "", "139"}
		for i := range l.rows {
			rec := record{line: i + 2, cells: none, broken: BadQuotes}
			if at := start.Add(time.Duration(i) * time.Second); !l.bad {
				rec.broken = ""
				rec.cells = []string{at.Format(time.DateTime), "", fmt.Sprint(13900000000 + i), "8001", "ext", "SIP/t-1", "SIP/8001-2", "Dial", "", "9", "5", "ANSWERED", "3", "", fmt.Sprint(at.Unix(), ".", i)}
			}
			if i%10_000 == 0 && !l.bad {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				l.live = max(l.live, m.HeapAlloc)
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// What is held of a call until the end of the file is read is little: 1,000,000
// calls take some 150 MiB.
func TestManyLegs(t *testing.T) {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	l := openCalls(t, []byte(oldHead+oldRow("09:00:00", "139", "8001", 3, "ANSWERED", "a.1")), Options{})
	table := &legTable{rows: 30_001}
	l.pages[0].table = table
	n := 0
	for row, err := range l.Rows() {
		if err != nil || row.Call == nil || row.Line != n+2 {
			t.Fatal(row, err)
		}
		n++
	}
	if n != table.rows {
		t.Errorf("%d calls", n)
	}
	if used := table.live - min(before.HeapAlloc, table.live); used > 10<<20 {
		t.Errorf("took %d MiB", used>>20)
	}
}

// A store gives back what was put, and keeps a long string once.
func TestNumberStore(t *testing.T) {
	var s numberStore
	long := strings.Repeat("字", intake.MaxField)
	want := map[uint32]string{0: ""}
	for i := range 200_000 {
		text := fmt.Sprint(13900000000 + i)
		want[s.put(text)] = text
		want[s.put(long)] = long
	}
	for place, text := range want {
		if got := s.get(place); got != text {
			t.Fatalf("%d: %q, want %q", place, got, text)
		}
	}
	if len(want) != 200_002 || s.put("") != 0 || len(s.pieces) > 3 {
		t.Errorf("%d places in %d pieces", len(want), len(s.pieces))
	}
}

// Of a file with more lines than are read nothing is taken, not even the first.
func TestTooManyLegs(t *testing.T) {
	l := openCalls(t, []byte(oldHead), Options{})
	l.pages[0].table = &legTable{rows: MaxRows + 1, bad: true}
	for row, err := range l.Rows() {
		if row.Bad != nil || !errors.Is(err, intake.ErrTooLong) {
			t.Fatal(row, err)
		}
	}
}

// The keys of two calls keep them apart, whatever else they have in common.
func TestKeysOfCalls(t *testing.T) {
	text := "calldate,src,dst,billsec,disposition,uniqueid,linkedid\n" +
		"2026-03-02 09:00:00,139,8001,3,ANSWERED,a.1,a.1\n" +
		"2026-03-02 09:00:00,139,8002,4,ANSWERED,b.1,b.1\n" +
		"2026-03-02 09:00:00,139,8003,0,BUSY,b.2,b.1\n"
	got := sayCalls(t, openCalls(t, []byte(text), Options{}))
	if diff := cmp.Diff([]string{"2 01:00:00 139>8001 3", "3 01:00:00 139>8002 4"}, got); diff != "" {
		t.Error(diff)
	}
}

// groups counts what hangs together by at least one mark.
func groups(marks [][2]string) int {
	of := make([]int, len(marks))
	for i := range of {
		of[i] = i
	}
	for changed := true; changed; {
		changed = false
		for i, a := range marks {
			for j, b := range marks {
				if (a[0] == b[0] || a[1] == b[1]) && of[i] != of[j] {
					of[i], changed = min(of[i], of[j]), true
					of[j] = of[i]
				}
			}
		}
	}
	distinct := make(map[int]bool)
	for _, g := range of {
		distinct[g] = true
	}
	return len(distinct)
}
