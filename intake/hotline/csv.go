package hotline

import (
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
)

// A text is a ledger in delimited text.
type text struct {
	r         io.ReaderAt
	size      int64
	encoding  encoding
	delimiter rune
}

func (t *text) name() string { return "" }

// epoch: spreadsheets that write text count days from 1900, Mac ones too.
func (t *text) epoch() epoch { return epoch1900 }

func (t *text) records(columns int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		p := newParser(t.encoding.reader(t.r, t.size), t.delimiter, columns)
		for {
			rec, err := p.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && !t.encoding.sound && rec.broken == "" && slices.ContainsFunc(rec.cells, unreadable) {
				rec.broken = BadEncoding
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// unreadable tells a cell of which a character could not be decoded.
func unreadable(cell string) bool { return strings.ContainsRune(cell, '\ufffd') }

// A parser reads records by encoding/csv in its strict form. Where that finds
// a broken quote, only the line on which the record began is read leniently;
// the lines behind it are read again as records of their own. The lenient
// form of encoding/csv would instead make one cell of all lines up to the
// next quote, and so lose the rows in it.
type parser struct {
	feeder    *feeder
	csv       *csv.Reader
	offset    int // physical lines before the first that csv was given
	delimiter rune
	columns   int // number of heads, 0 while unknown
}

func newParser(r io.Reader, delimiter rune, columns int) *parser {
	p := &parser{feeder: newFeeder(r), delimiter: delimiter, columns: columns}
	p.restart()
	return p
}

// restart gives the feeder's next line to a fresh csv.Reader.
func (p *parser) restart() {
	p.csv = strict(p.feeder, p.delimiter)
	p.feeder.begin()
	p.offset = p.feeder.number - 1
}

func strict(r io.Reader, delimiter rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma, c.FieldsPerRecord = delimiter, -1
	return c
}

// next returns the next record, or io.EOF.
func (p *parser) next() (record, error) {
	p.feeder.begin()
	cells, err := p.csv.Read()
	switch {
	case err == nil:
		if p.feeder.taken() > 1 && p.swallowed(cells) {
			return p.recover()
		}
		line, _ := p.csv.FieldPos(0)
		cells, err = trim(cells, p.offset+line)
		return record{line: p.offset + line, cells: cells}, err
	case errors.Is(err, io.EOF):
		return record{}, io.EOF
	case errors.As(err, new(*csv.ParseError)), errors.Is(err, errLongRecord) && p.feeder.taken() > 0:
		return p.recover()
	}
	return record{}, inLine(p.feeder.number, err)
}

// swallowed reports whether a cell of several lines holds rows of the ledger,
// which a quote does that opens on one row and happens to close on another: a
// line in the cell has as many cells as the ledger has columns, or it goes on
// like the beginning of a row, with a time among its cells.
func (p *parser) swallowed(cells []string) bool {
	if p.columns < 2 {
		return false
	}
	// A comma in a sentence makes two cells as well, so that of two columns only
	// a time tells a row.
	wide := max(p.columns-1, 2)
	delimiter := string(p.delimiter)
	for at, c := range cells {
		first, rest, _ := strings.Cut(c, "\n")
		if strings.Count(first, delimiter) >= wide && rest != "" {
			return true
		}
		for l := range strings.SplitSeq(rest, "\n") {
			if n := strings.Count(l, delimiter); n >= wide || n > 0 && n >= at && slices.ContainsFunc(strings.Split(l, delimiter), isTime) {
				return true
			}
		}
	}
	return false
}

// recover reads the record's first line by itself. Quotes are taken as quotes
// or as characters, whichever gives as many cells as the ledger has columns;
// when neither does, the record is broken.
func (p *parser) recover() (record, error) {
	i := 0
	for i < p.feeder.taken()-1 && strings.Trim(p.feeder.line(i), "\r\n") == "" {
		i++
	}
	line, number := strings.TrimRight(p.feeder.line(i), "\r\n"), p.feeder.number+i
	p.feeder.takeBack(i + 1)
	p.restart()

	lenient := strict(strings.NewReader(line), p.delimiter)
	lenient.LazyQuotes = true
	cells, err := lenient.Read()
	plain := strings.Split(line, string(p.delimiter))
	if err != nil || len(cells) != p.columns && len(plain) == p.columns {
		cells = plain
	}
	var broken Reason
	if p.columns > 0 && len(cells) != p.columns && line != "" {
		broken = BadQuotes
	}
	if cells, err = trim(cells, number); err != nil {
		return record{}, err
	}
	rec := record{line: number, cells: cells, broken: broken}
	if broken != "" {
		rec.raw = line
	}
	return rec, nil
}

// delimiters are tried in this order where the format does not tell.
func delimiters(format string) []rune {
	if format == TSV {
		return []rune{'\t'}
	}
	return []rune{',', '\t', ';', '|'}
}

// openText finds the encoding and the delimiter of a text: the delimiter is
// the one with which a call record is told, else the one with which a ledger's
// head row has the most fields.
func openText(r io.ReaderAt, size int64, opts Options) (File, error) {
	enc, err := detect(r, size)
	if err != nil {
		return nil, err
	}
	var best *text
	var found *head
	var fault error
	for _, d := range delimiters(opts.Format) {
		t := &text{r: r, size: size, encoding: enc, delimiter: d}
		h, calls, err := behead(t, opts.choice())
		switch {
		case calls != nil:
			return openCallText(t, calls, opts)
		case errors.Is(err, errUnknownCalls):
			return nil, err
		case err == nil && (found == nil || len(h.fields) > len(found.fields)):
			best, found = t, h
		case err != nil && (fault == nil || tellsMore(err, fault)):
			fault = err
		}
	}
	switch {
	case exchangeOf(opts.Format) != nil:
		return nil, noCalls(opts.Format)
	case found == nil:
		return nil, fault
	}
	l := &Ledger{format: CSV, encoding: enc.Name, zone: opts.Zone, guarded: opts.Guarded}
	if best.delimiter == '\t' {
		l.format = TSV
	}
	l.add(best, found)
	return l, nil
}

func openCallText(t *text, p *callPage, opts Options) (File, error) {
	l, err := newCallLog([]*callPage{p}, opts)
	if err != nil {
		return nil, err
	}
	l.format, l.encoding = CSV, t.encoding.Name
	if t.delimiter == '\t' {
		l.format = TSV
	}
	return l, nil
}
