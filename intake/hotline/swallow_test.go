package hotline

import "testing"

// A quote that opens on one row of two columns and closes on another takes no
// row with it; a comma in a text of several lines makes no row of its own.
func TestOpenQuoteInTwoColumns(t *testing.T) {
	rows := read(t, open(t, []byte("时间,内容\n2026/9/7 9:00,\"引号没关\n2026/9/7 9:10,第二件\n2026/9/7 9:20,第三件\"\n2026/9/7 9:30,\"第四件\n一,二\n三\"\n"), Options{}))
	want := []string{"引号没关", "第二件", "第三件\"", "第四件\n一,二\n三"}
	if len(rows) != len(want) {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		if row.Report == nil || row.Report.Text != want[i] {
			t.Errorf("line %d: %+v, want %q", row.Line, row, want[i])
		}
	}
}
