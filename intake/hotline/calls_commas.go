package hotline

import (
	"regexp"
	"strings"
)

// Grandstream writes its fields without quotes, FreePBX some of them with
// quotes that are part of the field. A comma in them makes two cells of one.
// The fields in which commas occur are known, and so is what the fields
// around them look like: where this leaves one reading of a row, it is taken.

// looseColumns are the fields in which such commas occur.
var looseColumns = []string{"clid", "lastdata", "userfield"}

// Bounds of what is tried: the surplus commas of a row, and the cells that are
// looked at. Each row adds to the latter, so that a file of rows that were
// made to fit in every way takes no longer than its length allows; a row of
// Grandstream takes some thirty.
const (
	maxCommas    = 12
	triesAtFirst = 100_000
	triesOfRow   = 300
	triesOfCall  = 20 // for reading a row that fits
)

// cuts returns the ways in which a record may be cut into cells. One with a
// broken quote is cut where quotes protect no comma, then at every comma.
func (p *callPage) cuts(rec record) [][]string {
	if rec.broken == "" {
		return [][]string{rec.cells}
	}
	if unreadable(rec.raw) || rec.raw == "" {
		return nil
	}
	comma := p.comma()
	var cuts [][]string
	if cells, ok := protected(rec.raw, comma); ok {
		cuts = append(cuts, cells)
	}
	return append(cuts, strings.Split(rec.raw, comma))
}

func (p *callPage) comma() string {
	if t, is := p.table.(*text); is {
		return string(t.delimiter)
	}
	return ","
}

// protected cuts a line at the commas that stand outside quotes. Quotes around
// a whole cell are taken off; it is false when one is open at the end.
func protected(line, comma string) (cells []string, ok bool) {
	inside, from := false, 0
	add := func(cell string) {
		if s, quoted := strings.CutPrefix(cell, `"`); quoted && strings.HasSuffix(s, `"`) {
			if s = strings.ReplaceAll(s[:len(s)-1], `""`, "\x00"); !strings.Contains(s, `"`) {
				cell = strings.ReplaceAll(s, "\x00", `"`)
			}
		}
		cells = append(cells, cell)
	}
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '"':
			inside = !inside
		case !inside && strings.HasPrefix(line[i:], comma):
			add(line[from:i])
			from = i + len(comma)
		}
	}
	add(line[from:])
	return cells, !inside && len(cells) <= MaxColumns
}

// fit joins pieces to cells so that every column holds what it may hold. The
// ways to do so count as one where they give the same call; what is returned
// holds for one way only.
func (w *callWalker) fit(pieces []string) (facts legFacts, cells []string, ways int) {
	if len(w.loose) == 0 || len(pieces) > len(w.heads)+maxCommas {
		return legFacts{}, nil, 0
	}
	f := fitter{callWalker: w, pieces: pieces, comma: w.comma(), cells: make([]string, 0, len(w.heads))}
	// As many commas as there are cells too many; else more, for empty pieces
	// at the end of a row were cut off.
	if f.from(0, max(len(pieces)-len(w.heads), 0)); f.ways == 0 {
		f.from(0, maxCommas)
	}
	if w.tries <= 0 {
		return legFacts{}, nil, 0
	}
	return f.found, f.whole, f.ways
}

// A fitter tries the ways to join the pieces of a row.
type fitter struct {
	*callWalker
	pieces []string
	comma  string
	cells  []string // joined so far
	ways   int      // in which different calls were found
	found  legFacts
	whole  []string
}

// from gives the pieces from next on to the columns that have none yet, with
// so many commas among them at most.
func (f *fitter) from(next, commas int) {
	c := len(f.cells)
	if c == len(f.names) {
		if next >= len(f.pieces) {
			f.take()
		}
		return
	}
	for n := 1; f.ways < 2 && f.tries > 0 && n-1 <= commas; n++ {
		f.tries--
		if n > 1 && (!f.loose[c] || next+n > len(f.pieces)) {
			return
		}
		cell := ""
		if next < len(f.pieces) {
			cell = strings.Join(f.pieces[next:next+n], f.comma)
		}
		if !f.holds(f.names[c], cell) {
			continue
		}
		f.cells = append(f.cells, cell)
		f.from(next+n, commas-n+1)
		f.cells = f.cells[:c]
	}
}

// take keeps a way in which all columns hold what they may.
func (f *fitter) take() {
	f.tries -= triesOfCall
	facts, _, why := f.facts(f.cells)
	switch {
	case why != "":
	case f.ways == 0:
		f.ways, f.found, f.whole = 1, facts, append([]string(nil), f.cells...)
	case facts != f.found:
		f.ways++
	}
}

// holds reports whether a column may hold a cell. It asks more than the
// reading of a row whose cells are sure.
func (f *fitter) holds(name, cell string) bool {
	switch name {
	case "start", "calldate":
		return isTime(cell)
	case "answer", "end":
		return cell == "" || isTime(cell)
	case "duration", "billsec":
		return digits(cell)
	case "disposition":
		_, known := answers[status(cell)]
		return known
	case "amaflags":
		return amaFlag(cell)
	case "channel":
		return strings.Contains(cell, "/")
	case "dstchannel":
		return cell == "" || strings.Contains(cell, "/")
	case "lastapp":
		return !strings.ContainsAny(cell, "/<>\"0123456789 ") || cell == "AppDial2" || cell == "AppQueue2"
	case "src":
		return !strings.ContainsAny(cell, "/<>\" ")
	case "uniqueid", "linkedid":
		return uniqueID.MatchString(cell)
	}
	return true
}

// uniqueID is a key of Asterisk: the second of the start and a count, with the
// system's name in front where it has one.
var uniqueID = regexp.MustCompile(`^(.*-)?[0-9]+\.[0-9]+$`)
