package hotline

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"dengwen/intake"
)

// A ledger that says one thing of one instant more often than MaxAlike is
// refused, however its rows differ besides.
func TestAlikeRows(t *testing.T) {
	const head = "来电时间,电话,备注,主题,内容,详情,线路\n"
	row := func(at, subject, text, more, line string) func(int) string {
		return func(i int) string {
			return fmt.Sprintf("%s,%d,注%d,%s,%s,%s,%s\n", at, 13900000000+i, i, subject, text, more, line)
		}
	}
	spaced := func(i int) string {
		return fmt.Sprintf("2026/3/2 9:00,%d,,,%s修路%[2]s,'%[2]s139 0000,\n", i, strings.Repeat(" ", i))
	}
	mapped := func(i int) string {
		return fmt.Sprintf("2026/3/2 9:00,%d,,,修路,,%s\n", i, []string{"无", "不详", "未知", "-"}[i%4])
	}
	for name, c := range map[string]struct {
		row     func(int) string
		columns map[Field]string
		alike   bool
	}{
		"other phones":        {row("2026/3/2 9:00", "", "修路", "", ""), nil, true},
		"other phones, twice": {row("2026/3/2 9:00", "", "修路", "修桥", ""), nil, true},
		"a subject alone":     {row("2026/3/2 9:00", "修路", "", "", ""), nil, true},
		"other white space":   {spaced, nil, true},
		"words that are none": {mapped, map[Field]string{Text: "线路"}, true},
		"other times": {func(i int) string {
			return row(fmt.Sprintf("2026/3/2 9:%02d:%02d", i/60, i%60), "", "修路", "", "")(i)
		}, nil, false},
		"other texts":          {func(i int) string { return row("2026/3/2 9:00", "", fmt.Sprint("修路", i), "", "")(i) }, nil, false},
		"other details":        {func(i int) string { return row("2026/3/2 9:00", "", "修路", fmt.Sprint("桥", i), "")(i) }, nil, false},
		"other subjects alone": {func(i int) string { return row("2026/3/2 9:00", fmt.Sprint("桥", i), "", "", "")(i) }, nil, false},
		"bad rows":             {row("x", "", "修路", "", ""), nil, false},
	} {
		for _, n := range []int{MaxAlike, MaxAlike + 1} {
			text := head
			for i := range n {
				text += c.row(i)
			}
			rows := 0
			var last error
			for _, err := range open(t, []byte(text), Options{Columns: c.columns, Guarded: true}).Rows() {
				if last = err; err == nil {
					rows++
				}
			}
			want := error(nil)
			if c.alike && n > MaxAlike {
				want = intake.ErrInvalid
			}
			if !errors.Is(last, want) || want != nil && !strings.Contains(last.Error(), "of one instant") || rows != n && want == nil || rows > n {
				t.Errorf("%s: %d of %d rows, %v", name, rows, n, last)
			}
		}
	}
}
