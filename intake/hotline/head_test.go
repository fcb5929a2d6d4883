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
		h, ok := findHead([]record{{line: 1, cells: []string{"标题"}}, {line: 2, cells: cells}}, choice{})
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
		if _, ok := findHead([]record{{line: 1, cells: strings.Split(heads, ",")}}, choice{}); ok {
			t.Errorf("%s is taken for a head", heads)
		}
	}
}

// Heads of the registers that offices keep, and the field of each column.
func TestOfficesHeads(t *testing.T) {
	for heads, want := range map[string]string{
		// a call register
		"序号,来电时间,来电人(姓名),来电人联系电话,来电反映问题,值班人员签字,备注": "id time caller phone text - note",
		// letters and visits
		"登记编号,信访日期,信访人姓名,信访人联系电话,被反映人,被反映人单位及职务,信访事由,信访诉求,接访人": "id time caller phone person unit subject text recorder",
		// 12345
		"工单编号,工单创建时间,诉求人姓名,主叫号码,联系电话,诉求类型,诉求标题,诉求内容,承办单位,办理时限,办结状态": "id time caller phone - category subject text - - -",
		// 12388
		"举报编号,举报时间,检举控告人,检举控告人联系方式,被检举控告人姓名,被检举控告人单位,被检举控告人职务,违纪问题类型,检举控告内容": "id time caller phone person unit post category text",
		// a message board
		"留言编号,留言日期,留言者,留言人手机号,留言类型,留言标题,留言正文,回复内容": "id time caller phone category subject text -",
	} {
		h, ok := findHead([]record{{line: 1, cells: strings.Split(heads, ",")}}, choice{})
		if !ok {
			t.Errorf("%s: no head", heads)
			continue
		}
		var got []string
		for c := range h.cells {
			got = append(got, orDash(h.field(c)))
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", heads, diff)
		}
	}
	// These could be the caller or the person reported, or their units.
	for _, head := range []string{"当事人", "人员", "对象", "反映人员", "举报人员", "举报单位", "投诉单位", "信访单位", "相关人员", "本人", "姓名及职务", "姓名(被反映人)", "单位(来电人)"} {
		if w, known := headWords[head]; known {
			t.Errorf("%s is taken for %s", head, w.field)
		}
	}
	for _, f := range []Field{Caller, Phone} {
		for _, name := range synonyms[f] {
			if strings.HasPrefix(name, "被") || strings.Contains(name, "对象") || strings.Contains(name, "涉") {
				t.Errorf("%s, taken for %s, may be of the person reported", name, f)
			}
		}
	}
}

// Every column is a field's or is kept with the remark.
func TestEveryColumnIsKept(t *testing.T) {
	h, ok := findHead([]record{{line: 1, cells: []string{"时间", "内容", "详情", "单位", "所在单位", "", "性别"}}}, choice{})
	if !ok {
		t.Fatal("no head")
	}
	for c := range h.cells {
		if (h.field(c) == "") != slices.Contains(h.extra, c) {
			t.Errorf("column %d is %q, and extra %v", c, h.field(c), h.extra)
		}
	}
}

func orDash(f Field) string {
	if f == "" {
		return "-"
	}
	return string(f)
}
