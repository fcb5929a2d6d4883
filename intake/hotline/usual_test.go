package hotline

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// A usual column is used where the ledger has it and nothing else was chosen
// for its field, or as its column, and is not missed elsewhere.
func TestUsualColumns(t *testing.T) {
	usual := map[Field]string{Text: "群众说了什么", Phone: "线路", Date: "哪天"}
	for name, c := range map[string]struct {
		heads   string
		columns map[Field]string
		want    map[Field]int
	}{
		"none of them":     {"时间,电话,内容", nil, map[Field]int{Time: 0, Phone: 1, Text: 2}},
		"one of them":      {"时间,线路,内容", nil, map[Field]int{Time: 0, Phone: 1, Text: 2}},
		"all of them":      {"哪天,时间,线路,群众说了什么", nil, map[Field]int{Date: 0, Time: 1, Phone: 2, Text: 3}},
		"before a synonym": {"时间,电话,线路,内容,群众说了什么", nil, map[Field]int{Time: 0, Phone: 2, Text: 4}},
		"written apart":    {"时间,线 路,群众说了什么：", nil, map[Field]int{Time: 0, Phone: 1, Text: 2}},
		"another field":    {"时间,线路,电话,内容", map[Field]string{Phone: "电话"}, map[Field]int{Time: 0, Phone: 2, Text: 3}},
		"another use":      {"时间,线路,电话,内容", map[Field]string{Note: "线路"}, map[Field]int{Time: 0, Note: 1, Phone: 2, Text: 3}},
	} {
		l := open(t, []byte(c.heads+"\n"), Options{Columns: c.columns, Usual: usual})
		if diff := cmp.Diff(c.want, l.pages[0].head.fields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Columns must be there, even where Usual names the same; and both are
// checked.
func TestUsualIsNotStrict(t *testing.T) {
	const ledger = "时间,内容\n2026/3/2 9:00,甲\n"
	missing := map[Field]string{Phone: "线路"}
	for name, c := range map[string]struct {
		opts Options
		want error
	}{
		"usual":            {Options{Usual: missing}, nil},
		"strict":           {Options{Columns: missing}, intake.ErrInvalid},
		"both":             {Options{Columns: missing, Usual: maps.Clone(missing)}, intake.ErrInvalid},
		"an unknown field": {Options{Usual: map[Field]string{"when": "时间"}}, intake.ErrInvalid},
		"one column twice": {Options{Usual: map[Field]string{Time: "时间", Date: "时 间"}}, intake.ErrInvalid},
	} {
		c.opts.Zone = shanghai
		if _, err := Open(strings.NewReader(ledger), int64(len(ledger)), c.opts); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A head further down is read by the usual columns too.
func TestUsualColumnsBelow(t *testing.T) {
	const ledger = "时间,内容\n2026/3/2 9:00,甲\n时间,电话,线路,内容\n2026/3/2 9:05,1,139,乙\n"
	rows := read(t, open(t, []byte(ledger), Options{Usual: map[Field]string{Phone: "线路"}}))
	if len(rows) != 2 || rows[1].Report == nil || rows[1].Report.Identity.Phone != "139" {
		t.Errorf("%+v", rows)
	}
}
