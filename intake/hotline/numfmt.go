package hotline

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A dateStyle says what a cell's number format makes of its number.
type dateStyle int

const (
	noDate   dateStyle = iota
	dateOnly           // a date without a time of day
	withTime           // a time of day, with or without a date
)

// dateStyles lists what every cell style of a workbook makes of a number.
func dateStyles(f *excelize.File) []dateStyle {
	if f.Styles == nil || f.Styles.CellXfs == nil {
		return nil
	}
	codes := make(map[int]string)
	if f.Styles.NumFmts != nil {
		for _, n := range f.Styles.NumFmts.NumFmt {
			if n != nil {
				codes[n.NumFmtID] = n.FormatCode
			}
		}
	}
	styles := make([]dateStyle, len(f.Styles.CellXfs.Xf))
	for i, xf := range f.Styles.CellXfs.Xf {
		if xf.NumFmtID == nil {
			continue
		}
		if code, custom := codes[*xf.NumFmtID]; custom {
			styles[i] = styleOf(code)
		} else {
			styles[i] = builtin(*xf.NumFmtID)
		}
	}
	return styles
}

// builtin knows the formats that have a number and no code: those of every
// language, and those of Chinese, Japanese and Korean (ECMA-376 part 1,
// 18.8.30).
func builtin(id int) dateStyle {
	switch {
	case 14 <= id && id <= 17, 27 <= id && id <= 31, id == 36, 50 <= id && id <= 54, id == 57, id == 58:
		return dateOnly
	case 18 <= id && id <= 22, 32 <= id && id <= 35, 45 <= id && id <= 47, id == 55, id == 56:
		return withTime
	}
	return noDate
}

// styleOf reads a format code: the letters outside quotes and brackets that
// stand for parts of a date or a time.
func styleOf(code string) dateStyle {
	code, _, _ = strings.Cut(code, ";")
	style := noDate
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '\\', '_', '*':
			i++
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return style
			}
			switch strings.ToLower(code[i : i+end+1]) {
			case "[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]":
				return withTime
			}
			i += end
		case 'h', 'H', 's', 'S':
			return withTime
		case 'y', 'Y', 'd', 'D', 'm', 'M':
			style = dateOnly
		}
	}
	return style
}

// number returns a numeric cell as text: a date as a date, a number without an
// exponent.
func (b *workbook) number(value string, style int) string {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return value
	}
	plain := strconv.FormatFloat(n, 'f', -1, 64)
	if style < 0 || style >= len(b.dates) || b.dates[style] == noDate {
		if len(plain) > 32 || !strings.ContainsAny(value, "eE") {
			return value
		}
		return plain
	}
	c, ok := serial(plain, b.days)
	switch {
	case !ok:
		return plain
	case !c.dated:
		return clockText("15:04:05", c)
	case c.timed || b.dates[style] == withTime:
		return clockText("2006-01-02 15:04:05", c)
	}
	return clockText("2006-01-02", c)
}
