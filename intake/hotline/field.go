package hotline

import (
	"slices"
	"strings"

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
// column is named by its head. Errors wrap intake.ErrInvalid.
func ParseMap(s string) (map[Field]string, error) {
	columns := make(map[Field]string)
	for pair := range strings.SplitSeq(s, ",") {
		name, column, found := strings.Cut(pair, "=")
		f, column := Field(strings.TrimSpace(name)), strings.TrimSpace(column)
		switch {
		case !found || column == "":
			return nil, intake.Explain(intake.ErrInvalid, "map.form", "--map %q: want field=column", pair)
		case columns[f] != "":
			return nil, intake.Explain(intake.ErrInvalid, "map.twice", "--map: field %s is given twice", f)
		}
		columns[f] = column
	}
	return columns, checkColumns(columns)
}

func checkColumns(columns map[Field]string) error {
	for f := range columns {
		if !f.Valid() {
			return intake.Explain(intake.ErrInvalid, "map.field", "no field is called %q; the fields are %v", f, Fields())
		}
	}
	return nil
}
