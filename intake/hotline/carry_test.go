package hotline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// A bare time takes the date above over whatever is no row, in text and on a
// sheet, where it is text or a fraction of a day.
func TestDateCarries(t *testing.T) {
	ledger := [][]string{
		{"值班登记"}, {"序号", "来电时间", "反映问题"},
		{"1", "2026/9/7 8:35", "一"},
		{"值班登记"}, {"序号", "来电时间", "反映问题"}, {"2", "9:10", "二"},
		{"合计", "2"}, {"3", "上午10:20", "三"},
		{}, {"", " ", ""}, {"4", "１５：３０", "四"},
		{"5"}, {"5", "下午3点", "五"},
		{"2026年9月8日"}, {"6", "8:35", "六"},
		{"7", "", "没有时间"}, {"8", "16:00", "八"},
		{"9", "9月8日 10:00", "读不出的日期"}, {"10", "16:10", "没有日期"},
		{"11", "2026/9/8 17:00", "读得出"}, {"9月9日 星期三"}, {"12", "8:40", "九日的"},
		{"11", "2026-09-09T08:35:00+08:00", "十一"}, {"12", "0.4375", "十二"},
	}
	want := []string{"一 09-07 08:35", "二 09-07 09:10", "三 09-07 10:20", "四 09-07 15:30", "五 09-07 15:00", "六 09-08 08:35", "no-time", "八 09-08 16:00",
		"bad-time", "no-date", "读得出 09-08 17:00", "no-date", "十一 09-09 08:35", "十二 09-09 10:30"}
	text := ""
	for _, row := range ledger {
		text += strings.Join(row, ",") + "\n"
	}
	files := map[string][]byte{"text": []byte(text)}
	for name, made := range map[string]func(*twin, string, string){"sheet": (*twin).text, "days": (*twin).typed, "1904": (*twin).typed} {
		w := newTwin(t, name == "1904")
		for r, row := range ledger {
			for c, cell := range row {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				w.check(err)
				if cell != "" {
					made(w, at, cell)
				}
			}
		}
		files[name] = written(t, w.file)
	}
	for name, b := range files {
		var got []string
		for _, row := range read(t, open(t, b, Options{})) {
			if row.Bad != nil {
				got = append(got, string(row.Bad.Reason))
			} else {
				got = append(got, fmt.Sprint(row.Report.Text, " ", row.Report.Arrived.Format("01-02 15:04")))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What a sheet can say beside numbers and strings: dates of ISO 8601, truth
// values, a date and a time of day in two columns.
func TestOtherCells(t *testing.T) {
	l := open(t, raw(t, `<row r="1"><c t="str"><v>来电日期</v></c><c t="str"><v>时间</v></c><c t="str"><v>内容</v></c><c t="str"><v>是否实名</v></c></row>
<row r="2"><c/><c t="d"><v>2026-09-07T08:35:00</v></c><c t="str"><v>一&#10;二&#13;&#10;三</v></c><c t="b"><v>1</v></c></row>
<row r="3"><c><v>46273</v></c><c><v>0.35763888888888890</v></c><c t="str"><v>四</v></c><c t="b"><v>0</v></c></row>`), Options{})
	var got []string
	for _, row := range read(t, l) {
		got = append(got, fmt.Sprintf("%s %q %q", row.Report.Arrived.Format("01-02 15:04"), row.Report.Text, row.Report.Identity.Remark))
	}
	want := []string{`09-07 08:35 "一\n二\n三" "是否实名：TRUE"`, `09-08 08:35 "四" "是否实名：FALSE"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
