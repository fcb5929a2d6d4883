package hotline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// masterLine is a line of Master.csv with what cdr.conf adds to it.
func masterLine(src, at, added string) string {
	return fmt.Sprintf(`"","%s","8001","in","x","SIP/t-1","SIP/8001-2","Dial","SIP/8001,30","2026-03-02 %s:00","2026-03-02 %[2]s:00","",9,5,"ANSWERED","DOCUMENTATION"%s`+"\n", src, at, added)
}

// A key that is the same for calls that are not one joins none of them.
func TestKeysThatAreNone(t *testing.T) {
	const head = "calldate,src,dst,disposition,billsec,uniqueid\n"
	row := func(at, src, key string) string {
		return fmt.Sprintf("2026-03-%s,%s,8001,ANSWERED,5,%s\n", at, src, key)
	}
	for name, c := range map[string]struct {
		file string
		want int
	}{
		"a user field":          {masterLine("1", "01:00", `,"hotline"`) + masterLine("2", "02:00", `,"hotline"`) + masterLine("3", "03:00", `,"hotline"`), 3},
		"an exponent":           {head + row("02 09:00", "1", "1.77E+09") + row("02 09:00", "2", "1.77E+09"), 2},
		"a narrow column":       {head + row("02 09:00", "1", "####") + row("02 09:00", "2", "####"), 2},
		"the count cut off":     {head + row("02 09:00", "1", "1772413200") + row("02 09:00", "2", "1772413200"), 2},
		"eleven days later":     {head + row("02 09:00", "1", "a.1") + row("13 09:00", "2", "a.1") + row("02 09:01", "1", "a.1"), 2},
		"thirteen hours later":  {head + row("02 05:00", "1", "a.1") + row("02 18:00", "2", "a.1"), 2},
		"over midnight":         {head + row("02 23:59", "1", "a.1") + row("03 00:01", "1", "a.1"), 1},
		"over midnight, turned": {head + row("03 00:01", "1", "a.1") + row("02 23:59", "1", "a.1"), 1},
		"after noon":            {head + row("02 19:59", "1", "a.1") + row("02 20:01", "1", "a.1"), 1},
		"a session": {"AcctId,src,dst,start,disposition,billsec,uniqueid,session\n1,139,6500,2026-03-02 09:00:00,ANSWERED,60,1.1,s-1\n2,139,8001,2026-03-02 09:00:20,ANSWERED,40,1.4,s-1\n" +
			"3,139,8001,2026-03-02 09:20:00,ANSWERED,40,1.9,s-2\n", 2},
	} {
		if got := readCalls(t, openCalls(t, []byte(c.file), Options{})); len(got) != c.want {
			t.Errorf("%s: %d calls, want %d", name, len(got), c.want)
		}
	}
}

// Master.csv with the columns that newcdrcolumns adds, with and without those
// before them: the linked id joins the legs.
func TestNewMasterColumns(t *testing.T) {
	for name, before := range map[string][2]string{
		"both":           {`,"1772413200.1",""`, `,"1772413200.2","x"`},
		"neither":        {"", ""},
		"the user field": {`,"hotline"`, `,"hotline"`},
		"the unique id":  {`,"1772413200.1"`, `,"1772413200.2"`},
	} {
		file := masterLine("139", "01:00", before[0]+`,"","1772413200.1",7`) + masterLine("139", "01:01", before[1]+`,"","1772413200.1",8`) +
			masterLine("139", "02:00", before[1]+`,"","1772416800.1",9`)
		want := []string{"1 17:00:00 139>8001 5", "3 18:00:00 139>8001 5"}
		if diff := cmp.Diff(want, sayCalls(t, openCalls(t, []byte(file), Options{}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A log that was cut into files begins within a line: it is named, not left out.
func TestCutMaster(t *testing.T) {
	file := `tion","1772413200.1",""` + "\n" + masterLine("139", "01:00", "")
	if diff := cmp.Diff([]string{"1 bad-quotes in accountcode", "2 17:00:00 139>8001 5"}, sayCalls(t, openCalls(t, []byte(file), Options{}))); diff != "" {
		t.Error(diff)
	}
}

// A text that many cells of a workbook share makes no work without end.
func TestSharedTextInCalls(t *testing.T) {
	row := func(status string) string {
		return `<row><c><v>46085.5</v></c><c t="s"><v>0</v></c><c><v>1</v></c><c t="str"><v>` + status + `</v></c><c><v>5</v></c></row>`
	}
	head := "<row>"
	for _, h := range []string{"Time", "Call From", "Call To", "Status", "Talk Duration"} {
		head += `<c t="str"><v>` + h + `</v></c>`
	}
	large := "<sst><si><t>" + strings.Repeat("字", MaxRecord/4) + "</t></si></sst>"
	l := openCalls(t, archive(t, replaced(t, raw(t, head+"</row>"+strings.Repeat(row("ANSWERED"), 2_000)), "xl/sharedStrings.xml", large)), Options{})
	n := 0
	for row, err := range l.Rows() {
		if err != nil {
			if n == 0 && strings.Contains(err.Error(), "the rows hold more than") {
				return
			}
			t.Fatal(err)
		}
		if row.Bad == nil || row.Bad.Reason != TooLong {
			t.Fatalf("line %d: %+v", row.Line, row.Bad)
		}
		n++
	}
	t.Errorf("%d rows and no end", n)
}

// A record that was sorted with its head has calls above it, beside titles.
func TestCallsAboveTheHead(t *testing.T) {
	file := "通话清单\n导出时间,2026-03-03 08:00:00\n1,2026-03-02 09:00:00,139,8001,5,ANSWERED\n2,2026-03-02 09:10:00,138,8001,5,ANSWERED\n" +
		"ID,Time,Call From,Call To,Talk Duration,Status\n3,2026-03-02 09:20:00,137,8001,5,ANSWERED\n"
	want := []string{"3 01:00:00 139>8001 5", "4 01:10:00 138>8001 5", "6 01:20:00 137>8001 5"}
	if diff := cmp.Diff(want, sayCalls(t, openCalls(t, []byte(file), Options{}))); diff != "" {
		t.Error(diff)
	}
}
