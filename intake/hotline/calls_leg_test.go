package hotline

import (
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// Times that cannot be told, or that there were twice or never, are bad. What
// is read is what parseClock reads; this is what a call record adds.
func TestCallTimes(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	const head = "calldate,src,dst,billsec,disposition\n"
	for cell, want := range map[string]string{
		"2026-03-02 09:00:00":       "2 14:00:00 139>8001 5",
		"2026/3/2 9:00":             "2 14:00:00 139>8001 5",
		"2026-03-02T09:00:00+08:00": "2 01:00:00 139>8001 5",
		"46083.375":                 "2 14:00:00 139>8001 5",
		"2026-03-08 02:30:00":       "2 bad-time in calldate", // summer time skips it
		"2026-11-01 01:30:00":       "2 bad-time in calldate", // and repeats it
		"2026-11-01 02:30:00":       "2 07:30:00 139>8001 5",
		"09/07/2026 10:00:00":       "2 bad-time in calldate",
		"2/3/26 10:00":              "2 bad-time in calldate",
		"0000-00-00 00:00:00":       "2 bad-time in calldate",
		"2026-03-02":                "2 no-time in calldate",
		"":                          "2 no-time in calldate",
		"10:00:00":                  "2 no-date in calldate",
	} {
		got := sayCalls(t, openCalls(t, []byte(head+cell+",139,8001,5,ANSWERED\n"), Options{CallZone: newYork}))
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", cell, diff)
		}
	}
}

// The seconds of CUCM are the same instant in every zone.
func TestEpochSeconds(t *testing.T) {
	want := callMeanings(t, openCalls(t, testdata(t, "cucm.txt"), Options{}))
	if diff := cmp.Diff(want, callMeanings(t, openCalls(t, testdata(t, "cucm.txt"), Options{CallZone: time.UTC}))); diff != "" {
		t.Error(diff)
	}
	for row, reason := range map[string]Reason{
		"1,1,1,,139,8001,0,0": NoTime, "1,1,1,x,139,8001,0,0": BadTime, "1,1,1,99999999999999999999,139,8001,0,0": BadTime, "1,1,1,-1,139,8001,0,0": BadTime,
		"1,1,1,1772413200,139,8001,,0": BadStatus, "1,1,1,1772413200,139,8001,1772413205,": BadStatus, ",1,1,1772413200,139,8001,0,0": BadStatus, "x,1,1,1772413200,139,8001,0,0": BadStatus,
	} {
		const head = "cdrRecordType,globalCallID_callManagerId,globalCallID_callId,dateTimeOrigination,callingPartyNumber,finalCalledPartyNumber,dateTimeConnect,duration\n"
		rows := readCalls(t, openCalls(t, []byte(head+row+"\n"), Options{}))
		if len(rows) != 1 || rows[0].Bad == nil || rows[0].Bad.Reason != reason {
			t.Errorf("%s: %+v", row, rows)
		}
	}
}

func TestTelephone(t *testing.T) {
	for cell, want := range map[string]string{
		"13900000001": "13900000001", `"139" <13900000001>`: "13900000001", `<13900000001>`: "13900000001", "华某<13900000001>": "13900000001",
		"Hua Mou (13900000001)": "13900000001", "华某（１３９０）": "1390", "'13900000001": "13900000001", "+86 139-0000-0001": "+86 139-0000-0001",
		"(010) 1234": "(010) 1234", "010(1234)": "010(1234)", "Hua (Mou)": "Hua (Mou)", " 1390 ": "1390",
		"anonymous": "", "Unknown": "", `"Anonymous" <anonymous>`: "", "unavailable": "", "private": "", "Restricted": "", "匿名": "", "": "", "<>": "",
	} {
		if got := caller(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
	if got := telephone("Restricted"); got != "Restricted" {
		t.Errorf("the one called: %q", got)
	}
}

func TestSeconds(t *testing.T) {
	for cell, want := range map[string]int{
		"0": 0, "64": 64, "00:01:04": 64, "1:00:00": 3600, "100:00:01": 360001, "00:00:15.4": 15,
		"": -1, "1:04": -1, "-5": -1, "5.5": -1, "00:60:00": -1, "00:1:00": -1, "9999999999": -1, "::": -1, "99999:00:00": -1, "x": -1,
	} {
		got, ok := seconds(cell)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", cell, got, want)
		}
	}
}

// What cannot be told apart, or is too long, is bad and named.
func TestBadLegs(t *testing.T) {
	const head = "AcctId,src,dst,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,amaflags,uniqueid,userfield\n"
	const tail = "Dial,x,2026-03-02 09:00:00,,2026-03-02 09:00:09,9,0,BUSY,3,1772413200.1,"
	for row, want := range map[string]string{
		"1,139,8001,a,SIP/t,SIP/8001," + tail:                                     "2 01:00:00 139>8001 -",
		"1,139,8001,a,b,SIP/t,SIP/8001," + tail + "x,y":                           "2 01:00:00 139>8001 -",
		"1,139,8001,\"a,b\" <139>,SIP/t,SIP/8001," + tail:                         "2 01:00:00 139>8001 -",
		"1,139,8001,\"a,b <139>,SIP/t,SIP/8001," + tail:                           "2 01:00:00 139>8001 -",
		"1,139,8001,a,SIP/t,SIP/8001," + tail + strings.Repeat(",", 40) + "x":     "2 bad-quotes in AcctId",
		"1,139,8001,\"a\"b\",SIP/t,SIP/8001," + strings.Repeat("x,", 50) + tail:   "2 bad-quotes in AcctId",
		"1,1\xff9,8001,a,SIP/t,SIP/8001," + tail:                                  "2 bad-encoding in src",
		"1," + strings.Repeat("1", intake.MaxField+1) + ",8001,a,SIP/t,," + tail:  "2 too-long in src",
		"1,139," + strings.Repeat("1", intake.MaxField+1) + ",a,SIP/t,," + tail:   "2 too-long in dst",
		"1,139,8001,a,SIP/t,,Dial,x,2026-03-02 09:00:00,,,9,,BUSY,3,1772413200.1": "2 01:00:00 139>8001 -",
		"1,139,8001,a,SIP/t,,Dial,x,2026-03-02 09:00:00,,,,x,BUSY,3,1772413200.1": "2 bad-status in billsec",
	} {
		if diff := cmp.Diff([]string{want}, sayCalls(t, openCalls(t, []byte(head+row+"\n"), Options{}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row, diff)
		}
	}
}

// A row that fits in two ways says two things, and so nothing.
func TestTwoWaysToCutARow(t *testing.T) {
	const head = "AcctId,clid,src,dst,userfield,dcontext,start,billsec,disposition\n"
	const row = "1,a,139,138,137,x,2026-03-02 09:00:00,5,ANSWERED\n"
	if got := sayCalls(t, openCalls(t, []byte(head+"1,a,139,138,x,x,2026-03-02 09:00:00,5,ANSWERED\n"), Options{})); len(got) != 1 || got[0] != "2 01:00:00 139>138 5" {
		t.Error(got)
	}
	if got := sayCalls(t, openCalls(t, []byte(head+strings.Replace(row, "x", "x,x", 1)), Options{})); len(got) != 1 || got[0] != "2 bad-quotes in AcctId" {
		t.Error(got)
	}
}

// Quotes protect commas even where they are part of a field; a line of 3CX
// without a time may have a key of its own; the first line of Master.csv is a
// row, and a bad one too.
func TestOddLegs(t *testing.T) {
	master := string(testdata(t, "asterisk-Master.csv"))
	first, _, _ := strings.Cut(master, "\n")
	for name, c := range map[string]struct {
		record string
		want   []string
	}{
		"quotes": {"AcctId,cnam,src,dst,start,billsec,disposition\n1,\"Hua, Mou\" x,139,8001,2026-03-02 09:00:00,5,ANSWERED\n", []string{"2 01:00:00 139>8001 5"}},
		"keys": {"Call Time,Call ID,From,To,Status,Talking\n2026-03-02 09:00:00,a,139,8001,unanswered,\n2026-03-02 10:00:00,b,138,8001,unanswered,\n,a,,8002,answered,0:00:05\n",
			[]string{"2 01:00:00 139>8002 5", "3 02:00:00 138>8001 -"}},
		"Master.csv": {"通话记录\n" + strings.Replace(first, "ANSWERED", "PERHAPS", 1) + "\n" + master, []string{"2 bad-status in disposition", "3 17:00:00 13900000001>8001 364", "4 20:00:00 >s -"}},
	} {
		if diff := cmp.Diff(c.want, sayCalls(t, openCalls(t, []byte(c.record), Options{}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Rows that were made to fit in every way cost no more than others.
func TestRowsThatFitAnywhere(t *testing.T) {
	const rows = 1_000
	head := "src,dst,dcontext,disposition,start,billsec,clid,lastdata,userfield" + strings.Repeat(",clid", 200) + "\n"
	row := "139,8001,x,BUSY,2026-03-02 09:00:00,0" + strings.Repeat(",a", 203+maxCommas) + "\n"
	var w callWalker
	l := openCalls(t, []byte(head+strings.Repeat(row, rows)), Options{})
	w = callWalker{callPage: l.pages[0], zone: shanghai, tries: triesAtFirst}
	n := 0
	for rec, err := range w.table.records(len(w.heads)) {
		if err != nil {
			t.Fatal(err)
		}
		if g, ok := w.next(rec); ok && g.bad != nil {
			n++
		}
	}
	if n < rows*9/10 || w.tries > triesAtFirst {
		t.Errorf("%d of %d rows were given up, %d tries left", n, rows, w.tries)
	}
	// The ledger of tries is enough for a long file of rows as they are.
	b := testdata(t, "grandstream.csv")
	head, row, _ = strings.Cut(string(b), "\n")
	row, _, _ = strings.Cut(row, "\n")
	if got := sayCalls(t, openCalls(t, []byte(head+"\n"+strings.Repeat(row+"\n", 5_000)), Options{})); len(got) != 1 {
		t.Errorf("%d rows of one call", len(got))
	}
}
