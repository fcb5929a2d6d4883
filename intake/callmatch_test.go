package intake_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"dengwen/intake"

	gocmp "github.com/google/go-cmp/cmp"
)

var (
	noon   = time.Date(2026, 9, 8, 4, 0, 0, 0, time.UTC)
	nearly = 59 * time.Minute
)

// at is an instant of the day, as minutes and seconds from noon.
func at(minutes, seconds int) time.Time {
	return noon.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
}

func answered(at time.Time, caller string, seconds int) intake.Call {
	return intake.Call{At: at, Caller: caller, Seconds: seconds, Answered: true}
}

func written(at time.Time, phone string) intake.LedgerRow {
	return intake.LedgerRow{At: at, Phone: phone}
}

// thatDay is a row of which the day alone is known, some days after noon's.
func thatDay(days int, phone string) intake.LedgerRow {
	first := noon.Add(-12*time.Hour).AddDate(0, 0, days)
	return intake.LedgerRow{At: first, Until: first.AddDate(0, 0, 1), Phone: phone}
}

func TestMatchCalls(t *testing.T) {
	const a, b, c = "13800000001", "13800000002", "13800000003"
	type calls = []intake.Call
	type rows = []intake.LedgerRow
	for _, tt := range []struct {
		what  string
		calls calls
		rows  rows
		want  []int
	}{
		{"nothing", nil, nil, []int{}},
		{"no rows", calls{answered(noon, a, 60)}, nil, []int{-1}},
		{"number", calls{answered(noon, a, 60)}, rows{written(at(30, 0), b), written(at(-40, 0), "0"+a)}, []int{1}},
		{"number, an hour before", calls{answered(noon, a, 60)}, rows{written(at(-60, 0), a)}, []int{0}},
		{"number, more", calls{answered(noon, a, 60)}, rows{written(at(-60, -1), a)}, []int{-1}},
		{"number, an hour after its end", calls{answered(noon, a, 60)}, rows{written(at(61, 0), a)}, []int{0}},
		{"number, later still", calls{answered(noon, a, 60)}, rows{written(at(61, 1), a)}, []int{-1}},
		{"the nearest of the number", calls{answered(noon, a, 60), answered(at(20, 0), a, 60)}, rows{written(at(19, 0), a), written(at(2, 0), a)}, []int{1, 0}},
		{"in the call, nearer its start", calls{answered(noon, a, 3600), answered(at(30, 0), a, 60)}, rows{written(at(30, 20), a), written(at(50, 0), a)}, []int{1, 0}},
		{"number before time", calls{answered(noon, a, 60), answered(at(0, 10), b, 60)}, rows{written(noon, b)}, []int{-1, 0}},
		{"one row, two calls", calls{answered(noon, a, 60), answered(at(10, 0), a, 60)}, rows{written(at(9, 0), a)}, []int{-1, 0}},
		{"time, no phone", calls{answered(noon, a, 60)}, rows{written(at(-5, 0), "")}, []int{0}},
		{"time, damaged", calls{answered(noon, a, 60)}, rows{written(at(6, 0), "1.38E+10")}, []int{0}},
		{"time, another number", calls{answered(noon, a, 60)}, rows{written(at(2, 0), b)}, []int{0}},
		{"time, another number, later", calls{answered(noon, a, 60)}, rows{written(at(2, 1), b)}, []int{-1}},
		{"time, withheld", calls{answered(noon, "", 60)}, rows{written(at(3, 0), b)}, []int{0}},
		{"time, too early", calls{answered(noon, a, 60)}, rows{written(at(-5, -1), "")}, []int{-1}},
		{"time, too late", calls{answered(noon, a, 60)}, rows{written(at(6, 1), "")}, []int{-1}},
		{"time, the nearest", calls{answered(noon, a, 60), answered(at(4, 0), c, 60)}, rows{written(at(3, 30), ""), written(at(1, 10), b)}, []int{1, 0}},
		{"unanswered", calls{{At: noon, Caller: a, Seconds: 20}}, rows{written(noon, a)}, []int{-1}},
		{"tie: the earlier call", calls{answered(at(10, 0), a, 0), answered(noon, a, 0)}, rows{written(at(5, 0), a)}, []int{-1, 0}},
		{"tie: the earlier row", calls{answered(noon, a, 0)}, rows{written(at(5, 0), a), written(at(-5, 0), a)}, []int{1}},
		{"tie: the first in the file", calls{answered(noon, a, 0), answered(noon, a, 0)}, rows{written(noon, a)}, []int{0, -1}},
		{"day", calls{answered(noon, a, 60), answered(at(5, 0), b, 60)}, rows{thatDay(0, b)}, []int{-1, 0}},
		{"day before, across midnight", calls{answered(at(-12*60, 0), a, 60)}, rows{thatDay(-1, a)}, []int{-1}},
		{"day after, across midnight", calls{answered(at(12*60-1, 0), a, 60)}, rows{thatDay(1, a)}, []int{0}},
		{"day, never by time", calls{answered(noon, a, 60)}, rows{thatDay(0, ""), thatDay(0, b)}, []int{-1}},
		{"a time before a day", calls{answered(noon, a, 60)}, rows{thatDay(0, a), written(at(40, 0), a)}, []int{1}},
		{"a day before time alone", calls{answered(noon, a, 60)}, rows{written(noon, ""), thatDay(0, a)}, []int{1}},
		{"two calls of a day", calls{answered(at(5, 0), a, 60), answered(noon, a, 60)}, rows{thatDay(0, a)}, []int{-1, 0}},
		{"a call that never ends", calls{answered(noon, a, 1<<40)}, rows{written(at(25*60+1, 0), a)}, []int{-1}},
		// A tail is like two numbers that are not like each other.
		{"tails", calls{answered(noon, "07312234567", 0), answered(at(30, 0), "07322234567", 0)}, rows{written(at(20, 0), "2234567"), written(at(31, 0), "07322234567")}, []int{0, 1}},
		{"several numbers", calls{answered(noon, a, 0), answered(at(30, 0), b, 0)}, rows{written(at(20, 0), a+"/"+b)}, []int{-1, 0}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			if diff := gocmp.Diff(tt.want, intake.MatchCalls(tt.calls, tt.rows)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The samples' calls against their ledger.
func TestMatchCallsOfSamples(t *testing.T) {
	shanghai := time.FixedZone("", 8*60*60)
	clock := func(day, hour, minute, second int) time.Time {
		return time.Date(2026, 9, day, hour, minute, second, 0, shanghai)
	}
	calls := []intake.Call{
		answered(clock(7, 8, 30, 0), "13800000001", 364),
		answered(clock(7, 11, 10, 0), "13800000099", 475),
		{At: clock(7, 12, 0, 0), Seconds: 0},
		answered(clock(8, 15, 0, 2), "13800000041", 118),
	}
	rows := []intake.LedgerRow{
		written(clock(7, 8, 30, 0), "13800000001"), written(clock(7, 9, 5, 40), "13800000003"), written(clock(7, 10, 20, 0), "1.38E+10"),
		written(clock(7, 15, 30, 0), ""), written(clock(8, 15, 0, 0), "07311234567"), written(clock(8, 17, 59, 59), "13800000008"),
	}
	if diff := gocmp.Diff([]int{0, -1, -1, 4}, intake.MatchCalls(calls, rows)); diff != "" {
		t.Error(diff)
	}
}

// none reports whether a text holds no number.
func none(text string) bool { return !intake.SameNumber(text, text) }

// slowly is MatchCalls as its documentation has it: all pairs, nearest first.
func slowly(calls []intake.Call, rows []intake.LedgerRow) []int {
	type pair struct {
		c, r       int
		gap, start time.Duration
	}
	found := slices.Repeat([]int{-1}, len(calls))
	taken := make([]bool, len(rows))
	for phase := range 4 {
		var pairs []pair
		for c, call := range calls {
			for r, row := range rows {
				same, day := intake.SameNumber(call.Caller, row.Phone), !row.Until.IsZero()
				end := call.At.Add(time.Duration(call.Seconds) * time.Second)
				p := pair{c, r, max(call.At.Sub(row.At), row.At.Sub(end), 0), row.At.Sub(call.At).Abs()}
				fits := phase == 0 && same && !day && p.gap <= time.Hour || phase == 2 && !day && p.gap <= time.Minute ||
					phase == 3 && !day && p.gap <= 5*time.Minute && (none(call.Caller) || none(row.Phone))
				if phase == 1 && same && day && !end.Before(row.At) && call.At.Before(row.Until) {
					fits, p.gap, p.start = true, 0, 0
				}
				if fits && call.Answered {
					pairs = append(pairs, p)
				}
			}
		}
		slices.SortFunc(pairs, func(p, q pair) int {
			return cmp.Or(cmp.Compare(p.gap, q.gap), cmp.Compare(p.start, q.start), calls[p.c].At.Compare(calls[q.c].At), cmp.Compare(p.c, q.c),
				rows[p.r].At.Compare(rows[q.r].At), cmp.Compare(p.r, q.r))
		})
		for _, p := range pairs {
			if found[p.c] < 0 && !taken[p.r] {
				found[p.c], taken[p.r] = p.r, true
			}
		}
	}
	return found
}

// random calls and rows of a few hours. Coarse ones are full of ties.
func random(rnd *rand.Rand, coarse bool) (calls []intake.Call, rows []intake.LedgerRow) {
	numbers := []string{"13800000001", "2234567", "07312234567", "07322234567", "8673112234567", "8001", "", "####", "13800000002/2234567"}
	number := func() string { return numbers[rnd.IntN(len(numbers))] }
	instant := func() time.Time {
		d := time.Duration(rnd.Int64N(int64(3 * time.Hour)))
		if coarse {
			return noon.Add(d.Round(2 * time.Minute))
		}
		return noon.Add(d.Truncate(time.Microsecond))
	}
	for range rnd.IntN(30) {
		call := intake.Call{At: instant(), Caller: number(), Answered: rnd.IntN(8) > 0}
		if call.Answered {
			call.Seconds = rnd.IntN(2) * rnd.IntN(40) * 30
		}
		calls = append(calls, call)
	}
	for range rnd.IntN(30) {
		row := written(instant(), number())
		if rnd.IntN(8) == 0 {
			row = thatDay(rnd.IntN(2), row.Phone)
			if !coarse {
				row.At = row.At.Add(time.Duration(rnd.IntN(1000)) * time.Microsecond)
			}
		}
		rows = append(rows, row)
	}
	return calls, rows
}

func matched(found []int) (list []int) {
	for c, r := range found {
		if r >= 0 {
			list = append(list, c)
		}
	}
	return list
}

func TestMatchCallsProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 11))
	pairs := 0
	for round := range 300 {
		calls, rows := random(rnd, round%2 == 0)
		found := intake.MatchCalls(calls, rows)
		if diff := gocmp.Diff(slowly(calls, rows), found); diff != "" {
			t.Fatalf("round %d: not the nearest first: %s\n%v\n%v", round, diff, calls, rows)
		}
		seen := map[int]bool{}
		for c, r := range found {
			if r >= 0 && (seen[r] || !calls[c].Answered) {
				t.Fatalf("round %d: row %d tells of call %d too", round, r, c)
			}
			seen[r] = r >= 0
		}
		pairs += len(matched(found))

		// Another row takes no call's match away, wherever it stands.
		_, more := random(rnd, round%2 == 0)
		for _, row := range more {
			after := matched(intake.MatchCalls(calls, slices.Insert(slices.Clone(rows), rnd.IntN(len(rows)+1), row)))
			for _, c := range matched(found) {
				if !slices.Contains(after, c) {
					t.Fatalf("round %d: with row %v, call %d has none", round, row, c)
				}
			}
		}
		if round%2 == 0 {
			continue
		}
		// Without ties the order of the input is nothing.
		forCall, forRow := rnd.Perm(len(calls)), rnd.Perm(len(rows))
		mixed, lines := make([]intake.Call, len(calls)), make([]intake.LedgerRow, len(rows))
		for to, c := range forCall {
			mixed[to] = calls[c]
		}
		for to, r := range forRow {
			lines[to] = rows[r]
		}
		for to, r := range intake.MatchCalls(mixed, lines) {
			want := found[forCall[to]]
			if (r < 0) != (want < 0) || r >= 0 && lines[r] != rows[want] {
				t.Fatalf("round %d: call %d has row %d in another order", round, forCall[to], r)
			}
		}
	}
	if pairs < 1200 {
		t.Errorf("%d pairs in all: the rounds try too little", pairs)
	}
}
