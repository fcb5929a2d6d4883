package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dengwen/intake/hotline"
)

// canaryWord begins the canaries that are words.
const canaryWord = "金丝雀"

// hotlineCanaries are those that a large ledger and a call record hold, and
// what the files are called.
func hotlineCanaries(number string) map[string]string {
	canary := map[string]string{"电话": "139000998877" + number, "主叫": "136000998877" + number, "被叫": "137000998877" + number}
	for _, what := range []string{"来电人", "对象", "单位", "职务", "问题", "记录人", "备注", "经办", "不予接收的问题", "有误的时间", "有误的问题", "批注", "文件名", "主叫名", "通道", "通话文件名"} {
		canary[what] = canaryWord + what + number + strings.Repeat("鸣", 4)
	}
	return canary
}

// What becomes of the rows of a large ledger, of each five hundred.
const (
	goodRows, lateRows, badRows = 1, 2, 2

	// bigRows is enough for excelize, and any reader that spools, to have
	// spooled, and for what is kept of every row to weigh.
	bigRows = 100_000
)

// bigLedger has few calls inside the hours, and thousands that are not sealed:
// the words of all must stay nowhere. Most rows are short and say what others
// say, or the tests would take minutes. The last column is for no field.
func bigLedger(canary map[string]string, rows int) [][]string {
	list := [][]string{{"序号", "来电时间", "反映问题", "来电人", "电话", "反映对象", "单位", "职务", "记录人", "备注", "经办编号"}}
	row := func(i int, at, text string) []string {
		return []string{fmt.Sprint(i), at, text + fmt.Sprint(i), canary["来电人"], canary["电话"], canary["对象"], canary["单位"], canary["职务"], canary["记录人"], canary["备注"], canary["经办"]}
	}
	for i := range rows {
		switch n := i % 500; {
		case n < goodRows:
			list = append(list, row(i, "2026-09-08 10:00:00", canary["问题"]))
		case n < goodRows+lateRows:
			list = append(list, row(i, "2026-09-08 20:00:00", canary["不予接收的问题"]))
		case n < goodRows+lateRows+badRows:
			list = append(list, row(i, canary["有误的时间"], canary["有误的问题"]))
		default:
			list = append(list, []string{"", "2026-09-08 20:00:00", canary["不予接收的问题"] + fmt.Sprint(i/(hotline.MaxAlike/2))})
		}
	}
	return list
}

// A dialled call is one of an exchange's record: what its columns hold beside
// what is the same in all that are written here.
type dialled struct{ at, from, to, name, channel, account string }

// callRecord is what an exchange writes of answered calls, with the heads of
// FreePBX.
func callRecord(t testing.TB, calls ...dialled) []byte {
	t.Helper()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Write(strings.Split("calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,accountcode,uniqueid,userfield,did,cnum,cnam,recordingfile,linkedid,sequence", ","))
	for i, c := range calls {
		id, channel := fmt.Sprintf("1788910000.%d", i), "SIP/"+c.channel
		w.Write([]string{c.at, `"` + c.name + `" <` + c.from + ">", c.from, c.to, "from-trunk", channel + "-1", channel + "-2", "Dial", channel + ",20", "320", "298", "ANSWERED", "3",
			c.account, id, c.account, c.to, c.from, c.name, c.channel + ".wav", id, "1"})
	}
	if w.Flush(); w.Error() != nil {
		t.Fatal(w.Error())
	}
	return text.Bytes()
}

// canaryCalls writes the record of three calls: one goes in, one came before
// the inspection, and one has no time that can be read.
func canaryCalls(t testing.TB, path string, canary map[string]string) {
	t.Helper()
	var calls []dialled
	for _, at := range []string{"2026-09-08 10:00:00", "2026-08-08 10:00:00", canary["有误的时间"]} {
		calls = append(calls, dialled{at, canary["主叫"], canary["被叫"], canary["主叫名"], canary["通道"], canary["经办"]})
	}
	if err := os.WriteFile(path, callRecord(t, calls...), 0o600); err != nil {
		t.Fatal(err)
	}
}

var uploadForm = regexp.MustCompile(`/import/confirm"[^>]*><input type="hidden" name="token" value="([^"]+)"><input type="hidden" name="file" value="([^"]+)"`)

// checkAtDesk sends a file at the desk and waits for its preview, which must
// say what is wanted. It returns what confirms it.
func (d *day) checkAtDesk(c *http.Client, at, path string, fields url.Values, preview string) (confirm url.Values) {
	d.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	fields.Set("token", formToken(d.t, d.get(c, at+"import")))
	page := d.send(c, at+"import", nil, fields, "file", map[string]string{filepath.Base(path): string(data)})
	form := uploadForm.FindStringSubmatch(d.settled(c, at, page, preview))
	if form == nil {
		d.t.Fatalf("nothing to confirm in\n%s", page)
	}
	return url.Values{"token": {form[1]}, "file": {form[2]}}
}

// settled waits until the page of a file says what is wanted, and returns it.
func (d *day) settled(c *http.Client, at, page, want string) string {
	d.t.Helper()
	eventually(d.t, "the desk shows "+want, func() bool {
		if !strings.Contains(page, want) {
			page = d.get(c, at+"import")
		}
		return strings.Contains(page, want)
	})
	return page
}

// takeAtDesk sends a file, confirms it and returns the page that says what
// became of it.
func (d *day) takeAtDesk(c *http.Client, at, path string, fields url.Values, preview, result string) string {
	d.t.Helper()
	confirm := d.checkAtDesk(c, at, path, fields, preview)
	return d.settled(c, at, d.post(c, at+"import/confirm", nil, confirm, nil), result)
}
