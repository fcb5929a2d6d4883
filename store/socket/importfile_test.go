package socket_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

const importForm = "multipart/form-data; boundary=B"

// TestTornImports cuts a good import off at every byte. Only the whole one does
// anything, and a dry run does nothing either way.
func TestTornImports(t *testing.T) {
	b := storetest.New(t)
	c, path, _ := serve(t, importBox{Box: b})
	good := form("order", `{"zone":"Asia/Shanghai"}`, "body", "第一行\r\n--B?\r\n第三行")
	nothingIn := func(what string, n int, answer string) {
		t.Helper()
		if size, err := c.Size(t.Context()); err != nil || size != 4 {
			t.Fatalf("%s, cut at %d: %d entries, %v; answered %q", what, n, size, err, answer)
		}
	}
	for what, request := range map[string]string{"chunked": chunked("import", importForm, good), "with a length": post("import", importForm, good)} {
		whole := len(request) - len("\r\n") // net/http does without the last line break of a chunked body
		for n := range whole {
			_, answer := raw(t, path, request[:n], true)
			nothingIn(what, n, answer)
		}
	}
	// HTTP that ends well says nothing of the file. Once the end has a head, all
	// of the file was there.
	for n := range len(good) - len("\r\n--B--\r\n") {
		_, answer := raw(t, path, chunked("import", importForm, good[:n]), false)
		if nothingIn("well ended", n, answer); strings.Contains(answer, `"end":true`) {
			t.Fatalf("well ended, cut at %d: answered %q", n, answer)
		}
	}
	raw(t, path, chunked("import", importForm, strings.Replace(good, "{", `{"dry_run":true,`, 1)), false)
	nothingIn("a dry run", len(good), "")
	status, answer := raw(t, path, chunked("import", importForm, good), false)
	if size, err := c.Size(t.Context()); err != nil || size != 4+3 {
		t.Errorf("%d entries, %v; answered %d %q", size, err, status, answer)
	}
}

func TestMalformedImports(t *testing.T) {
	b := storetest.New(t)
	_, path, _ := serve(t, importBox{Box: b})
	good := []string{"order", "{}", "body", "x"}
	for name, c := range map[string]struct {
		request string
		status  int
		says    string
	}{
		"no form":          {post("import", "", "x"), 422, "multipart"},
		"no order":         {post("import", importForm, form("body", "x")), 422, "the order is missing"},
		"no JSON":          {post("import", importForm, form("order", "zone", "body", "x")), 422, "order: malformed"},
		"unknown field":    {post("import", importForm, form("order", `{"path":"/etc/passwd"}`, "body", "x")), 422, "path"},
		"a long order":     {post("import", importForm, form("order", strings.Repeat(" ", 65<<10), "body", "x")), 422, "over the limit"},
		"no body":          {post("import", importForm, form("order", "{}")), 422, "the body is missing"},
		"two bodies":       {post("import", importForm, form(append(good, "body", "y")...)), 200, `part \"body\" is not expected`},
		"something else":   {post("import", importForm, form(append(good, "order", "{}")...)), 200, `part \"order\" is not expected`},
		"two ends":         {post("import", importForm, form(append(good, "end", "")...)), 200, "something follows"},
		"no end":           {post("import", importForm, strings.Replace(form(good...), "name=end", "name=body", 1)), 200, `part \"body\" is not expected`},
		"after the end":    {post("import", importForm, form(good...)+strings.Repeat("x", 8<<10)), 200, "something follows"},
		"calls, unknown":   {post("submit-calls?dry-run=false", "", `{"item":{"at":"2026-09-08T11:00:00+08:00","text":"x"}}`+"\n{\"end\":true}\n"), 200, "line 1: malformed"},
		"calls, no run":    {post("submit-calls", "", "{\"end\":true}\n"), 422, "dry-run"},
		"calls, no end":    {post("submit-calls?dry-run=false", "", `{"item":{"at":"2026-09-08T11:00:00+08:00"}}`+"\n"), 200, "broke off"},
		"calls, no number": {post("submit-calls?dry-run=false", "", `{"item":{"at":"2026-09-08T11:00:00+08:00","seconds":1e99}}`+"\n"), 200, "line 1: malformed"},
	} {
		status, body := raw(t, path, c.request, false)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %q", name, status, body)
		}
	}
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// TestTornCalls is TestTornImports for a call record.
func TestTornCalls(t *testing.T) {
	b := storetest.New(t)
	c, path, _ := serve(t, b)
	request := chunked("submit-calls?dry-run=false", "", `{"item":{"at":"2026-09-08T11:00:00+08:00","caller":"0100-5550199"}}`+"\n{\"end\":true}\n")
	for n := range len(request) - len("\r\n") {
		raw(t, path, request[:n], true)
		if size, err := c.Size(t.Context()); err != nil || size != 4 {
			t.Fatalf("cut at %d of %d: %d entries, %v", n, len(request), size, err)
		}
	}
	raw(t, path, request, false)
	if size, err := c.Size(t.Context()); err != nil || size != 5 {
		t.Errorf("%d entries, %v", size, err)
	}
}

// importTakes checks that nothing of an import went in and that the next is not
// held up.
func importTakes(t *testing.T, b *storetest.Box, c *socket.Client) {
	t.Helper()
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	if a, err := c.Import(t.Context(), intake.ImportOrder{}, strings.NewReader("第0行"), unheard); err != nil || a.Accepted != 1 {
		t.Errorf("a row of the file that did not go in: %+v, %v", a, err)
	}
}

// An upload that fails here, or that has too much, leaves nothing there.
func TestUploadsThatFail(t *testing.T) {
	broken := errors.New("the upload broke off")
	for name, c := range map[string]struct {
		order intake.ImportOrder
		file  io.Reader
		want  error
	}{
		"at once":       {file: failing{broken}, want: broken},
		"half way":      {file: io.MultiReader(strings.NewReader(ledger(9000)), failing{broken}), want: broken},
		"unexpectedly":  {file: io.MultiReader(strings.NewReader(ledger(9000)), failing{io.ErrUnexpectedEOF}), want: io.ErrUnexpectedEOF},
		"a byte more":   {file: io.LimitReader(new(endless), intake.MaxUpload+1), want: intake.ErrTooLong},
		"a long order":  {order: intake.ImportOrder{Columns: strings.Repeat("x", 65<<10)}, file: strings.NewReader("x"), want: intake.ErrTooLong},
		"in its report": {file: strings.NewReader("第一行\n\n第三行\n"), want: intake.ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			client, _, _ := serve(t, importBox{Box: b})
			if a, err := client.Import(t.Context(), c.order, c.file, unheard); !errors.Is(err, c.want) || !cmp.Equal(a, intake.ImportAnswer{}) {
				t.Errorf("%+v, %v", a, err)
			}
			importTakes(t, b, client)
		})
	}
}

// heldBox waits in the middle of taking a file in, until its call ends.
type heldBox struct {
	importBox
	begun chan struct{}
	first *sync.Once // only the first import waits
}

func (b heldBox) Import(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(int)) (intake.ImportAnswer, error) {
	return b.importBox.Import(ctx, order, file, func(rows int) {
		told(rows)
		if rows == 300 {
			b.first.Do(func() {
				close(b.begun)
				<-ctx.Done()
			})
		}
	})
}

// TestCancelImport gives up before the import, while the file is read, and when
// it is half way in: nothing of it stays.
func TestCancelImport(t *testing.T) {
	for _, when := range []string{"before", "reading", "read", "half way in"} {
		t.Run(when, func(t *testing.T) {
			b := storetest.New(t)
			box := heldBox{importBox{Box: b}, make(chan struct{}), new(sync.Once)}
			c, _, _ := serve(t, box)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			rest := &gate{func() {}, strings.NewReader(ledger(700))}
			file := io.MultiReader(strings.NewReader(ledger(100)), rest)
			switch when {
			case "before":
				cancel()
			case "reading":
				rest.open = cancel
			case "read":
				file = io.MultiReader(file, &gate{cancel, strings.NewReader("")})
			case "half way in":
				go func() {
					<-box.begun
					cancel()
				}()
			}
			if a, err := c.Import(ctx, intake.ImportOrder{}, file, unheard); !errors.Is(err, context.Canceled) || !cmp.Equal(a, intake.ImportAnswer{}) {
				t.Errorf("%+v, %v", a, err)
			}
			importTakes(t, b, c)
		})
	}
}

// TestStopInTheMiddleOfAnImport: the server leaves, and the box is as it was.
func TestStopInTheMiddleOfAnImport(t *testing.T) {
	b := storetest.New(t)
	box := heldBox{importBox{Box: b}, make(chan struct{}), new(sync.Once)}
	c, _, stop := serve(t, box, func(l *socket.Listener) { l.SetGrace(0) })
	imported := make(chan error, 1)
	go func() {
		_, err := c.Import(context.Background(), intake.ImportOrder{}, strings.NewReader(ledger(700)), unheard)
		imported <- err
	}()
	<-box.begun
	stop()
	if err := <-imported; err == nil {
		t.Error("an import that was cut off succeeded")
	}
	again, _, _ := serve(t, box)
	importTakes(t, b, again)
}
