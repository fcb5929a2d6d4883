package socket_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

const (
	mailPlace  = `{"name":"mail","value":"MQ==","after":null}`
	plainMail  = `{"channel":"mail","arrived":"2026-09-08T11:00:00+08:00","text":"字"}`
	mailFiles  = `{"channel":"mail","arrived":"2026-09-08T11:00:00+08:00","files":true}`
	groupForm  = "multipart/form-data; boundary=B"
	webReport  = `{"channel":"web","arrived":"2026-09-08T11:00:00+08:00","text":"字"}`
	ownCursor  = `{"channel":"mail","arrived":"2026-09-08T11:00:00+08:00","text":"字","cursor":{"name":"own","value":"","after":null}}`
	unknownOne = `{"channel":"mail","arrived":"2026-09-08T11:00:00+08:00","text":"字","receipt":true}`
)

func repeat(n int, pairs ...string) (all []string) {
	for range n {
		all = append(all, pairs...)
	}
	return all
}

func TestMalformedGroups(t *testing.T) {
	b := storetest.New(t)
	c, path, _ := serve(t, b)
	head := []string{"cursor", mailPlace}
	group := func(pairs ...string) string { return post("submit-group", groupForm, form(append(head, pairs...)...)) }
	half := strings.Repeat("x", socket.MaxGroup/2)
	for name, g := range map[string]struct {
		request, says string
	}{
		"no form":             {post("submit-group", "application/json", "{}"), "multipart"},
		"empty":               {post("submit-group", groupForm, "--B--\r\n"), "the cursor is missing"},
		"no cursor":           {post("submit-group", groupForm, form("report", plainMail)), "the cursor is missing"},
		"cursor last":         {post("submit-group", groupForm, form("report", plainMail, "cursor", mailPlace)), "the cursor is missing"},
		"two cursors":         {group("cursor", mailPlace, "report", plainMail), `part \"cursor\" is not expected`},
		"a cursor later":      {group("report", plainMail, "cursor", mailPlace), `part \"cursor\" is not expected`},
		"bad cursor":          {post("submit-group", groupForm, form("cursor", `"mail"`)), "cursor: malformed"},
		"cursor without name": {post("submit-group", groupForm, form("cursor", `{"name":"","value":"MQ=="}`, "report", plainMail)), "it has no name"},
		"no end":              {post("submit-group", groupForm, strings.Replace(form("cursor", mailPlace, "report", plainMail), "name=end", "name=meaning", 1)), "broke off"},
		"torn head":           {post("submit-group", groupForm, "--B\r\nContent-Dispo"), "not valid"},
		"two ends":            {group("report", plainMail, "end", ""), "something follows the end"},
		"after the end":       {post("submit-group", groupForm, form("cursor", mailPlace, "report", plainMail)+strings.Repeat("x", 8<<10)), "something follows"},
		"meaning first":       {group("meaning", "m", "report", plainMail), `part \"meaning\" is not expected`},
		"two meanings":        {group("report", plainMail, "meaning", "m", "meaning", "m"), `part \"meaning\" is not expected`},
		"file first":          {group("file", "{}", "body", "x", "report", mailFiles), `part \"file\" is not expected`},
		"unsaid file":         {group("report", plainMail, "file", "{}", "body", "x"), `part \"file\" is not expected`},
		"meaning after file":  {group("report", mailFiles, "file", "{}", "body", "x", "meaning", "m"), `part \"meaning\" is not expected`},
		"no body":             {group("report", mailFiles, "file", "{}", "report", plainMail), "the body is missing"},
		"no file":             {group("report", mailFiles, "body", "x"), `part \"body\" is not expected`},
		"two bodies":          {group("report", mailFiles, "file", "{}", "body", "x", "body", "x"), `part \"body\" is not expected`},
		"unknown part":        {group("report", plainMail, "more", "x"), `part \"more\" is not expected`},
		"unknown field":       {group("report", plainMail, "report", unknownOne), "report 2: report: malformed"},
		"bad file":            {group("report", mailFiles, "file", `{"photo":1}`, "body", "x"), "file: malformed"},
		"large file head":     {group("report", mailFiles, "file", strings.Repeat(" ", 65<<10), "body", "x"), "over the limit"},
		"501 reports":         {group(repeat(501, "report", plainMail)...), "more than 500 reports: over the limit"},
		"1001 files":          {group(append([]string{"report", mailFiles}, repeat(1001, "file", "{}", "body", "")...)...), `"report 1: files: more than 1000: over the limit"}`},
		"file bytes":          {group("report", mailFiles, "file", "{}", "body", half, "report", mailFiles, "file", "{}", "body", half, "file", "{}", "body", "x"), "report 2: files: the group as a whole: over the limit"},
		"words":               {group(repeat(4, "report", plainMail, "meaning", half)...), "report 4: meaning: reports without their files: the group as a whole: over the limit"},
		"files that are none": {group("report", plainMail, "report", mailFiles), "nothing is reported"},
		"web":                 {group("report", plainMail, "report", webReport), `"report":1`},
		"a cursor of its own": {group("report", ownCursor), `"report":0`},
	} {
		if status, body := raw(t, path, g.request, false); status != 422 || !strings.Contains(body, g.says) {
			t.Errorf("%s: %d %.300q", name, status, body)
		}
	}
	nothingIn(t, b, c)
	if status, body := raw(t, path, post("submit-group", groupForm, form("cursor", "null", "report", plainMail)), false); status != 200 || !strings.Contains(body, "accepted") {
		t.Errorf("no cursor: %d %s", status, body)
	}
}

// TestTornGroup cuts a good group off at every place. Only the whole one does
// anything.
func TestTornGroup(t *testing.T) {
	b := storetest.New(t)
	c, path, _ := serve(t, b)
	request := chunked("submit-group", groupForm, form("cursor", mailPlace, "report", plainMail, "meaning", "m1",
		"report", mailFiles, "meaning", "m2", "file", `{"name":"a"}`, "body", "rows and rows", "file", `{"photo":true}`, "body", "", "report", plainMail))
	for n := 0; n < len(request)-2; n += 3 {
		raw(t, path, request[:n], true)
		at, err := c.Cursor(t.Context(), "mail")
		if size, sizeErr := c.Size(t.Context()); err != nil || sizeErr != nil || size != 4 || len(at) != 0 {
			t.Fatalf("cut at %d of %d: %d entries, cursor %q, %v, %v", n, len(request), size, at, err, sizeErr)
		}
	}
	if status, body := raw(t, path, request, false); status != 200 || strings.Count(body, "accepted") != 3 {
		t.Errorf("%d %s", status, body)
	}
	if size, err := c.Size(t.Context()); err != nil || size != 7 {
		t.Errorf("%d entries, %v", size, err)
	}
}

// groupBox tells what reaches it, and takes its time.
type groupBox struct {
	socket.Box
	came chan int
	wait time.Duration
}

func (b groupBox) SubmitGroup(ctx context.Context, reports []*intake.Report, _ intake.Cursor) ([]intake.Outcome, error) {
	b.came <- len(reports)
	<-time.After(b.wait)
	return make([]intake.Outcome, len(reports)), ctx.Err()
}

const groupHead = "POST /v1/submit-group HTTP/1.1\r\nHost: box\r\nConnection: close\r\nContent-Type: " + groupForm + "\r\nTransfer-Encoding: chunked\r\n\r\n"

// A group of which nothing more comes is given up wherever it stands, its
// sender told why, and the box never asked. No sentinel says that anything was
// wrong with a report.
func TestSilentGroupIsGivenUp(t *testing.T) {
	whole := form("cursor", mailPlace, "report", mailFiles, "meaning", "m", "file", "{}", "body", "rows", "report", plainMail)
	for n := 0; n <= len(whole); n++ {
		synctest.Test(t, func(t *testing.T) {
			box := groupBox{came: make(chan int, 1)}
			conn := onPipe(t, box, io.Discard)
			start := time.Now()
			go func() {
				_, _ = io.WriteString(conn, groupHead)
				<-time.After(socket.FileWait - time.Second) // within the time
				if n > 0 {
					_, _ = io.WriteString(conn, chunk(whole[:n]))
				}
			}()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if want := "nothing more came for 5m0s: the call is given up; make it again"; err != nil || !strings.Contains(string(body), want) || strings.Contains(string(body), "codes") {
				t.Errorf("after %d bytes: %s, %v", n, body, err)
			}
			want := 2*socket.FileWait - time.Second
			if n == 0 {
				want = socket.FileWait
			}
			if took := time.Since(start); took != want {
				t.Errorf("after %d bytes: given up after %v", n, took)
			}
			if len(box.came) != 0 {
				t.Errorf("after %d bytes: the box was asked", n)
			}
		})
	}
}

// The box may take its time with what it has.
func TestNoDeadlineAfterTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := groupBox{came: make(chan int, 1), wait: 10 * socket.FileWait}
		conn := onPipe(t, box, io.Discard)
		if _, err := io.WriteString(conn, groupHead+chunk(form("cursor", mailPlace, "report", plainMail))+"0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || <-box.came != 1 {
			t.Errorf("%d %s, %v", resp.StatusCode, body, err)
		}
	})
}

// fewBox answers for fewer reports than it was given.
type fewBox struct{ *storetest.Box }

func (fewBox) SubmitGroup(context.Context, []*intake.Report, intake.Cursor) ([]intake.Outcome, error) {
	return make([]intake.Outcome, 1), nil
}

func TestTooFewOutcomes(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, fewBox{b})
	out, err := c.SubmitGroup(t.Context(), []*intake.Report{letter(b, "一"), letter(b, "二")}, intake.Cursor{})
	if out != nil || err == nil || err.Error() != fmt.Sprintf("1 outcomes for 2 reports: %v", intake.ErrInvalid) {
		t.Errorf("%v, %v", out, err)
	}
}
