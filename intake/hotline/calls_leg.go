package hotline

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"dengwen/intake"
)

// A leg is one line of a call record, good or bad.
type leg struct {
	legFacts
	bad    *BadRow
	page   *callPage
	line   int
	number uint32   // among the legs of the file, from 1
	cells  []string // as they were told apart
	// follows is set for a leg that says no time of its own: it belongs to the
	// call of the leg above.
	follows bool
}

// legFacts are what a leg says.
type legFacts struct {
	at             time.Time
	caller, callee string
	key            string // of the call; empty when the exchange gives none
	// channel says that the key is one of a channel: Asterisk's uniqueid, which
	// two telephones that rang for one call may each have.
	channel  bool
	seconds  int
	answered bool
}

// A callWalker goes down one table.
type callWalker struct {
	*callPage
	zone *time.Location
	// above is when the call of the line above began; zero when that line was
	// bad.
	above time.Time
	// tries is what may still be tried to cut rows into cells.
	tries int
}

// next returns the leg that a record is, or false when it is none.
func (w *callWalker) next(rec record) (leg, bool) {
	if rec.own != nil {
		// Merged over the legs of a call, a cell is of the first alone, as where
		// the others are left blank.
		rec.cells = rec.own
	}
	if rec.line < w.line {
		return w.aboveHead(rec)
	}
	if !w.isRow(rec) {
		return leg{}, false
	}
	w.tries += triesOfRow
	g := w.read(rec)
	if w.exchange.format == ThreeCX && g.bad == nil && g.at.IsZero() {
		// 3CX writes the time on the first line of a call alone.
		if g.follows, g.at = true, w.above; w.above.IsZero() {
			_, column := w.cell(rec.cells, callTime)
			g.bad = &BadRow{w.title(column), NoTime}
		}
	}
	w.above = time.Time{}
	if g.bad == nil {
		w.above = g.at
	}
	return g, true
}

// aboveHead returns the leg that a record above the head row is: where the
// record was sorted, with its head. Anything else up there is a title.
func (w *callWalker) aboveHead(rec record) (leg, bool) {
	facts, _, why := w.facts(rec.cells)
	ok := why == "" && !facts.at.IsZero() && rec.broken == "" && len(rec.cells) <= len(w.heads)
	return leg{legFacts: facts, cells: rec.cells}, ok
}

// read makes a leg of a record: of its cells as they were told apart, else as
// they fit the columns (calls_commas.go).
func (w *callWalker) read(rec record) leg {
	bad := func(column int, reason Reason) leg {
		return leg{bad: &BadRow{w.title(column), reason}, cells: rec.cells}
	}
	if rec.broken == BadEncoding {
		return bad(slices.IndexFunc(rec.cells, unreadable), BadEncoding)
	}
	column, reason := 0, BadQuotes
	for _, cells := range w.cuts(rec) {
		facts, c, why := w.facts(cells)
		if why == "" && len(cells) <= len(w.heads) {
			return leg{legFacts: facts, cells: cells}
		}
		fit, whole, ways := w.fit(cells)
		if ways == 1 {
			return leg{legFacts: fit, cells: whole}
		}
		if ways == 0 && rec.broken == "" && len(cells) <= len(w.heads) {
			column, reason = c, why
		}
	}
	return bad(column, reason)
}

// facts reads the cells of a leg. Where they are none it returns the column
// and the reason.
func (w *callWalker) facts(cells []string) (f legFacts, column int, reason Reason) {
	if f.at, column, reason = w.began(cells); reason != "" {
		return f, column, reason
	}
	if f.answered, column, reason = w.answer(cells); reason != "" {
		return f, column, reason
	}
	if f.seconds, column, reason = w.talk(cells); reason != "" {
		return f, column, reason
	}
	if !f.answered {
		f.seconds = 0
	}
	var over [3]int
	f.caller, over[0] = w.cell(cells, callCaller)
	f.callee, over[1] = w.cell(cells, callCallee)
	for i, s := range []string{f.caller, f.callee} {
		if len(s) > maxHead {
			// To take a number out of it would be work for nothing.
			return f, over[i], TooLong
		}
	}
	f.caller, f.callee = caller(f.caller), telephone(f.callee)
	f.key, over[2] = w.key(cells)
	f.channel = f.key != "" && w.names[over[2]] == "uniqueid"
	for i, s := range []string{f.caller, f.callee, f.key} {
		if len(s) > intake.MaxField && utf8.RuneCountInString(s) > intake.MaxField {
			return f, over[i], TooLong
		}
	}
	return f, 0, ""
}

// began reads when a leg began: zero on a line of 3CX that says none.
func (w *callWalker) began(cells []string) (at time.Time, column int, reason Reason) {
	s, column := w.cell(cells, callTime)
	if s == "" && w.exchange.format == ThreeCX {
		return at, column, ""
	}
	if s == "" {
		return at, column, NoTime
	}
	if w.exchange.format == CUCM {
		n, err := strconv.ParseInt(s, 10, 64)
		if at = time.Unix(n, 0).In(w.zone); err != nil || at.UTC().Year() < firstYear || at.UTC().Year() > lastYear {
			return at, column, BadTime
		}
		return at, column, ""
	}
	c, ok := parseClock(s, w.table.epoch())
	switch {
	case !ok:
		return at, column, BadTime
	case !c.dated:
		return at, column, NoDate
	case !c.timed:
		return at, column, NoTime
	}
	if at, ok = c.instant(w.zone); !ok {
		return at, column, BadTime
	}
	return at, column, ""
}
