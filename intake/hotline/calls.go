package hotline

import (
	"iter"
	"time"

	"dengwen/intake"
)

// A CallLog is an opened call record of a telephone exchange.
//
// A line of it is a leg: one telephone that rang. What the caller would call
// one call has a leg for every telephone that rang, for the menu that spoke
// and for every transfer. They count once (calls_merge.go), and may stand
// anywhere in the file; so it is read twice, first to find which legs belong
// together, then to yield each call where its first leg stands.
type CallLog struct {
	format   string
	encoding string
	exchange string
	zone     *time.Location
	pages    []*callPage
	sheets   []Sheet
	skipped  []string
}

// Exchange names who wrote the record: Asterisk, FreePBX, Cisco CUCM.
func (l *CallLog) Exchange() string { return l.exchange }

// Format returns the container that was found: CSV, TSV or XLSX.
func (l *CallLog) Format() string { return l.format }

// Encoding returns the encoding of a text file; a workbook has none.
func (l *CallLog) Encoding() string { return l.encoding }

// Sheets lists the sheets that hold calls, with their heads, of which only that
// of the start has a Field. Where the file has no head row, the line is 0, and
// the heads are those that the exchange documents. It must not be changed.
func (l *CallLog) Sheets() []Sheet { return l.sheets }

// Skipped lists the sheets that hold something else.
func (l *CallLog) Skipped() []string { return l.skipped }

// newCallLog makes a log of the tables in which a call record was found, of
// one exchange all of them.
func newCallLog(pages []*callPage, opts Options) (*CallLog, error) {
	e := pages[0].exchange
	if want := exchangeOf(opts.Format); want != nil && want != e {
		return nil, intake.Explain(intake.ErrInvalid, "callrecord.other", "this is a call record that %s wrote, not %s: leave --format out", e.name, want.name)
	}
	l := &CallLog{exchange: e.name, zone: opts.CallZone, pages: pages}
	for _, p := range pages {
		if err := p.complete(); err != nil {
			return nil, inSheet(p.table.name(), err)
		}
		s := Sheet{Name: p.table.name(), Line: p.line}
		for c := range p.heads {
			s.Columns = append(s.Columns, Column{p.title(c), p.field(c)})
		}
		l.sheets = append(l.sheets, s)
	}
	if l.zone == nil {
		return nil, intake.Explain(intake.ErrInvalid, "callrecord.zone",
			"this is a call record that %s wrote, and it does not say whose time it tells: declare its time zone with --tz, or as timezone in [hotline] of the configuration; many exchanges log UTC", e.name)
	}
	return l, nil
}

// noCalls refuses a file that was said to be the call record of an exchange.
func noCalls(format string) error {
	return intake.Explain(intake.ErrInvalid, "callrecord.none", "this is not recognised as a call record that %s wrote: leave --format out, or export it anew with its head row", exchangeOf(format).name)
}

// Rows yields the calls in the order in which they stand in the file, the legs
// of one as one call, in the place of its first leg; and the legs that cannot
// be read, as bad rows.
func (l *CallLog) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var m merger
		for leg, err := range l.legs() {
			if err != nil {
				yield(Row{}, err)
				return
			}
			m.add(leg)
		}
		m.index = nil // what it held is wanted no more
		next, same := 0, make(sameCalls)
		for leg, err := range l.legs() {
			row := Row{Bad: leg.bad}
			for next < m.count && m.call(next).into > 0 {
				next++
			}
			switch {
			case err != nil:
				yield(Row{}, err)
				return
			case leg.bad != nil:
			case next < m.count && m.call(next).first == leg.number:
				row.Call = m.take(next, l.zone)
				key := leg.callKey(row.Call)
				row.Call.Meaning = callMeaning(row.Call, key, same.nth(row.Call, key))
				next++
			default:
				continue
			}
			row.Sheet, row.Line, row.Cells = leg.page.table.name(), leg.line, leg.cells
			if !yield(row, nil) {
				return
			}
		}
	}
}

// legs yields every leg of the file, good and bad.
func (l *CallLog) legs() iter.Seq2[leg, error] {
	return func(yield func(leg, error) bool) {
		var n uint32
		shown := 0
		for _, p := range l.pages {
			w := callWalker{callPage: p, zone: l.zone, tries: triesAtFirst}
			for rec, err := range p.table.records(len(p.heads)) {
				if err != nil {
					yield(leg{}, inSheet(p.table.name(), err))
					return
				}
				if shown += rec.size(); shown > MaxShown {
					yield(leg{}, inLine(rec.line, intake.Explain(intake.ErrTooLong, "ledger.shown", "the rows hold more than %d bytes: split the file", MaxShown)))
					return
				}
				g, ok := w.next(rec)
				if !ok {
					continue
				}
				if n++; n > MaxRows {
					yield(leg{}, inLine(rec.line, intake.Explain(intake.ErrTooLong, "callrecord.rows", "more than %d lines: split the file", MaxRows)))
					return
				}
				g.page, g.line, g.number = p, rec.line, n
				if !yield(g, nil) {
					return
				}
			}
		}
	}
}
