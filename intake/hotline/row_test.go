package hotline

import (
	"fmt"
	"strings"
	"testing"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// ledgerOf is a ledger of these columns with one row.
func ledgerOf(cells map[string]string) []byte {
	var head, row []string
	for _, h := range []string{"序号", "时间", "来电人", "电话", "单位", "反映对象", "职务", "主题", "内容", "备注", "记录人", "类别", "办理情况"} {
		v, given := cells[h]
		if !given && h != "时间" && h != "内容" {
			continue
		}
		if !given {
			v = map[string]string{"时间": "2026/3/2 9:00", "内容": "文"}[h]
		}
		head, row = append(head, h), append(row, `"`+strings.ReplaceAll(v, `"`, `""`)+`"`)
	}
	return []byte(strings.Join(head, ",") + "\n" + strings.Join(row, ",") + "\n")
}

func rowOf(t *testing.T, cells map[string]string) Row {
	t.Helper()
	rows := read(t, open(t, ledgerOf(cells), Options{}))
	if len(rows) != 1 {
		t.Fatalf("%v: %d rows", cells, len(rows))
	}
	return rows[0]
}

// A field at its limit is good, and one character more is bad and names the
// column.
func TestLimitsOfFields(t *testing.T) {
	for column, limit := range map[string]int{
		"来电人": intake.MaxField, "电话": intake.MaxField, "单位": intake.MaxField, "反映对象": intake.MaxField, "职务": intake.MaxField, "记录人": intake.MaxField,
		"主题": intake.MaxSubject, "内容": intake.MaxText, "备注": intake.MaxRemark,
		"办理情况": intake.MaxRemark - len([]rune("办理情况：")), "类别": intake.MaxRemark - len([]rune("类别：")),
	} {
		if row := rowOf(t, map[string]string{column: strings.Repeat("字", limit)}); row.Bad != nil {
			t.Errorf("%s of %d characters: %+v", column, limit, *row.Bad)
		}
		row := rowOf(t, map[string]string{column: strings.Repeat("字", limit+1)})
		if diff := cmp.Diff(&BadRow{column, TooLong}, row.Bad); diff != "" {
			t.Errorf("%s of %d characters (-want +got):\n%s", column, limit+1, diff)
		}
	}
}

func TestPhones(t *testing.T) {
	for cell, want := range map[string]struct {
		number  string
		damaged bool
	}{
		"13900000001": {"13900000001", false}, "'13900000001": {"13900000001", false}, "１３９００００００01": {"13900000001", false},
		" 0739-1234567 转 8": {"0739-1234567 转 8", false}, "+86 139 0000 0001": {"+86 139 0000 0001", false}, "0739.1234567": {"0739.1234567", false},
		"匿名": {}, "不详": {}, "-": {}, "": {}, "未显示号码": {"未显示号码", false},
		"1.39E+10": {"1.39E+10", true}, "1.39e10": {"1.39e10", true}, "139E+8": {"139E+8", true}, "'1.39E+10": {"1.39E+10", true},
		"13900000001.0": {"13900000001.0", true}, "#######": {"#######", true}, "#NAME?": {"#NAME?", true},
	} {
		r := rowOf(t, map[string]string{"电话": cell}).Report
		if r.Identity.Phone != want.number || (len(r.Marks) == 1 && r.Marks[0] == intake.MarkPhoneDamaged) != want.damaged {
			t.Errorf("%q: %q, marks %v", cell, r.Identity.Phone, r.Marks)
		}
	}
}

func TestPersons(t *testing.T) {
	type p = intake.Person
	for _, c := range []struct {
		person, post string
		want         []p
	}{
		{"", "", nil}, {"不详", "无", nil}, {"冯某", "", []p{{Name: "冯某"}}}, {"不详", "局长", []p{{Post: "局长"}}},
		{"冯某、陈某", "局长、科长", []p{{Name: "冯某", Post: "局长"}, {Name: "陈某", Post: "科长"}}},
		{"冯某；陈某", "", []p{{Name: "冯某"}, {Name: "陈某"}}},
		{"冯某\n陈某", "局长\n不详", []p{{Name: "冯某", Post: "局长"}, {Name: "陈某"}}},
		{"冯某、陈某", "局长", []p{{Name: "冯某、陈某", Post: "局长"}}},
		{"冯某，原任局长", "", []p{{Name: "冯某，原任局长"}}},
		{strings.Repeat("某、", intake.MaxPersons+1), "", []p{{Name: strings.Repeat("某、", intake.MaxPersons+1)}}},
	} {
		if diff := cmp.Diff(c.want, rowOf(t, map[string]string{"反映对象": c.person, "职务": c.post}).Report.Persons); diff != "" {
			t.Errorf("%q, %q (-want +got):\n%s", c.person, c.post, diff)
		}
	}
}

func TestCategories(t *testing.T) {
	for cell, want := range map[string]intake.Category{
		"": "", "廉洁纪律": intake.Integrity, "违反廉洁纪律": intake.Integrity, "工作纪律类": intake.Work, "职务犯罪": intake.DutyCrime, "其它": intake.Other, "duty-crime": intake.DutyCrime, "/": "",
	} {
		r := rowOf(t, map[string]string{"类别": cell}).Report
		if r.Category != want || r.Identity.Remark != "" {
			t.Errorf("%q: %q, remark %q", cell, r.Category, r.Identity.Remark)
		}
	}
	r := rowOf(t, map[string]string{"类别": "作风", "备注": "备"}).Report
	if r.Category != "" || r.Identity.Remark != "备\n类别：作风" {
		t.Errorf("a category of the ledger's own: %q, remark %q", r.Category, r.Identity.Remark)
	}
}

// A subject alone is what was reported; nothing at all is bad.
func TestSubjectAndText(t *testing.T) {
	r := rowOf(t, map[string]string{"主题": "题", "内容": "文"}).Report
	if r.Subject != "题" || r.Text != "文" {
		t.Errorf("%q, %q", r.Subject, r.Text)
	}
	r = rowOf(t, map[string]string{"主题": "题", "内容": " \u200b"}).Report
	if r.Subject != "" || r.Text != "题" {
		t.Errorf("%q, %q", r.Subject, r.Text)
	}
	if row := rowOf(t, map[string]string{"主题": "", "内容": "\u3000"}); row.Bad == nil || *row.Bad != (BadRow{"内容", NoText}) {
		t.Errorf("%+v", row.Bad)
	}
}

// Two columns of text are one text; cells beyond the heads are kept.
func TestNothingIsLost(t *testing.T) {
	rows := read(t, open(t, []byte("时间,反映问题,性别,详情\n2026/3/2 9:00,一,女,二,,三\n2026/3/2 9:10,一,,一\n"), Options{}))
	if r := rows[0].Report; r.Text != "一\n二" || r.Identity.Remark != "性别：女\n#6：三" {
		t.Errorf("%q, %q", r.Text, r.Identity.Remark)
	}
	if r := rows[1].Report; r.Text != "一" {
		t.Errorf("%q", r.Text)
	}
}

// A row's meaning changes with everything that was said, and with nothing
// that only the ledger adds.
func TestMeaning(t *testing.T) {
	base := map[string]string{
		"序号": "1", "来电人": "褚某", "电话": "139", "单位": "局", "反映对象": "冯某", "职务": "科长", "主题": "题", "内容": "一\n二", "备注": "备", "记录人": "甲", "类别": "其他", "办理情况": "",
	}
	meaningOf := func(column, value string) string {
		cells := map[string]string{}
		for k, v := range base {
			cells[k] = v
		}
		cells[column] = value
		row := rowOf(t, cells)
		if row.Report == nil {
			t.Fatalf("%s=%q: %+v", column, value, row.Bad)
		}
		return string(row.Report.Source.Meaning)
	}
	want := meaningOf("序号", "1")
	for _, same := range [][2]string{
		{"序号", "2"}, {"记录人", "乙"}, {"办理情况", "已转办"}, {"电话", "'１３９"}, {"内容", " 一\r\n二\u3000\r\n"}, {"时间", "2026-03-02T01:00:00Z"},
	} {
		if meaningOf(same[0], same[1]) != want {
			t.Errorf("%s=%q changes the meaning", same[0], same[1])
		}
	}
	seen := map[string]string{want: "the row"}
	for _, other := range [][2]string{
		{"时间", "2026/3/2 9:01"}, {"来电人", "匿名"}, {"电话", "138"}, {"单位", ""}, {"反映对象", "冯某、"}, {"反映对象", ""}, {"职务", ""}, {"主题", ""}, {"主题", "题一"}, {"内容", "一二"},
		{"备注", ""}, {"类别", ""}, {"类别", "其它"}, {"类别", "作风"},
	} {
		m, name := meaningOf(other[0], other[1]), fmt.Sprintf("%s=%q", other[0], other[1])
		if before, again := seen[m]; again {
			t.Errorf("%s and %s mean the same", name, before)
		}
		seen[m] = name
	}
	// Composed and decomposed letters are one.
	if meaningOf("单位", "Caf\u00e9") != meaningOf("单位", "Cafe\u0301") {
		t.Error("the meaning depends on how a letter is composed")
	}
}

// Rows that are none are not rows, and their lines still count.
func TestNoRows(t *testing.T) {
	ledger := `登记簿
序号,时间,内容,备注
1,2026/3/2 9:00,一,
登记簿
序 号,时间：,内容,备注
2,,,
,小计,,2
"　", ,,
合计：2件,,2件,
2,2026/3/2 9:00,合计,
合计,2026/3/2 9:10,三,
总计,,四,
`
	var got []string
	for _, row := range read(t, open(t, []byte(ledger), Options{})) {
		s := fmt.Sprint(row.Line, " ")
		if row.Bad != nil {
			s += string(row.Bad.Reason)
		} else {
			s += row.Report.Text
		}
		got = append(got, s)
	}
	if diff := cmp.Diff([]string{"3 一", "10 合计", "11 三", "12 no-time"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
