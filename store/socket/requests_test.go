package socket_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

// raw sends bytes and reads what comes back. It closes its sending half when
// cut is set, so the request ends wherever it stands.
func raw(t *testing.T, path, request string, cut bool) (int, string) {
	t.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, request) // the answer may come first
		if cut {
			_ = conn.(*net.UnixConn).CloseWrite()
		}
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		conn.Close()
		<-sent
		return 0, err.Error()
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		body = append(body, err.Error()...)
	}
	conn.Close()
	<-sent
	return resp.StatusCode, string(body)
}

func post(call, contentType, body string) string {
	return fmt.Sprintf("POST /v1/%s HTTP/1.1\r\nHost: box\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", call, contentType, len(body), body)
}

// form makes a multipart body of names and contents.
func form(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "--B\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", pairs[i], pairs[i+1])
	}
	return b.String() + "--B\r\nContent-Disposition: form-data; name=end\r\n\r\n\r\n--B--\r\n"
}

const goodReport = `{"channel":"hotline","arrived":"2026-09-08T11:00:00+08:00","text":"字","meaning":"5a2X"`

func TestMalformedRequests(t *testing.T) {
	b := storetest.New(t)
	_, path, _ := serve(t, b)
	multi := "multipart/form-data; boundary=B"
	line := `{"item":` + goodReport + "}}\n"
	for name, c := range map[string]struct {
		request string
		status  int
		says    string
	}{
		"no HTTP":           {"\x00\x01\x02\r\n\r\n", 400, "Bad Request"},
		"unknown call":      {"GET /v1/drop-everything HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n", 404, ""},
		"another method":    {"PUT /v1/size HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n", 405, ""},
		"large header":      {"GET /v1/size HTTP/1.1\r\nHost: box\r\nX: " + strings.Repeat("x", 2*socket.MaxHeader) + "\r\n\r\n", 431, ""},
		"no number":         {"GET /v1/entries?from=1&to=x HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n", 422, "to: not a number"},
		"large number":      {"GET /v1/part?index=99999999999999999999&part=0 HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n", 422, "index: not a number"},
		"no part number":    {"GET /v1/part?index=0 HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n", 422, "part: not a number"},
		"views from where":  {"GET /v1/views HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n", 422, "from: not a number"},
		"export from where": {post("export", "", ""), 422, "from: not a number"},
		"draft":             {post("append", "application/json", `{"header":{}`), 422, "malformed"},
		"draft, more":       {post("append", "application/json", `{"header":{},"bodies":[]}{}`), 422, "something follows"},
		"draft, unknown":    {post("append", "application/json", `{"header":{},"bodies":[],"force":true}`), 422, "force"},
		"forget":            {post("forget", "application/json", `{"channel":"mail","meanings":["!"]}`), 422, "malformed"},
		"forget, more":      {post("forget", "application/json", `{"channel":"mail","meanings":[]}{}`), 422, "something follows"},
		"forget, unknown":   {post("forget", "application/json", `{"channel":"mail","meanings":[],"all":true}`), 422, "all"},
		"forget where":      {post("forget", "application/json", `{"meanings":[],"cursor":{"name":"mail","value":"MQ=="}}`), 422, "channel"},
		"aside":             {post("set-aside", "application/json", `{"channel":"mail","why":"too-large","meaning":"!"}`), 422, "malformed"},
		"aside, more":       {post("set-aside", "application/json", `{"channel":"mail","why":"too-large"}{}`), 422, "something follows"},
		"aside, unknown":    {post("set-aside", "application/json", `{"channel":"mail","why":"too-large","text":"x"}`), 422, "text"},
		"aside, why":        {post("set-aside", "application/json", `{"channel":"mail","why":"dull","cursor":{"name":"mail","value":"MQ=="}}`), 422, "dull"},
		"views":             {post("views", "application/json", `{"1":"x"}`), 422, "malformed"},
		"no end part":       {post("submit", multi, strings.Replace(form("report", goodReport+"}"), "name=end", "name=meaning", 1)), 422, "broke off"},
		"two ends":          {post("submit", multi, form("report", goodReport+"}", "end", "")), 422, "something follows"},
		"no form":           {post("submit", "application/json", goodReport+"}"), 422, "multipart"},
		"no boundary":       {post("submit", "multipart/form-data", form("report", goodReport+"}")), 422, "boundary"},
		"empty form":        {post("submit", multi, "--B--\r\n"), 422, "the report is missing"},
		"files first":       {post("submit", multi, form("file", "{}", "body", "x", "report", goodReport+"}")), 422, "the report is missing"},
		"bad report":        {post("submit", multi, form("report", `{"channel":7}`)), 422, "malformed"},
		"unknown part":      {post("submit", multi, form("report", goodReport+"}", "more", "x")), 422, `part \"more\" is not expected`},
		"unsaid files":      {post("submit", multi, form("report", goodReport+"}", "file", "{}", "body", "x")), 422, `part \"file\" is not expected`},
		"no file":           {post("submit", multi, form("report", goodReport+`,"files":true}`, "body", "x")), 422, `part \"body\" is not a file`},
		"no body":           {post("submit", multi, form("report", goodReport+`,"files":true}`, "file", "{}")), 422, "the body is missing"},
		"bad file":          {post("submit", multi, form("report", goodReport+`,"files":true}`, "file", "[]", "body", "x")), 422, "file: malformed"},
		"large file head":   {post("submit", multi, form("report", goodReport+`,"files":true}`, "file", strings.Repeat(" ", 65<<10), "body", "x")), 422, "over the limit"},
		"after the form":    {post("submit", multi, form("report", goodReport+"}")+strings.Repeat("x", 8<<10)), 422, "something follows"},
		"no dry run":        {post("submit-all", "", line+"{\"end\":true}\n"), 422, "dry-run"},
		"no line":           {post("submit-all?dry-run=false", "", line+"\n{\"end\":true}\n"), 200, "line 2: malformed"},
		"unknown field":     {post("submit-all?dry-run=false", "", line+`{"item":{"Chanel":"web"}}`+"\n{\"end\":true}\n"), 200, "line 2: malformed"},
		"no end":            {post("submit-all?dry-run=false", "", line), 200, "line 2: the connection broke off"},
		"after the end":     {post("submit-all?dry-run=false", "", line+"{\"end\":true}\n"+line), 200, "something follows the end"},
		"given up":          {post("submit-all?dry-run=false", "", line+`{"error":{"message":"no time in row 2"}}`+"\n"), 200, "no time in row 2"},
	} {
		status, body := raw(t, path, c.request, false)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %q", name, status, body)
		}
	}
	if status, body := raw(t, path, post("append", "", strings.Repeat(" ", socket.MaxRecord+1)), false); status != 422 || !strings.Contains(body, "too-long") {
		t.Errorf("a draft of 64 MiB: %d %q", status, body)
	}
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	if value, err := b.Cursor(t.Context(), "mail"); err != nil || value != nil {
		t.Errorf("cursor %q, %v", value, err)
	}
}

// chunked is a request whose length is not said beforehand.
func chunked(call, contentType, body string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "POST /v1/%s HTTP/1.1\r\nHost: box\r\nConnection: close\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", call, contentType)
	for len(body) > 0 {
		n := min(40, len(body))
		fmt.Fprintf(&s, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return s.String() + "0\r\n\r\n"
}

// TestTornRequests cuts good requests off at every place. Only the whole ones
// do anything.
func TestTornRequests(t *testing.T) {
	b := storetest.New(t)
	c, path, _ := serve(t, b)
	for i, request := range []string{
		chunked("submit", "multipart/form-data; boundary=B", form("report", goodReport+"}")),
		chunked("submit", "multipart/form-data; boundary=B", form("report", `{"channel":"web","arrived":"2026-09-08T11:00:00+08:00","files":true}`, "file", `{"name":"a"}`, "body", "rows and rows")),
		chunked("submit", "multipart/form-data; boundary=B", form("report", `{"channel":"web","arrived":"2026-09-08T11:00:00+08:00","files":true}`,
			"file", `{"photo":true}`, "body", "\xff\xd8\xff\xe1\x00\x04ab"+strings.Repeat("half a photo", 20))),
		chunked("submit-all?dry-run=false", "", `{"item":{"channel":"hotline","arrived":"2026-09-08T11:00:00+08:00","text":"行"}}`+"\n{\"end\":true}\n"),
	} {
		for n := 0; n < len(request)-2; n += 3 {
			raw(t, path, request[:n], true)
			if size, err := c.Size(t.Context()); err != nil || size != int64(4+i) {
				t.Fatalf("request %d, cut at %d of %d: %d entries, %v", i, n, len(request), size, err)
			}
		}
		raw(t, path, request, false)
		if size, err := c.Size(t.Context()); err != nil || size != int64(5+i) {
			t.Fatalf("request %d: %d entries, %v", i, size, err)
		}
	}
	request := chunked("forget", "application/json", `{"channel":"hotline","meanings":["5a2X"],"cursor":{"name":"mail","value":"MQ=="}}`)
	for n := 0; n <= len(request); n += 3 {
		last := n+3 > len(request)
		if last {
			n = len(request)
		}
		raw(t, path, request[:n], !last) // whoever hangs up on a whole request may have it called off
		value, err := c.Cursor(t.Context(), "mail")
		if err != nil || last != (string(value) == "1") || !last && value != nil {
			t.Fatalf("forget, cut at %d of %d: cursor %q, %v", n, len(request), value, err)
		}
	}
	if status, body := raw(t, path, post("submit", "multipart/form-data; boundary=B", form("report", goodReport+"}")), false); status != 200 || !strings.Contains(body, `"accepted"`) {
		t.Errorf("what was forgotten, sent again: %d %s", status, body)
	}
}

// TestAnotherProtocol: something else listens there.
func TestAnotherProtocol(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		want   error
	}{
		"another version": {"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"protocol\":1}", intake.ErrVersion},
		"another service": {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", intake.ErrVersion},
		"no JSON":         {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", intake.ErrInvalid},
		"odd status":      {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", intake.ErrInvalid},
		"cut short":       {"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"proto", intake.ErrForbidden},
	} {
		path := filepath.Join(t.TempDir(), "s")
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.WriteString(conn, c.answer)
				}
				conn.Close()
			}
		}()
		if _, err := socket.Dial(path); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		l.Close()
		<-done
	}
}
