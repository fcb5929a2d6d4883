package hotline

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"

	"dengwen/intake"

	"github.com/xuri/excelize/v2"
)

// A sheet is a ledger on one sheet of a workbook.
type sheet struct {
	book   *workbook
	title  string
	part   *zip.File
	merges []merge
}

func (s *sheet) name() string { return s.title }

func (s *sheet) epoch() epoch { return s.book.days }

func (s *sheet) records(int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		x, err := openXML(s.part)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer x.close()
		w := sheetWalk{sheet: s, xml: x, spread: spread{merges: s.merges}}
		for {
			rec, err := w.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// A sheetWalk goes through the rows of a sheet.
type sheetWalk struct {
	sheet  *sheet
	xml    *xmlPart
	spread spread
	data   bool // inside sheetData
	line   int
	cells  []string
	size   int
	col    int // of the cell last read, from 1
	cell   sheetCell
}

// A sheetCell is a cell as it is written.
type sheetCell struct {
	kind    string // t: s shared, str, inlineStr, b, e, d; nothing for a number
	style   int
	value   []byte
	formula []byte
	inline  richText
	into    *[]byte // where text goes
	has     bool    // a value
}

// next returns the next filled row, or io.EOF behind the last.
func (w *sheetWalk) next() (record, error) {
	for {
		el, err := w.xml.next()
		if err != nil {
			return record{}, err
		}
		if el.name == "sheetData" && el.kind != says {
			w.data = el.kind == begins
			continue
		}
		if !w.data {
			continue
		}
		switch {
		case el.kind == begins && el.name == "row":
			err = w.beginRow()
		case el.kind == begins && el.name == "c":
			err = w.beginCell()
		case el.kind == ends && el.name == "c":
			err = w.endCell()
		case el.kind == ends && el.name == "row":
			rec := record{line: w.line}
			if rec.cells, err = trim(w.cells, w.line); err == nil && rec.filled() {
				if rec.cells, rec.own = w.spread.row(w.line, rec.cells); rec.size() > MaxRecord {
					return record{}, inRow(w.line, errLongRecord)
				}
				return rec, nil
			}
		default:
			err = w.cell.take(el)
		}
		if err != nil {
			return record{}, err
		}
	}
}

func (w *sheetWalk) beginRow() error {
	line := w.line + 1
	if r := w.xml.attr("r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n <= w.line || n > excelize.TotalRows {
			return intake.Explain(intake.ErrInvalid, "ledger.row-order", "the sheet is damaged: row %q after row %d", r, w.line)
		}
		line = n
	}
	w.line, w.col, w.size, w.cells = line, 0, 0, make([]string, 0, cap(w.cells))
	return nil
}

func (w *sheetWalk) beginCell() error {
	w.col++
	if r := w.xml.attr("r"); r != "" {
		col, _, err := excelize.CellNameToCoordinates(r)
		if err != nil {
			return intake.Explain(intake.ErrInvalid, "ledger.cell", "the sheet is damaged: row %d: no cell is called %q", w.line, r)
		}
		w.col = col
	}
	w.cell = sheetCell{kind: w.xml.attr("t"), value: w.cell.value[:0], formula: w.cell.formula[:0], inline: richText{text: w.cell.inline.text[:0]}}
	w.cell.style, _ = strconv.Atoi(w.xml.attr("s"))
	return nil
}

// take collects the parts of a cell.
func (c *sheetCell) take(el xmlToken) error {
	switch {
	case el.kind == says:
		if c.into != nil {
			*c.into = append(*c.into, el.text...)
			if len(*c.into) > MaxRecord {
				return errLongRecord
			}
		}
		return c.inline.take(el)
	case el.name == "v":
		c.into = nil
		if el.kind == begins {
			c.into, c.has = &c.value, true
		}
	case el.name == "f":
		c.into = nil
		if el.kind == begins {
			c.into = &c.formula
		}
	case el.name == "is":
		c.has = true
	default:
		return c.inline.take(el)
	}
	return nil
}

// endCell puts a cell into its row.
func (w *sheetWalk) endCell() error {
	text, err := w.text()
	if err != nil {
		return inRow(w.line, err)
	}
	if text == "" {
		return nil
	}
	if w.size += len(text); w.size > MaxRecord {
		return inRow(w.line, errLongRecord)
	}
	if w.col > MaxColumns {
		return inRow(w.line, intake.Explain(intake.ErrTooLong, "ledger.far-cell", "a cell in column %d, at most %d", w.col, MaxColumns))
	}
	for len(w.cells) < w.col {
		w.cells = append(w.cells, "")
	}
	w.cells[w.col-1] = text
	return nil
}

// text returns a cell as the officer sees it. A formula shows its value; where
// it has none, or is a link whose value hides the address, it stands itself.
func (w *sheetWalk) text() (string, error) {
	c := &w.cell
	if f := string(c.formula); f != "" && (!c.has || strings.HasPrefix(strings.ToUpper(f), "HYPERLINK(")) {
		return "=" + f, nil
	}
	value := string(c.value)
	switch c.kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if value == "" {
			return "", nil
		}
		if err != nil || n < 0 || n >= len(w.sheet.book.strings) {
			return "", intake.Explain(intake.ErrInvalid, "ledger.string", "the sheet is damaged: there is no string %q", value)
		}
		return w.sheet.book.strings[n], nil
	case "inlineStr":
		return c.inline.String(), nil
	case "str":
		return unescape(value), nil
	case "b":
		return map[string]string{"0": "FALSE", "1": "TRUE"}[value], nil
	case "e", "d":
		return value, nil
	}
	if value == "" {
		return "", nil
	}
	return w.sheet.book.number(value, c.style), nil
}
