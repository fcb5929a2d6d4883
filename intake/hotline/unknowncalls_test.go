package hotline

import (
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
)

// A call record of a form that is not known is named as one, and no choice of
// columns, delimiter or format makes a ledger of it.
func TestUnknownCallRecords(t *testing.T) {
	for name, c := range map[string]struct{ text, time, words string }{
		"a web report of FreePBX": {"Call Date,Recording,System,CallerID,Outbound CallerID,DID,App,Destination,Disposition,Duration\n" +
			"2026-03-02 09:00:00,,1772413200.1,\"\"\"甲\"\" <139>\",,8001,Dial,8001,ANSWERED,00:12\n", "Call Date", "Destination"},
		"an old Yeastar":   {"Date,Source,Destination,Disposition,Duration\n2026-03-02 09:00:00,139,8001,ANSWERED,12\n", "Date", "Source"},
		"3CX":              {"historyid,callid,duration,time-start,time-end,from-no,to-no\nCall 1,1,00:00:12,2026/03/02 01:00:00,2026/03/02 01:00:12,139,8001\n", "time-start", "to-no"},
		"FusionPBX":        {"caller_id_name;caller_id_number;destination_number;start_stamp;duration;hangup_cause\n甲;139;8001;2026-03-02 09:00:00;12;NORMAL_CLEARING\n", "start_stamp", "hangup_cause"},
		"below a title":    {"Calls of March\n\nTime,Caller ID,Talk Duration(s),Remark\n2026-03-02 09:00:00,139,12,文\n", "Time", "Remark"},
		"with a tab":       {"time\tSrc. Trunk\tDst. Trunk\tnote\n2026-03-02 09:00:00\ta\tb\t文\n", "time", "note"},
		"without its time": {"src,dst,disposition,billsec,remark\n139,8001,ANSWERED,9,文\n", "src", "remark"},
	} {
		for _, opts := range []Options{{}, {Columns: map[Field]string{Time: c.time, Text: c.words}}, {Usual: map[Field]string{Time: c.time, Text: c.words}}, {Format: FreePBX}} {
			opts.Zone, opts.CallZone = shanghai, shanghai
			_, err := Open(strings.NewReader(c.text), int64(len(c.text)), opts)
			if !errors.Is(err, intake.ErrInvalid) || !strings.Contains(err.Error(), "looks like a call record") || !strings.Contains(err.Error(), "Cisco CUCM") || strings.Contains(err.Error(), "--map") {
				t.Errorf("%s: %+v: %v", name, opts.Columns, err)
			}
		}
	}
	sheet := book(t, false, map[string][][]any{"Sheet1": {{"Call Date", "CallerID", "Destination", "Disposition"}, {"2026-03-02 09:00:00", "139", "8001", "ANSWERED"}}})
	if err := wrong(t, sheet); err == nil || !strings.Contains(err.Error(), "looks like a call record") {
		t.Error(err)
	}
}

// What looks a little like a call record is none.
func TestNotUnknownCallRecords(t *testing.T) {
	for name, text := range map[string]string{
		"one such head":      "Time,Phone,Destination,Duration,Text\n2026-03-02 09:00:00,139,县,12,文\n",
		"with words":         "Time,CallerID,Destination,Content\n2026-03-02 09:00:00,139,8001,文\n",
		"of a duty office":   "来电时间,主叫号码,被叫号码,通话时长,状态,反映问题\n2026-03-02 09:00:00,139,8001,12,已接,文\n",
		"below a ledger":     "时间,内容\n2026-03-02 09:00:00,文\ncallerid,disposition\n",
		"words in the cells": "时间,主题\n2026-03-02 09:00:00,disposition\n",
	} {
		if rows := read(t, open(t, []byte(text), Options{})); len(rows) == 0 || rows[0].Report == nil {
			t.Errorf("%s: %+v", name, rows)
		}
	}
	text := "什么时候,Destination,说了什么\n2026-03-02 09:00:00,8001,文\n"
	if _, err := Open(strings.NewReader(text), int64(len(text)), Options{Zone: shanghai}); err == nil || !strings.Contains(err.Error(), "--map") {
		t.Error(err)
	}
}
