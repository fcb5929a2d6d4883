package hotline

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"slices"
	"strings"

	"dengwen/intake"

	"github.com/xuri/excelize/v2"
)

// A merge is a range of cells shown as one, from row top to row bottom. What
// it says stands in its first cell and holds for every row it covers; across
// it holds for the first column alone.
type merge struct{ col, top, bottom int }

// findMerges reads a sheet's merged ranges, which stand behind its rows.
func (s *sheet) findMerges() error {
	packed, err := s.part.Open()
	if err != nil {
		return damagedPart(s.part.Name, err)
	}
	defer packed.Close()
	r := bufio.NewReaderSize(packed, 64<<10)
	if !behindRows(r) {
		// There is nothing behind; damage is found when the rows are read.
		return nil
	}
	tail := &gauge{r: r}
	d := xml.NewDecoder(tail)
	for {
		tail.left = maxToken
		// RawToken does not mind that the tags around were not seen.
		token, err := d.RawToken()
		if err != nil {
			break
		}
		el, ok := token.(xml.StartElement)
		if !ok || el.Name.Local != "mergeCell" {
			continue
		}
		for _, a := range el.Attr {
			if m, ok := parseMerge(a.Value); ok && a.Name.Local == "ref" {
				s.merges = append(s.merges, m)
			}
		}
		if len(s.merges) > MaxMerges {
			return intake.Explain(intake.ErrTooLong, "ledger.merges", "more than %d merged ranges", MaxMerges)
		}
	}
	slices.SortStableFunc(s.merges, func(a, b merge) int { return a.top - b.top })
	return nil
}

// behindRows reads to the end of the rows.
func behindRows(r *bufio.Reader) bool {
	for {
		piece, err := r.ReadSlice('>')
		if bytes.HasSuffix(piece, []byte("sheetData>")) && bytes.Contains(piece, []byte("</")) {
			return true
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return false
		}
	}
}

// parseMerge reads A2:A5. Ranges of one row spread nothing.
func parseMerge(ref string) (merge, bool) {
	from, to, _ := strings.Cut(ref, ":")
	col, top, err := excelize.CellNameToCoordinates(from)
	if err != nil || col > MaxColumns {
		return merge{}, false
	}
	_, bottom, err := excelize.CellNameToCoordinates(to)
	return merge{col, top, bottom}, err == nil && bottom > top
}

// A spread fills the cells that merged ranges cover, row after row.
type spread struct {
	merges []merge // by their first row; those begun are cut off
	open   map[int]openMerge
}

type openMerge struct {
	bottom int
	value  string
}

// row returns a row with the values that hold for it, and, when there are
// such, the row as it was.
func (s *spread) row(line int, cells []string) (filled, own []string) {
	filled = cells
	for col, m := range s.open {
		if line > m.bottom {
			delete(s.open, col)
			continue
		}
		if col <= len(filled) && filled[col-1] != "" || m.value == "" {
			continue
		}
		if own == nil {
			own, filled = cells, slices.Clone(cells)
		}
		for len(filled) < col {
			filled = append(filled, "")
		}
		filled[col-1] = m.value
	}
	for len(s.merges) > 0 && s.merges[0].top <= line {
		m := s.merges[0]
		s.merges = s.merges[1:]
		// A range that began on an empty row says nothing.
		if m.top != line || m.col > len(cells) {
			continue
		}
		if s.open == nil {
			s.open = make(map[int]openMerge)
		}
		s.open[m.col] = openMerge{m.bottom, cells[m.col-1]}
	}
	return filled, own
}
