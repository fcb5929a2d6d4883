package public_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/store/storetest"
	"dengwen/web/public"
)

// What the form does not have is ignored, however much of it there is, and a
// name of a file costs no report.
func TestUnknown(t *testing.T) {
	w := newWorld(t)
	code := ""
	for _, path := range []string{"/report", "/receipt/add"} {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		field := func(name, value string) {
			if err := m.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 300 {
			field(fmt.Sprint("x", i), strings.Repeat("y", 2000))
		}
		field("text", "够十个字的一段正文在此")
		field("receipt", code)
		for name, body := range map[string]string{"photo": strings.Repeat("x", 70<<10), "files": "bytes", "avatar": strings.Repeat("x", 70<<10)} {
			part, err := m.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="` + name + "\"; filename=\"a\x01b\\c\"d.txt\""}})
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(part, body)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", path, &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		p := do(t, w.handler, r)
		if p.status != http.StatusOK {
			t.Fatal(path, p.status, p.words())
		}
		if path == "/report" {
			if code = p.code(t); !p.shows("1 个附件也已经封存") {
				t.Error("the receipt counts other files:", p.words())
			}
		}
	}
	for _, r := range w.reports(t) {
		if len(r.Files) != 1 || r.Files[0].Name != `c"d.txt` || r.Bytes[0] != "bytes" || r.Text != "够十个字的一段正文在此" {
			t.Errorf("%+v", r)
		}
	}
}

// A text beyond all measure comes back as far as it fits, with all the other
// words, and it is said of the text.
func TestLongText(t *testing.T) {
	w := newWorld(t)
	values := url.Values{}
	for k, list := range typed {
		values[k] = list
	}
	values.Set("text", strings.Repeat("长", 200_000))
	for _, files := range [][]file{nil, {{"小.jpg", "x"}}} {
		p := w.post(t, "/report", values, files...)
		begins := url.Values{"text": {strings.Repeat("长", 60_000)}}
		for k, list := range typed {
			if k != "text" {
				begins[k] = list
			}
		}
		if lost := saysBack(p, begins); p.status != 413 || len(lost) > 0 || !strings.Contains(p.body, `<li><a href="#text">写的内容太长`) || !p.shows("20,000") || p.shows("请减少附件") || len(files) > 0 != p.shows("小.jpg") {
			t.Errorf("%d, %d lost, %.3000s", p.status, len(lost), p.words())
		}
	}
	w.none(t, "long")
}

// sendSlowly writes at a pace, and returns the answer.
func sendSlowly(t *testing.T, conn net.Conn, whole []byte, piece int, every time.Duration) page {
	t.Helper()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for rest := whole; len(rest) > 0; {
			n := min(piece, len(rest))
			if _, err := conn.Write(rest[:n]); err != nil {
				return
			}
			rest = rest[n:]
			<-time.After(every)
		}
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	<-sent
	return page{status: resp.StatusCode, body: string(body)}
}

// What is refused is read to its end at the pace of a slow line, so that the
// browser shows the page; whoever drips is left after a minute.
func TestRefusedSlowly(t *testing.T) {
	for _, tt := range []struct {
		what  string
		stamp bool // one with a stamp may have been taken before
		size  int  // of the file
		piece int
		least time.Duration
		most  time.Duration
	}{
		{"4 MB at 70 KB a second", false, 4 << 20, 70 << 10, 58 * time.Second, 61 * time.Second},
		{"9 MB at 200 KB a second", false, 9 << 20, 205 << 10, 44 * time.Second, 47 * time.Second},
		{"4 MB and a stamp", true, 4 << 20, 70 << 10, 58 * time.Second, 61 * time.Second},
		{"dripping", false, 4 << 20, 1 << 10, 60 * time.Second, 62 * time.Second},
		{"dripping", true, 4 << 20, 1 << 10, 60 * time.Second, 62 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			o := options(w.Box, w.log, storetest.Schedule(t))
			o.MaxFile = 5 << 20
			var err error
			if w.handler, err = public.New(w.Box, o); err != nil {
				t.Fatal(err)
			}
			values := maps.Clone(typed)
			if tt.stamp {
				values.Set("stamp", w.stamp(t))
			}
			w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)) // closed
			whole := request(t, values, file{"大.bin", strings.Repeat("x", tt.size)}, file{"后.bin", "x"})
			start := time.Now()
			p := sendSlowly(t, w.wire(t), whole, tt.piece, time.Second)
			if took := time.Since(start); p.status != http.StatusForbidden || saysBack(p, typed) != nil || !p.shows("大.bin") || p.shows("后.bin") == (tt.what == "dripping") || took < tt.least || took > tt.most {
				t.Errorf("%s: %d after %s", tt.what, p.status, took)
			}
			w.none(t, tt.what)
		})
	}
}

// near is an address of the machine itself, which all slow senders here have.
const near = "127.0.0.1:1000"

// Many slow uploads keep nobody from sending words, and who comes with a file
// gets the words back.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		whole := request(t, typed, file{"a.jpg", strings.Repeat("x", 900)})
		var slow []net.Conn
		for range public.FilePlaces {
			conn := w.wire(t)
			if _, err := conn.Write(whole[:len(whole)-300]); err != nil {
				t.Fatal(err)
			}
			slow = append(slow, conn)
		}
		synctest.Wait()
		if p := w.from(t, near, "/report", typed); p.status != http.StatusOK {
			t.Error("words:", p.status)
		}
		if p := w.post(t, "/report", typed, file{"a.jpg", "x"}); p.status != http.StatusOK {
			t.Error("files from elsewhere:", p.status)
		}
		p := w.from(t, near, "/report", typed, file{"a.jpg", "x"}, file{"b.jpg", "x"})
		if lost := saysBack(p, typed); p.status != http.StatusTooManyRequests || lost != nil || !p.shows("同时传的附件太多") || !p.shows("a.jpg · b.jpg") {
			t.Errorf("with files: %d, lost %q", p.status, lost)
		}
		code := strings.Repeat("1", 24)
		if p = w.from(t, near, "/receipt/add", url.Values{"receipt": {code}, "text": {"补充"}}, file{"a.jpg", "x"}); !p.shows("补充</textarea>") || !p.shows("同时传的附件太多") {
			t.Errorf("adding: %d", p.status)
		}
		if n := len(w.reports(t)); n != 2 {
			t.Errorf("%d records", n)
		}
		for _, conn := range slow {
			conn.Close()
		}
		synctest.Wait()
		if p = w.post(t, "/report", typed, file{"a.jpg", "x"}); p.status != http.StatusOK {
			t.Error("after it:", p.status)
		}
	})
}

// Who finds no turn is told what to do, after a while; turns are given back.
func TestCrowded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		whole := request(t, typed)
		for range public.FieldPlaces {
			conn := w.wire(t)
			go io.Copy(io.Discard, conn)
			if _, err := conn.Write(whole[:len(whole)-300]); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		start := time.Now()
		// Together, for one after the other would come to its end just when the
		// slow ones do.
		var wg sync.WaitGroup
		for _, q := range []string{"", "?lang=en"} {
			wg.Go(func() {
				p := w.from(t, near, "/report"+q, typed)
				if p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" || !p.shows("后退") && !p.shows("Go back") || time.Since(start) != 30*time.Second {
					t.Errorf("%d after %s: %s", p.status, time.Since(start), p.words())
				}
			})
		}
		if p := w.post(t, "/report", typed); p.status != http.StatusOK {
			t.Error("from elsewhere:", p.status)
		}
		wg.Wait()
		time.Sleep(time.Minute)
		synctest.Wait() // a minute is over: the slow ones have been answered
		if p := w.post(t, "/report", typed); p.status != http.StatusOK {
			t.Errorf("after a minute: %d", p.status)
		}
		if got := w.log.text(); got != "" {
			t.Errorf("the log says %q", got)
		}
	})
}

// Who hangs up during a look-up is not worth a line; a panic is answered by a
// page of the site.
func TestGoneAndPanic(t *testing.T) {
	w := newWorld(t)
	code := w.post(t, "/report", typed).code(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, box := range []public.Box{w.Box, brokenBox{w.Box, context.Canceled}} {
		h, err := public.New(box, options(w.Box, w.log, storetest.Schedule(t)))
		if err != nil {
			t.Fatal(err)
		}
		for path, r := range map[string]*http.Request{"receipt": multi(t, "/receipt", url.Values{"receipt": {code}}), "add": multi(t, "/receipt/add", url.Values{"receipt": {code}}),
			"report": multi(t, "/report", typed), "checkpoint": httptest.NewRequest("GET", "/checkpoint", nil)} {
			h.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
			if got := w.log.text(); got != "" {
				t.Fatalf("%s: the log says %q", path, got)
			}
		}
	}
	h, err := public.New(panicBox{}, options(w.Box, w.log, storetest.Schedule(t)))
	if err != nil {
		t.Fatal(err)
	}
	for q, want := range map[string]string{"": "网站出了故障", "?lang=en": "The website failed"} {
		if p := do(t, h, httptest.NewRequest("GET", "/checkpoint"+q, nil)); p.status != 500 || !p.shows(want) || !strings.Contains(p.body, someNotice().Name) {
			t.Errorf("%d %s", p.status, p.body)
		}
	}
	if got := w.log.text(); !strings.Contains(got, "panicBox") || strings.Contains(got, "words") {
		t.Errorf("the log says %q", got)
	}
}

type panicBox struct{ public.Box }

func (panicBox) PublicCheckpoint(context.Context) ([]byte, error) { panic("words") }
