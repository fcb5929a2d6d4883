package hotline

import (
	"strings"
	"testing"

	"dengwen/intake"
)

// A workplace or a post between the caller and the caller's telephone is the
// caller's own: it is kept with the remark, and no field shows it to the team.
func TestCallersOwnWork(t *testing.T) {
	const own = "丙厂"
	for name, c := range map[string]struct {
		heads, cells string
		opts         Options
		unit         string
		posts        int // of the person reported
	}{
		"a unit":          {"时间,来电人,单位,电话,内容", "甲,丙厂,139,文", Options{}, "", 0},
		"a workplace":     {"时间,反映人,工作单位,联系电话,内容", "甲,丙厂,139,文", Options{}, "", 0},
		"turned round":    {"时间,来电号码,单位,姓名,内容", "139,丙厂,甲,文", Options{}, "", 0},
		"and a post":      {"时间,来电人,单位,职务,电话,被反映人,内容", "甲,某处,丙厂,139,乙,文", Options{}, "", 0},
		"and another":     {"时间,来电人,单位,电话,反映对象,单位,职务,内容", "甲,丙厂,139,乙,县局,股长,文", Options{}, "县局", 1},
		"a named unit":    {"时间,来电人,被反映单位,电话,内容", "甲,县局,139,文", Options{}, "县局", 0},
		"of the reported": {"时间,来电人,电话,反映对象,单位,职务,内容", "甲,139,乙,县局,股长,文", Options{}, "县局", 1},
		"apart":           {"时间,来电人,反映对象,单位,电话,内容", "甲,乙,县局,139,文", Options{}, "县局", 0},
		"mapped":          {"时间,来电人,单位,电话,内容", "甲,县局,139,文", Options{Columns: map[Field]string{Unit: "单位"}}, "县局", 0},
		"usually mapped":  {"时间,来电人,单位,电话,内容", "甲,县局,139,文", Options{Usual: map[Field]string{Unit: "单位"}}, "县局", 0},
		"a mapped caller": {"时间,谁打的,单位,电话,内容", "甲,丙厂,139,文", Options{Columns: map[Field]string{Caller: "谁打的"}}, "", 0},
		"another phone":   {"时间,来电人,单位,线路,内容", "甲,丙厂,139,文", Options{Usual: map[Field]string{Phone: "线路"}}, "", 0},
		"a second row":    {"时间,,,,内容\n,来电人,单位,电话,", "甲,丙厂,139,文", Options{}, "", 0},
		"below another":   {"时间,来电人,被反映人,,,内容\n,,姓名,单位,电话,", "甲,乙,县局,137,文", Options{}, "县局", 0},
		"split over both": {"时间,来电人,,,内容\n,,单位,电话,", "甲,丙厂,139,文", Options{}, "", 0},
	} {
		rows := read(t, open(t, []byte(c.heads+"\n2026/3/2 9:00,"+c.cells+"\n"), c.opts))
		if len(rows) != 1 || rows[0].Report == nil {
			t.Fatalf("%s: %+v", name, rows)
		}
		r := rows[0].Report
		posts := 0
		for _, p := range r.Persons {
			if p.Post != "" {
				posts++
			}
		}
		if r.Unit != c.unit || posts != c.posts || r.Identity.Name != "甲" || strings.Contains(c.cells, "139") != (r.Identity.Phone == "139") {
			t.Errorf("%s: %+v", name, r)
		}
		if strings.Contains(c.cells, own) && !strings.Contains(r.Identity.Remark, own) {
			t.Errorf("%s: the remark is %q", name, r.Identity.Remark)
		}
		if strings.Contains(intakeWords(r), own) {
			t.Errorf("%s: the team would read it: %+v", name, r)
		}
	}
}

// intakeWords is what of a report is not sealed apart.
func intakeWords(r *intake.Report) string {
	words := []string{r.Unit, r.Subject, r.Text}
	for _, p := range r.Persons {
		words = append(words, p.Name, p.Post)
	}
	return strings.Join(words, "\n")
}
