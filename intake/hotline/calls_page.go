package hotline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dengwen/intake"
)

// A callPage is one table of a call record with its columns.
type callPage struct {
	table    table
	exchange *exchange
	line     int      // of the head row, 0 when there is none
	below    int      // rows stand below this line
	begins   string   // the first head, normalised
	again    string   // the head row in normalised form, to know it again
	heads    []string // as they stand in the file
	names    []string // normalised
	columns  [roles][]int
	loose    map[int]bool // columns whose commas the exchange does not quote
}

func newCallPage(t table, e *exchange, heads, names []string) *callPage {
	p := &callPage{table: t, exchange: e, names: names, loose: make(map[int]bool)}
	for _, h := range heads {
		p.heads = append(p.heads, headCell(h))
	}
	for r, wanted := range e.heads {
		for _, want := range wanted {
			for c, name := range names {
				if name == want {
					p.columns[r] = append(p.columns[r], c)
					break
				}
			}
		}
	}
	for _, name := range looseColumns {
		if c := slices.Index(names, name); c >= 0 {
			p.loose[c] = true
		}
	}
	return p
}

// complete refuses a table without a column that every call needs.
func (p *callPage) complete() error {
	for _, need := range [][]role{{callTime}, {callStatus, callConnect}, {callTalk, callLasted}} {
		has, name := false, ""
		for _, r := range need {
			has = has || len(p.columns[r]) > 0
			if name == "" && len(p.exchange.heads[r]) > 0 {
				name = p.exchange.heads[r][0]
			}
		}
		if !has {
			return intake.Explain(intake.ErrInvalid, "callrecord.column", "this looks like a call record that %s wrote, but it has no column %q: export it anew with all columns", p.exchange.name, name)
		}
	}
	return nil
}

// title returns the head of column c as it stands in the file.
func (p *callPage) title(c int) string {
	if c >= 0 && c < len(p.heads) && p.heads[c] != "" {
		return p.heads[c]
	}
	return fmt.Sprintf("#%d", c+1)
}

// field is Time for the column that tells when a call began.
func (p *callPage) field(c int) Field {
	if at := p.columns[callTime]; len(at) > 0 && at[0] == c {
		return Time
	}
	return ""
}

// cell returns the first filled cell of a role and its column; an empty one
// has the column of the first head.
func (p *callPage) cell(cells []string, r role) (string, int) {
	for _, c := range p.columns[r] {
		if c < len(cells) {
			if s := clean(cells[c]); s != "" {
				return s, c
			}
		}
	}
	if len(p.columns[r]) == 0 {
		return "", 0
	}
	return "", p.columns[r][0]
}

// isRow leaves out what is no leg: the head on a further page, the line of
// types and the records that are no calls in a file of CUCM, a line of sums.
func (p *callPage) isRow(rec record) bool {
	if rec.line <= p.below || !rec.filled() {
		return false
	}
	first := firstFilled(rec.cells)
	if p.line > 0 && normalHead(first) == p.begins && rowKey(rec.cells) == p.again {
		return false
	}
	if len(p.columns[callRecords]) > 0 {
		kind, _ := p.cell(rec.cells, callRecords)
		return !ofTypes(rec.cells) && (kind == "1" || !digits(kind))
	}
	if s, _ := p.cell(rec.cells, callStatus); s == "" && totals[strings.TrimRight(normalHead(first), "0123456789:.,s")] {
		return false
	}
	return true
}

// ofTypes tells the line that CUCM writes below its heads.
func ofTypes(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return c != "" && !columnType.MatchString(c) })
}

// columnType is what stands there below a head: INTEGER, VARCHAR(50).
var columnType = regexp.MustCompile(`^[A-Z]+(\([0-9]+\))?$`)
