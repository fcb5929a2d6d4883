package hotline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// What encoding/csv writes is read back whole, with the line each record
// begins on.
func TestParserRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"甲", "乙丙", ",", "\"", "\n", " ", "\t", "x", "\"\"", "，", "'", "=1+1"}
	for range 500 {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		var want []record
		line := 1
		for range rng.IntN(20) {
			rec := record{line: line}
			for range 3 {
				var cell string
				for range rng.IntN(5) {
					cell += pieces[rng.IntN(len(pieces))]
				}
				rec.cells = append(rec.cells, cell)
			}
			rec.cells = append(rec.cells, "end")
			want = append(want, rec)
			if err := w.Write(rec.cells); err != nil {
				t.Fatal(err)
			}
			line += 1 + strings.Count(strings.Join(rec.cells, ""), "\n")
		}
		w.Flush()
		// The number of heads is not told, or rows within a cell would be found
		// where the pieces happen to make one.
		got := parse(t, b.String(), 0)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(record{})); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", b.String(), diff)
		}
	}
}

// Whatever quotes a text has, every line of it is in some record, and a line
// that holds a row by itself is never part of another.
func TestParserLosesNoLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2_000 {
		var b strings.Builder
		plain := make(map[string]bool)
		for i := range 1 + rng.IntN(12) {
			cells := []string{fmt.Sprint("n", i), "2026/3/2 9:00", "文"}
			broken := rng.IntN(3) == 0
			if broken {
				cells[2] = []string{"\"", "\"文", "文\"", "\"文\"文", "\"\"文", "文\"\"", "\"\"\"文", "\"文\"\"", "文,\"文"}[rng.IntN(9)]
			} else {
				plain[cells[0]] = true
			}
			fmt.Fprintln(&b, strings.Join(cells, ","))
		}
		seen := ""
		for _, rec := range parse(t, b.String(), 3) {
			seen += strings.Join(rec.cells, ",") + "\n"
			if rec.broken == "" && strings.Contains(strings.Join(rec.cells, ""), "\n") {
				t.Fatalf("%q: line %d has swallowed another: %q", b.String(), rec.line, rec.cells)
			}
			delete(plain, rec.cells[0])
		}
		if len(plain) > 0 {
			t.Fatalf("%q: rows %v are gone; got %q", b.String(), plain, seen)
		}
	}
}

func parse(t *testing.T, text string, columns int) []record {
	t.Helper()
	p := newParser(strings.NewReader(text), ',', columns)
	var recs []record
	for {
		rec, err := p.next()
		if errors.Is(err, io.EOF) {
			return recs
		}
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, rec)
	}
}

const tinyHead = "来电时间,电话,反映问题\n"

func TestBoundsOfText(t *testing.T) {
	row := "2026/3/2 9:00,139,文\n"
	large := func(s string) io.ReaderAt { return strings.NewReader(s) }
	for name, ledger := range map[string]io.ReaderAt{
		"a long line":        large(tinyHead + row + strings.Repeat("x", MaxRecord+1) + "\n" + row),
		"a long quoted line": large(tinyHead + row + "2026/3/2 9:00,139,\"" + strings.Repeat("x", MaxRecord) + "\"\n"),
		"many columns":       large(tinyHead + row + strings.Repeat("x,", MaxColumns+1) + "\n"),
		"many heads":         large(strings.Repeat("x,", MaxColumns+1) + "\n"),
		"a long first line":  large(strings.Repeat("x", 3*MaxRecord)),
		"a line of NULs":     large(strings.Repeat("\x00", 3*MaxRecord)),
		"an endless file":    endless{},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		size := int64(72 << 20) // more than it may take
		if s, ok := ledger.(*strings.Reader); ok {
			size = s.Size()
		}
		l, err := Open(ledger, size, Options{Zone: shanghai})
		if err == nil {
			for _, err = range l.Rows() {
				if err != nil {
					break
				}
			}
		}
		if !errors.Is(err, intake.ErrTooLong) {
			t.Errorf("%s: %v", name, err)
		}
		if runtime.ReadMemStats(&after); after.Sys-before.Sys > 64<<20 {
			t.Errorf("%s: took %d MiB", name, (after.Sys-before.Sys)>>20)
		}
	}
}

// A file over the limit is refused before it is read.
func TestLargeFile(t *testing.T) {
	if _, err := Open(nil, MaxFile+1, Options{Zone: shanghai}); !errors.Is(err, intake.ErrTooLong) {
		t.Error(err)
	}
}

// endless is a file of one character over and over.
type endless struct{}

var manyX = bytes.Repeat([]byte("x"), 64<<10)

func (endless) ReadAt(p []byte, off int64) (int, error) {
	for rest := p; len(rest) > 0; {
		rest = rest[copy(rest, manyX):]
	}
	return len(p), nil
}

// A quote that is never closed costs its own row at most, and takes a bounded
// look ahead.
func TestOpenQuoteInALongFile(t *testing.T) {
	var b strings.Builder
	b.WriteString(tinyHead)
	const rows = 30_000
	for i := range rows {
		text := "修桥的钱用到了别处"
		if i%7_000 == 5 {
			text = "\"" + text
		}
		fmt.Fprintf(&b, "2026/3/2 9:00,139%08d,%s%d\n", i, text, i)
	}
	n := 0
	for _, row := range read(t, open(t, []byte(b.String()), Options{})) {
		if row.Line != n+2 || row.Report == nil {
			t.Fatalf("row %d: line %d, %+v", n, row.Line, row.Bad)
		}
		n++
	}
	if n != rows {
		t.Errorf("%d rows, want %d", n, rows)
	}
}

// Rows beyond the limit are not read.
func TestManyRows(t *testing.T) {
	l := open(t, []byte(tinyHead), Options{})
	l.pages[0].table = &endlessTable{}
	n := 0
	var last error
	for _, err := range l.Rows() {
		if last = err; err == nil {
			n++
		}
	}
	if n != MaxRows || !errors.Is(last, intake.ErrTooLong) {
		t.Errorf("%d rows, then %v", n, last)
	}
}

type endlessTable struct{ text }

func (*endlessTable) name() string { return "" }

func (*endlessTable) records(int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		// Rows that are put aside as they are.
		cells := []string{"x", "", "文"}
		for i := 2; yield(record{line: i, cells: cells, broken: BadQuotes}, nil); i++ {
		}
	}
}
