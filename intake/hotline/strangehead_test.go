package hotline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sayRow is what a row gives the team and what it keeps from it.
func sayRow(r Row) string {
	if r.Bad != nil {
		return fmt.Sprintf("%d %s", r.Line, r.Bad.Reason)
	}
	p := r.Report
	return fmt.Sprintf("%d %s|%s|%v|%s|%s", r.Line, p.Text, p.Unit, p.Persons, p.Identity.Name, p.Identity.Phone)
}

func sayRows(t *testing.T, text string) []string {
	t.Helper()
	var said []string
	for _, row := range read(t, open(t, []byte(text), Options{})) {
		said = append(said, sayRow(row))
	}
	return said
}

const callHead = "序号,来电时间,来电人,电话,反映问题\n"

// Below a head of other columns no row is read by the columns above: what a
// caller is called would be what was reported.
func TestHeadsThatAreStrange(t *testing.T) {
	first := callHead + "1,2026/9/8 9:00,张三,139,甲\n"
	for name, c := range map[string]struct {
		below string
		want  []string
	}{
		"an unknown first head":   {"次序,来电时间,反映问题,来电人,电话\n1,2026/9/8 10:00,乙,李四,138\n", []string{"4 乙||[]|李四|138"}},
		"no text":                 {"序号,来访时间,来访人,单位,联系电话\n1,2026/9/8 10:00,李四,某厂,138\n", []string{"4 no-head"}},
		"an unknown text":         {"序号,来访时间,来访事,来访人,电话\n1,2026/9/8 10:00,乙,李四,138\n", []string{"4 no-head"}},
		"and the head again":      {"序号,来访时间,来访事,来访人,电话\n1,2026/9/8 10:00,乙,李四,138\n合计,1\n" + callHead + "2,2026/9/8 11:00,王五,137,丙\n", []string{"4 no-head", "7 丙||[]|王五|137"}},
		"the head, not all of it": {"序号,来电时间,来电人,电话\n2,2026/9/8 10:00,李四,138,乙\n", []string{"4 乙||[]|李四|138"}},
		"a row without a time":    {"2,,李四,138,乙\n", []string{"3 no-time"}},
		"two rows of heads": {"序号,来电时间,来电人信息,,反映问题,被反映人信息,\n,,姓名,电话,,姓名,单位\n2,2026/9/8 10:00,李四,138,乙,钱某,某局\n3,2026/9/8 10:10,李四,138,丙,钱某,某局\n",
			[]string{"5 乙|某局|[{钱某 }]|李四|138", "6 丙|某局|[{钱某 }]|李四|138"}},
	} {
		want := append([]string{"2 甲||[]|张三|139"}, c.want...)
		if diff := cmp.Diff(want, sayRows(t, first+c.below)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Rows above the head are named, titles are not.
func TestRowsAboveTheHead(t *testing.T) {
	rows := "1,2026/9/8 9:00,张三,139,甲\n2,2026/9/8 10:00,李四,138,乙\n"
	want := []string{"3 no-head", "4 no-head", "6 丙||[]|王五|137"}
	text := "来电登记簿\n填表时间,2026/9/8 18:00\n" + rows + callHead + "3,2026/9/8 11:00,王五,137,丙\n"
	if diff := cmp.Diff(want, sayRows(t, text)); diff != "" {
		t.Error(diff)
	}
}

// A row that needs its columns is not read from the sheet of rows that need
// work either, until somebody has put them in their places.
func TestUnplacedRowsStayOut(t *testing.T) {
	rows := read(t, open(t, []byte("1,2026/9/8 9:00,张三,139,甲\n"+callHead), Options{}))
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	sheet := "行,列,原因," + callHead + "1,来电时间,x," + strings.Join(rows[0].Cells, ",") + "\n"
	if diff := cmp.Diff([]string{"2 no-time"}, sayRows(t, sheet)); diff != "" {
		t.Error(diff)
	}
}

// Two rows of heads: whom the upper one names is whom the lower ones are about.
func TestGroupsOfHeads(t *testing.T) {
	for name, c := range map[string][2]string{
		"of the caller":   {"时间,来电人信息,,,反映问题\n,姓名,单位,电话,\n2026/9/8 9:00,张三,某厂,139,甲\n", "3 甲||[]|张三|139"},
		"of a known head": {"时间,来电人,,电话,反映问题\n,姓名,单位,,\n2026/9/8 9:00,张三,某厂,139,甲\n", "3 甲||[]|张三|139"},
		"of the reported": {"时间,来电号码,被反映人信息,,,,反映问题\n,,姓名,单位,职务,电话,\n2026/9/8 9:00,139,钱某,某局,局长,137,甲\n", "3 甲|某局|[{钱某 局长}]||139"},
		"of both":         {"时间,举报人情况,,,被举报人情况,,,反映问题\n,姓名,联系方式,单位,姓名,单位,职务,\n2026/9/8 9:00,张三,139,某厂,钱某,某局,局长,甲\n", "3 甲|某局|[{钱某 局长}]|张三|139"},
		"of neither":      {"时间,基本情况,,,反映问题\n,来电人,被反映人,单位,\n2026/9/8 9:00,张三,钱某,某局,甲\n", "3 甲|某局|[{钱某 }]|张三|"},
		"told below":      {"时间,来电者信息,,反映问题\n,来电人,被反映人单位,\n2026/9/8 9:00,张三,某局,甲\n", "3 甲|某局|[]|张三|"},
	} {
		if diff := cmp.Diff([]string{c[1]}, sayRows(t, c[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, row := range read(t, open(t, []byte(c[0]), Options{})) {
			if strings.Contains(c[0], "某厂") && !strings.Contains(row.Report.Identity.Remark, "单位：某厂") {
				t.Errorf("%s: the caller's unit is not kept: %q", name, row.Report.Identity.Remark)
			}
		}
	}
}
