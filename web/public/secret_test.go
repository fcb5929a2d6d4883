package public_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
	"dengwen/web/ui"
)

// serve serves the site on loopback until the test ends.
func (w *world) serve(t testing.TB) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- ui.Serve(ctx, l, w.handler, slog.New(slog.NewTextHandler(w.log, nil))) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// Nothing about who asks is anywhere: not in an answer, in the log, or in the
// box; and what was written is in the box and the log in no form that can be
// read.
func TestNoTraces(t *testing.T) {
	w := newWorld(t)
	client := map[string]string{
		"User-Agent": "canary-agent-7f3a", "X-Forwarded-For": "198.51.100.77", "X-Real-Ip": "198.51.100.78", "Forwarded": "for=198.51.100.79",
		"Referer": "https://canary-referer.invalid/page", "Cookie": "canary-cookie=9d1b", "Origin": "https://canary-origin.invalid", "X-Forwarded-Host": "canary-forwarded.invalid",
		"Host": "canary-host.invalid",
	}
	written := map[string]string{"text": "正文里的暗号甲子乙丑", "contact_name": "姓名暗号丙寅", "contact_way": "联系暗号丁卯", "subject": "标题暗号戊辰",
		"person": "人名暗号己巳", "post": "职务暗号庚午", "unit": "单位暗号辛未", "file name": "文件暗号壬申.jpg", "file": "附件暗号癸酉"}
	values := url.Values{}
	for name, v := range written {
		if !strings.HasPrefix(name, "file") {
			values.Set(name, v)
		}
	}
	upload := file{written["file name"], written["file"]}
	address := w.serve(t)
	var all strings.Builder
	var receipts []string
	send := func(r *http.Request) page {
		t.Helper()
		r.Host = client["Host"]
		for name, v := range client {
			if name != "Host" {
				r.Header.Set(name, v)
			}
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		r.Header.Set("Connection", "close")
		// The server may answer and hang up before it has read all of it.
		_ = r.Write(conn)
		resp, err := http.ReadResponse(bufio.NewReader(conn), r)
		if err != nil {
			t.Fatal(r.Method, r.URL, err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		fmt.Fprintln(&all, resp.Header, string(body))
		p := page{resp.StatusCode, resp.Header, string(body)}
		p.check(t, r)
		return p
	}
	for _, path := range []string{"/", "/report", "/receipt", "/checkpoint", "/privacy", "/nowhere", "/report?lang=en", "/receipt/add", "/receipt/delete", "/receipt/proof"} {
		send(httptest.NewRequest("GET", path, nil))
		send(httptest.NewRequest("TRACE", path, nil))
	}
	values.Set("stamp", w.stamp(t)) // without one, a foreign Origin is told
	p := send(multi(t, "/report", values, upload))
	receipts = append(receipts, p.code(t), strings.ReplaceAll(p.code(t), " ", ""))
	w.answer(t, "答复")
	send(multi(t, "/report", url.Values{}, upload))
	send(multi(t, "/report", values, upload, file{"large", strings.Repeat("x", 2000)}))
	send(multi(t, "/receipt", url.Values{"receipt": {p.code(t)}}))
	send(multi(t, "/receipt/add", url.Values{"receipt": {p.code(t)}, "text": {written["text"]}, "stamp": {w.stamp(t)}}, upload))
	send(multi(t, "/receipt", url.Values{"receipt": {"1"}}))
	// What is refused as foreign, as stale and as a robot's.
	for name, v := range map[string]string{"stamp": "", "homepage": "x"} {
		send(multi(t, "/report", altered(values, name, v), upload))
	}
	send(multi(t, "/report", altered(values, "stamp", "AAAA"), upload))
	proof := url.Values{"receipt": {p.code(t)}}
	send(multi(t, "/receipt/proof", proof))
	thread, err := w.Thread(t.Context(), p.code(t))
	if err != nil || len(thread.Replies) != 1 {
		t.Fatal(thread, err)
	}
	for _, reply := range []string{thread.Replies[0].ID, client["User-Agent"]} {
		send(multi(t, "/receipt/delete", url.Values{"receipt": {p.code(t)}, "reply": {reply}}))
	}
	w.Clock.Add(10 * 3600e9)
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	if proven := send(multi(t, "/receipt/proof", proof)); !proven.shows("c2sp.org/tlog-proof@v1") {
		t.Error("no proof was looked at")
	}
	proof.Set("file", "1")
	send(multi(t, "/receipt/proof", proof))
	send(multi(t, "/report", values, upload))
	// What is no request at all, and one that breaks off.
	for _, bytes := range []string{"\x16\x03\x01 no HTTP\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + client["Host"] + "\r\nUser-Agent: " + client["User-Agent"] + "\r\nbad header\r\n\r\n", "POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: multipart/form-data; boundary=B\r\n\r\n--B"} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, bytes)
		conn.(*net.TCPConn).CloseWrite()
		answer, _ := io.ReadAll(conn)
		all.Write(answer)
		conn.Close()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	client["address"] = "127.0.0.1"
	found := storetest.TracesIn("an answer", []byte(all.String()), client)
	found = append(found, storetest.TracesIn("the log", []byte(w.log.text()), client)...)
	found = append(found, storetest.TracesIn("the log", []byte(w.log.text()), written)...)
	found = append(found, storetest.FindTraces(t, client, w.Path, w.temp)...)
	found = append(found, storetest.FindTraces(t, written, w.Path, w.temp)...)
	found = append(found, storetest.FindTraces(t, map[string]string{"receipt": receipts[0], "receipt in a row": receipts[1]}, w.Path, w.temp)...)
	for _, f := range found {
		t.Error(f)
	}
	if !strings.Contains(all.String(), "已经收下") {
		t.Error("the answers were not looked at")
	}
}

// A crowd: each gets a receipt of its own, and none fails.
func TestCrowd(t *testing.T) {
	w := newWorld(t)
	address := w.serve(t)
	transport := &http.Transport{MaxConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	const senders, each = 32, 4
	var mu sync.Mutex
	codes := map[string]string{}
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() {
			for j := range each {
				text := fmt.Sprintf("第%d人反映的第%d件事情", i, j)
				r := multi(t, "/report", url.Values{"text": {text}}, file{"a.txt", text})
				r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", address
				resp, err := transport.RoundTrip(r)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Error(resp.StatusCode, err)
					return
				}
				code := page{body: string(body)}.code(t)
				mu.Lock()
				codes[code] = text
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	texts := map[string]bool{}
	for _, r := range w.reports(t) {
		texts[r.Text] = r.Bytes[0] == r.Text
	}
	if len(codes) != senders*each || len(texts) != senders*each {
		t.Errorf("%d receipts for %d reports", len(codes), len(texts))
	}
	for code, text := range codes {
		thread, err := w.Thread(t.Context(), code)
		if err != nil || thread.State != intake.Received || !texts[text] {
			t.Errorf("%s: %+v %v", text, thread, err)
		}
	}
}
