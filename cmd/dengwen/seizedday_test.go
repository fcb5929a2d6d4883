package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/mailpoll/memserver"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// A day is an inspection being served by its two processes, with its mailbox.
type day struct {
	t             testing.TB
	dir, config   string
	serve, desk   *process
	public, staff string // addresses, with http:// and without the last slash
	metrics       string
}

// beginDay starts both processes on an inspection with these mails.
func beginDay(t testing.TB, env []string, mails ...[]byte) *day {
	t.Helper()
	config, dir := inspection(t)
	at := clockAt(testNow)()
	mailbox := memserver.New("box", "secret")
	for i, raw := range mails {
		if err := mailbox.Append("INBOX", at.Add(-time.Duration(i+1)*time.Minute), raw); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go mailbox.Serve(l)
	t.Cleanup(func() { mailbox.Close() })
	appendConfig(t, config, fmt.Sprintf(`
[public]
listen = "127.0.0.1:0"
[desk]
listen = "127.0.0.1:0"
[metrics]
listen = "127.0.0.1:0"
[mail]
address = %q
tls = "none"
username = "box"
accepted = "Accepted"
refused = "Refused"
quarantine = "Quarantine"
`, l.Addr()))
	d := &day{t: t, dir: dir, config: config}
	d.serve = start(t, append(env, "DENGWEN_MAIL_PASSWORD=secret"), "serve", "--config", config)
	d.public = "http://" + d.serve.await(`for=public at=(\S+)`)
	d.metrics = "http://" + d.serve.await(`for=metrics at=(\S+)`)
	d.desk = start(t, env, "desk", "--config", config)
	d.staff = "http://" + d.desk.await(`for=desk at=(\S+)`)
	return d
}

// do sends a request and returns its page, which must have the status.
func (d *day) do(c *http.Client, status int, r *http.Request) string {
	d.t.Helper()
	answer, err := c.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if answer.StatusCode != status {
		d.t.Fatalf("%s %s: status %d\n%s", r.Method, r.URL, answer.StatusCode, page)
	}
	return string(page)
}

func (d *day) get(c *http.Client, address string) string {
	d.t.Helper()
	r, err := http.NewRequest("GET", address, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	return d.do(c, http.StatusOK, r)
}

// post sends a form with fields and files.
func (d *day) post(c *http.Client, address string, header http.Header, fields url.Values, files map[string]string) string {
	d.t.Helper()
	return d.send(c, address, header, fields, "files", files)
}

// send sends a form with fields, and then files in the place that is named.
func (d *day) send(c *http.Client, address string, header http.Header, fields url.Values, place string, files map[string]string) string {
	d.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, v := range values {
			w.WriteField(name, v)
		}
	}
	for name, data := range files {
		part, err := w.CreateFormFile(place, name)
		if err != nil {
			d.t.Fatal(err)
		}
		io.WriteString(part, data)
	}
	w.Close()
	r, err := http.NewRequest("POST", address, &body)
	if err != nil {
		d.t.Fatal(err)
	}
	for name := range header {
		r.Header.Set(name, header.Get(name))
	}
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Content-Type", w.FormDataContentType())
	return d.do(c, http.StatusOK, r)
}

// awaitStatus waits until the box's status is as wanted.
func (d *day) awaitStatus(wanted func(entry.Status) bool) {
	d.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(time.Minute); ; {
		_, out, errs := here(d.t.Context(), nil, "status", "--config", d.config, "--json")
		var s entry.Status
		if err := json.Unmarshal([]byte(out), &s); err == nil && wanted(s) {
			return
		}
		select {
		case <-again.C:
		case <-late:
			d.t.Fatalf("the status stays %s %s\n%s", out, errs, d.serve.said())
		}
	}
}

// A staff browser keeps its cookies.
func staffBrowser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

var hidden = regexp.MustCompile(`name="token" value="([^"]+)"`)

// signIn signs in at the desk and returns the queue's page and address.
func (d *day) signIn(c *http.Client, phrase string) (queue, at string) {
	d.t.Helper()
	form := d.get(c, d.staff+"/sign-in")
	c.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		at = r.URL.Scheme + "://" + r.URL.Host + r.URL.Path
		return nil
	}
	queue = d.post(c, d.staff+"/sign-in", nil, url.Values{"name": {"leader"}, "passphrase": {phrase}, "token": {formToken(d.t, form)}}, nil)
	return queue, at
}

func formToken(t testing.TB, page string) string {
	t.Helper()
	found := hidden.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no token in\n%s", page)
	}
	return found[1]
}

// dayRows is the size of the ledger that is sent in at the desk, in rows.
const dayRows = 10_000

// TestSeizedDay takes one report through each channel and its whole day,
// through the real processes, and then searches the disk, the processes'
// output and the metrics for all that was said and for who said it.
func TestSeizedDay(t *testing.T) {
	canary := map[string]string{"user agent": "CanaryBrowser/19.4 (Xyzzy)", "forwarded address": "198.51.100.213", "referrer": "canary-referrer.example.invalid", "host cookie": "canarycookie0192",
		"client address": "127.83.19.54", "mail sender": "canary.sender@example.invalid", "message id": "canary-message-id-77@example.invalid", "mail relay": "203.0.113.199", "call number": "13900099887755",
		"file metadata": "CanaryCameraSerial-5521", "host": "canary-host.example.invalid"}
	for _, what := range []string{"单位", "对象", "职务", "标题", "正文", "姓名", "联系方式", "文件名", "附件内容", "补充内容", "补充文件名", "来信标题", "来信正文", "来信附件名", "来信附件", "来电问题", "来电人", "备注", "答复"} {
		canary[what] = "金丝雀" + what + strings.Repeat("鸣", 6)
	}
	hotline := hotlineCanaries("55")
	for what, text := range hotline {
		canary["登记表的"+what] = text
	}
	tmp := t.TempDir()
	d := beginDay(t, []string{"TMPDIR=" + tmp}, canaryMail(canary))
	phrase, err := os.ReadFile(filepath.Join(d.dir, "passphrase.txt"))
	if err != nil {
		t.Fatal(err)
	}
	canary["passphrase"] = strings.TrimSpace(string(phrase))

	// A member of the public, from an address of their own.
	reporter := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(canary["client address"])}}).DialContext(ctx, network, address)
	}}}
	told := http.Header{"User-Agent": {canary["user agent"]}, "X-Forwarded-For": {canary["forwarded address"]}, "X-Real-Ip": {canary["forwarded address"]}, "Forwarded": {"for=" + canary["forwarded address"]},
		"Referer": {"http://" + canary["referrer"] + "/"}, "Cookie": {"a=" + canary["host cookie"]}}
	receipt := d.post(reporter, d.public+"/report", told, url.Values{"unit": {canary["单位"]}, "person": {canary["对象"]}, "post": {canary["职务"]}, "subject": {canary["标题"]}, "text": {canary["正文"]},
		"contact_name": {canary["姓名"]}, "contact_way": {canary["联系方式"]}}, map[string]string{canary["文件名"] + ".txt": canary["附件内容"] + canary["file metadata"]})
	code := regexp.MustCompile(`\d{4}(\s\d{4}){5}`).FindString(receipt)
	if code == "" {
		t.Fatalf("no receipt in\n%s", receipt)
	}
	canary["receipt"], canary["receipt in groups"] = strings.ReplaceAll(code, " ", ""), code
	d.post(reporter, d.public+"/receipt/add", told, url.Values{"receipt": {code}, "text": {canary["补充内容"]}}, map[string]string{canary["补充文件名"]: canary["附件内容"]})

	// The duty officer's ledger, and the mail.
	ledger := filepath.Join(t.TempDir(), "ledger.csv")
	row := fmt.Sprintf("来电时间,来电人,电话,反映问题\n2026-09-11 09:00:00,%s,%s,%s\n", canary["来电人"], canary["call number"], canary["来电问题"])
	if err := os.WriteFile(ledger, []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := here(t.Context(), nil, "import", "--config", d.config, ledger); code != exitDone {
		t.Fatalf("%s %s", out, errs)
	}
	d.awaitStatus(func(s entry.Status) bool { return s.Accepted[intake.Mail] == 1 })

	// The desk has all three, and acts.
	c := staffBrowser(t)
	queue, at := d.signIn(c, canary["passphrase"])
	for _, title := range []string{"标题", "来信标题", "来电问题"} {
		if !strings.Contains(queue, canary[title]) {
			t.Fatalf("the queue does not show the %s:\n%s", title, queue)
		}
	}
	id := ""
	for _, link := range regexp.MustCompile(`(?s)report/([0-9a-f]{32})[^>]*>(.*?)</a>`).FindAllStringSubmatch(queue, -1) {
		if strings.Contains(link[2], canary["标题"]) {
			id = link[1]
		}
	}
	report := at + "report/" + id
	page := d.get(c, report)
	for _, what := range []string{"正文", "单位", "对象", "职务", "文件名", "补充内容", "补充文件名"} {
		if !strings.Contains(page, canary[what]) {
			t.Errorf("the desk does not show the %s", what)
		}
	}
	for _, what := range []string{"姓名", "联系方式"} {
		if strings.Contains(page, canary[what]) {
			t.Errorf("the desk shows the %s without being asked for it", what)
		}
	}
	d.post(c, report+"/note", nil, url.Values{"text": {canary["备注"]}, "token": {formToken(t, page)}}, nil)
	d.post(c, report+"/reply", nil, url.Values{"text": {canary["答复"]}, "token": {formToken(t, page)}}, nil)
	if identity := d.post(c, report+"/identity", nil, url.Values{"token": {formToken(t, page)}}, nil); !strings.Contains(identity, canary["姓名"]) {
		t.Errorf("the identity is not shown:\n%s", identity)
	}
	if back := d.post(reporter, d.public+"/receipt", told, url.Values{"receipt": {code}}, nil); !strings.Contains(back, canary["答复"]) {
		t.Errorf("the answer does not come back:\n%s", back)
	}

	// A file that somebody sends in at the desk, and the calls of the exchange.
	files := t.TempDir()
	book, calls := filepath.Join(files, hotline["文件名"]+".xlsx"), filepath.Join(files, hotline["通话文件名"]+".csv")
	workbook(t, book, [][][]string{bigLedger(hotline, dayRows)})
	canaryCalls(t, calls, hotline)
	good := fmt.Sprint(dayRows / 500 * goodRows)
	if page := d.takeAtDesk(c, at, book, url.Values{}, ">"+good+"</span> accepted", good+" reports were taken in"); !strings.Contains(page, hotline["文件名"]) {
		t.Error("the desk does not show what the file is called")
	}
	d.takeAtDesk(c, at, calls, url.Values{"zone": {"Asia/Shanghai"}}, ">1</span> accepted", "1 call was taken in")
	if found := d.get(c, at+"calls"); strings.Contains(found, hotline["主叫"]) {
		t.Error("the calls are shown with the whole number")
	}
	if !strings.Contains(d.get(c, at+"?channel=hotline"), hotline["问题"]) {
		t.Error("the queue does not show what was sent in at the desk")
	}

	// What the outside of the box shows.
	metrics := d.get(http.DefaultClient, d.metrics+"/metrics")
	for _, want := range []string{`dengwen_accepted_total{channel="web"} 0`, `dengwen_accepted_total{channel="hotline"} 0`, "dengwen_mail_connected 1", `dengwen_open{channel="web"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics do not have %s: counts stand still until the day is closed", want)
		}
	}
	if ok := d.get(http.DefaultClient, d.metrics+"/healthz"); ok != "ok\n" {
		t.Errorf("health: %q", ok)
	}
	limitsOf(t, d.serve)
	limitsOf(t, d.desk)
	d.desk.end()
	d.serve.end()
	if err := os.Remove(filepath.Join(d.dir, "passphrase.txt")); err != nil {
		t.Fatal(err)
	}
	found := storetest.FindTraces(t, canary, d.dir, tmp)
	found = append(found, storetest.TracesIn("serve's output", []byte(d.serve.said()), canary)...)
	found = append(found, storetest.TracesIn("desk's output", []byte(d.desk.said()), canary)...)
	found = append(found, storetest.TracesIn("the metrics", []byte(metrics), canary)...)
	for _, f := range found {
		t.Error(f)
	}
	if left := names(t, tmp); len(left) > 0 {
		t.Errorf("left in the temporary directory: %v", left)
	}
}

// canaryMail is a mail with an attachment and a long trail.
func canaryMail(canary map[string]string) []byte {
	word := func(s string) string { return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }
	lines := []string{
		"Received: from canary ([" + canary["mail relay"] + "]) by mx.example.invalid; Fri, 11 Sep 2026 09:00:00 +0800",
		"Message-ID: <" + canary["message id"] + ">", "From: " + word(canary["姓名"]) + " <" + canary["mail sender"] + ">", "To: box@example.invalid",
		"X-Originating-IP: " + canary["mail relay"], "Subject: " + word(canary["来信标题"]), "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
		"--b", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString([]byte(canary["来信正文"])),
		"--b", "Content-Type: application/octet-stream", `Content-Disposition: attachment; filename="` + word(canary["来信附件名"]) + `"`, "Content-Transfer-Encoding: base64", "",
		base64.StdEncoding.EncodeToString([]byte(canary["来信附件"] + canary["file metadata"])), "--b--", "",
	}
	return []byte(strings.Join(lines, "\r\n"))
}

// limitsOf checks that a process leaves no core.
func limitsOf(t testing.TB, p *process) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^Max core file size +0 +0 `).Match(text) {
		t.Errorf("%v: a core may be dumped:\n%s", p.Args, text)
	}
}
