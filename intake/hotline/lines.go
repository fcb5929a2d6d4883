package hotline

import (
	"bufio"
	"errors"
	"io"

	"dengwen/intake"
)

// errLongRecord says that a record ran over MaxRecord.
var errLongRecord = intake.Explain(intake.ErrTooLong, "ledger.long-row", "a row of more than %d bytes", MaxRecord)

// A feeder hands a text to encoding/csv one physical line at a time. The
// parser asks for the next line only when a record needs it, so the feeder
// knows which lines a record is made of, can bound their length, and can take
// back those that a broken quote swallowed.
type feeder struct {
	r *bufio.Reader
	// buf holds lines, whose ends are listed, and behind them what was read of
	// a line that ran over the limit of the record at hand.
	buf  []byte
	ends []int
	// Lines from to next were handed out for the record at hand, and of line
	// next the first part bytes.
	from, next, part int
	number           int // physical number, from 1, of line from
}

func newFeeder(r io.Reader) *feeder {
	return &feeder{r: bufio.NewReaderSize(r, 64<<10), number: 1}
}

// begin forgets the lines of the record before.
func (f *feeder) begin() {
	f.number += f.next - f.from
	f.from = f.next
	cut := f.start(f.from)
	// Lines taken back are many at times; what lies before them goes only when
	// it is long enough to be worth moving the rest.
	if f.from < len(f.ends) && cut < MaxRecord {
		return
	}
	f.buf = f.buf[:copy(f.buf, f.buf[cut:])]
	f.ends = f.ends[:copy(f.ends, f.ends[f.from:])]
	for i := range f.ends {
		f.ends[i] -= cut
	}
	f.from, f.next = 0, 0
}

// start returns where a line begins in buf.
func (f *feeder) start(line int) int {
	if line == 0 {
		return 0
	}
	return f.ends[line-1]
}

// Read hands out one line, or as much of it as fits.
func (f *feeder) Read(p []byte) (int, error) {
	if f.next == len(f.ends) {
		if err := f.more(); err != nil {
			return 0, err
		}
	}
	if f.ends[f.next]-f.start(f.from) > MaxRecord {
		return 0, errLongRecord
	}
	line := f.buf[f.start(f.next)+f.part : f.ends[f.next]]
	n := copy(p, line)
	f.part += n
	if n == len(line) {
		f.next, f.part = f.next+1, 0
	}
	return n, nil
}

// more reads the next physical line behind those held.
func (f *feeder) more() error {
	for {
		if len(f.buf)-f.start(f.from) > MaxRecord {
			return errLongRecord
		}
		piece, err := f.r.ReadSlice('\n')
		f.buf = append(f.buf, piece...)
		switch {
		case err == nil, errors.Is(err, io.EOF) && len(f.buf) > f.start(len(f.ends)):
			f.ends = append(f.ends, len(f.buf))
			return nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

// line returns line i, counted from the first of the record at hand.
func (f *feeder) line(i int) string {
	return string(f.buf[f.start(f.from+i):f.ends[f.from+i]])
}

// taken returns the number of lines handed out for the record at hand.
func (f *feeder) taken() int { return f.next - f.from }

// takeBack keeps the first n lines of the record at hand and hands the others
// out again.
func (f *feeder) takeBack(n int) { f.next, f.part = f.from+n, 0 }
