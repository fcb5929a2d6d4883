package hotline

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"dengwen/intake"
)

// A Field is what a column of a ledger holds. The names are those of --map
// and of [hotline] columns in the configuration.
type Field string

// The fields. ID is the ledger's own number of a row and takes no part in a
// report. Date is for ledgers that keep the day in a column of its own.
const (
	ID       Field = "id"
	Time     Field = "time"
	Caller   Field = "caller"
	Phone    Field = "phone"
	Unit     Field = "unit"
	Person   Field = "person"
	Post     Field = "post"
	Subject  Field = "subject"
	Text     Field = "text"
	Note     Field = "note"
	Recorder Field = "recorder"
	Date     Field = "date"
	Category Field = "category"
)

// Fields lists all fields in the order in which people are told about them.
func Fields() []Field {
	return []Field{ID, Time, Caller, Phone, Unit, Person, Post, Subject, Text, Note, Recorder, Date, Category}
}

// Valid reports whether f is a known field.
func (f Field) Valid() bool { return slices.Contains(Fields(), f) }

// ParseMap reads the value of --map, "field=column,field=column", where a
// column is named by its head; ，and ＝ do as well. Errors wrap
// intake.ErrInvalid.
func ParseMap(s string) (map[Field]string, error) { return AddMap(nil, s) }

// AddMap is ParseMap for a further --map: it returns the columns given so far
// together with those of s. A field has one column, and a column one field.
func AddMap(given map[Field]string, s string) (map[Field]string, error) {
	columns := make(map[Field]string)
	maps.Copy(columns, given)
	for _, pair := range pairs(s) {
		name, column, found := cutPair(pair)
		f, column := Field(strings.TrimSpace(name)), strings.TrimSpace(column)
		switch {
		case !found || column == "":
			return nil, intake.Explain(intake.ErrInvalid, "map.form", "--map %q: want field=column", pair)
		case columns[f] != "" && columns[f] != column:
			return nil, intake.Explain(intake.ErrInvalid, "map.twice", "--map: field %s is given twice", f)
		}
		columns[f] = column
	}
	if err := checkColumns(columns); err != nil {
		return nil, err
	}
	return columns, nil
}

// pairs splits the value of --map. A full-width comma may be part of a head,
// 时间（年，月，日）, so it ends a pair only where another one follows.
func pairs(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		for i, piece := range strings.Split(part, "，") {
			if _, _, found := cutPair(piece); i > 0 && !found {
				list[len(list)-1] += "，" + piece
				continue
			}
			list = append(list, piece)
		}
	}
	return list
}

func cutPair(s string) (name, column string, found bool) {
	i := strings.IndexAny(s, "=＝")
	if i < 0 {
		return s, "", false
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[:i], s[i+n:], true
}

func checkColumns(columns map[Field]string) error {
	for f := range columns {
		if !f.Valid() {
			return intake.Explain(intake.ErrInvalid, "map.field", "no field is called %q; the fields are %v", f, Fields())
		}
	}
	of := make(map[string]Field)
	for _, f := range Fields() {
		column, given := columns[f]
		if !given {
			continue
		}
		other, twice := of[normalHead(column)]
		if twice {
			return intake.Explain(intake.ErrInvalid, "map.column", "column %q is given for two fields, %s and %s", column, other, f)
		}
		of[normalHead(column)] = f
	}
	return nil
}
