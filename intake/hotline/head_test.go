package hotline

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormalHead(t *testing.T) {
	for s, want := range map[string]string{
		"来电时间": "来电时间", " 来 电\n时 间 ： ": "来电时间", "*来电时间（必填）": "来电时间", "来电时间(24小时制)": "来电时间", "ＴＩＭＥ": "time", "Call Time": "calltime", "№": "no",
		"姓名（被反映人）": "姓名(被反映人)", "（必填）": "(必填)", "": "", "\ufeff序号": "序号",
	} {
		if got := normalHead(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// The synonyms are in the form that heads are compared in, and no word stands
// for two fields.
func TestSynonyms(t *testing.T) {
	seen := make(map[string]Field)
	for f, names := range synonyms {
		if !f.Valid() {
			t.Errorf("%s is no field", f)
		}
		for _, name := range names {
			if normalHead(name) != name {
				t.Errorf("%s: %q is never compared, %q is", f, name, normalHead(name))
			}
			if g, twice := seen[name]; twice {
				t.Errorf("%q is %s and %s", name, f, g)
			}
			seen[name] = f
		}
	}
	for _, f := range Fields() {
		if len(synonyms[f]) == 0 {
			t.Errorf("%s has no synonyms", f)
		}
	}
}

func TestHeads(t *testing.T) {
	for heads, want := range map[string]string{
		"时间,内容":        "time text",
		"登记时间,来电时间,内容": "- time text",
		"来电日期,来电时间,内容": "date time text",
		"日期,内容":        "time text",
		"日期,主题":        "time subject",
		"时间,内容,单位,被反映人单位,来电人单位":       "time text - unit -",
		"时间,内容,联系方式,来电号码":             "time text - phone",
		"时间,诉求,姓名,姓名（被反映人）":           "time text caller -",
		"流水号,留言时间,留言详情,接听人,工单类型,反映事项": "id time text recorder - text",
		"no,time,caller,phone,text":   "id time caller phone text",
	} {
		cells := strings.Split(heads, ",")
		h, ok := findHead([]record{{line: 1, cells: []string{"标题"}}, {line: 2, cells: cells}}, nil)
		if !ok {
			t.Errorf("%s: no head", heads)
			continue
		}
		var got []string
		for c := range cells {
			if f := string(h.field(c)); f != "" {
				got = append(got, f)
			} else {
				got = append(got, "-")
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" || h.line != 2 {
			t.Errorf("%s, line %d (-want +got):\n%s", heads, h.line, diff)
		}
	}
	for _, heads := range []string{"时间,电话", "内容,电话", "序号", "时间", "来电时间 内容"} {
		if _, ok := findHead([]record{{line: 1, cells: strings.Split(heads, ",")}}, nil); ok {
			t.Errorf("%s is taken for a head", heads)
		}
	}
}

// Every column is a field's or is kept with the remark.
func TestEveryColumnIsKept(t *testing.T) {
	h, ok := findHead([]record{{line: 1, cells: []string{"时间", "内容", "详情", "单位", "所在单位", "", "性别"}}}, nil)
	if !ok {
		t.Fatal("no head")
	}
	for c := range h.cells {
		if (h.field(c) == "") != slices.Contains(h.extra, c) {
			t.Errorf("column %d is %q, and extra %v", c, h.field(c), h.extra)
		}
	}
}
