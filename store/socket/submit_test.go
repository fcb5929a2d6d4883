package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/seal"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestSubmitWithFiles(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx := t.Context()
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	r := storetest.Web(b.Clock.Now(), "虚开发票\r\n--")
	r.Subject, r.Recorder, r.Marks, r.Identity.Headers = "主题", "值班员", []intake.Mark{intake.MarkPhoneDamaged}, "From: x\r\n"
	r.Files = files(
		intake.File{Name: "../账\"本\r\n.xlsx", Type: "a/b; c=\"d\"", Body: bytes.NewReader(large)},
		intake.File{Name: "原图.jpg", Private: true, Body: strings.NewReader("pixels and place")},
		intake.File{Body: strings.NewReader("")})
	r.Source = intake.Source{Meaning: []byte("\x00raw\r\nmail"), Cursor: intake.Cursor{Name: "mail", Value: []byte{0, 255}}}
	out, err := c.Submit(ctx, r)
	if err != nil || out.Verdict != intake.Accepted || len(out.Receipt) != 24 {
		t.Fatalf("%+v, %v", out, err)
	}
	at, err := c.Find(ctx, out.ID)
	if err != nil {
		t.Fatal(err)
	}
	rec := collect(t, c.Entries(ctx, at, at+1))[0]
	in, err := storetest.OpenPart(b.Box, rec, 0, b.Keys.Team)
	if err != nil {
		t.Fatal(err)
	}
	got := in.Report
	if got.Text != r.Text || got.Subject != r.Subject || got.Recorder != r.Recorder || !got.Arrived.Equal(r.Arrived) || got.Unit != r.Unit ||
		got.Category != r.Category || !cmp.Equal(got.Persons, r.Persons) || !cmp.Equal(got.Marks, r.Marks) {
		t.Errorf("report part: %+v", got)
	}
	private, err := storetest.OpenPart(b.Box, rec, 1, b.Keys.Custodian)
	if err != nil {
		t.Fatal(err)
	}
	if private.Identity.Identity != r.Identity {
		t.Errorf("identity part: %+v", private.Identity)
	}
	var names []string
	for _, f := range append(got.Files, private.Identity.Files...) {
		names = append(names, fmt.Sprintf("%q %q %d", f.Name, f.Type, f.Size))
	}
	if diff := cmp.Diff([]string{`"../账\"本\r\n.xlsx" "a/b; c=\"d\"" 1048576`, `"" "" 0`, `"原图.jpg" "" 16`}, names); diff != "" {
		t.Error(diff)
	}
	for n, want := range map[int][]byte{2: large, 3: nil, 4: []byte("pixels and place")} {
		src, err := c.Part(ctx, at, n)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := seal.NewReader(src, int64(len(want)), b.Keys.Archive)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(plain); err != nil || !bytes.Equal(got, want) {
			t.Errorf("file %d: %d bytes, %v", n, len(got), err)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
	if value, err := c.Cursor(ctx, "mail"); err != nil || !bytes.Equal(value, []byte{0, 255}) {
		t.Errorf("cursor %v, %v", value, err)
	}
	r.Files = nil
	if again, err := c.Submit(ctx, r); err != nil || again.Verdict != intake.Duplicate || again.ID != out.ID {
		t.Errorf("the same meaning: %+v, %v", again, err)
	}
}

func TestSubmitRefusals(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	night := storetest.Web(b.Clock.Now().Add(-9*time.Hour), "夜里")
	want, err := b.Submit(t.Context(), night)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Submit(t.Context(), night)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
	for name, change := range map[string]func(*intake.Report){
		"no text":    func(r *intake.Report) { r.Text = " \u200b" },
		"long text":  func(r *intake.Report) { r.Text = strings.Repeat("长", intake.MaxText+1) },
		"no channel": func(r *intake.Report) { r.Channel = "telex" },
		"no arrival": func(r *intake.Report) { r.Arrived = time.Time{} },
	} {
		r := storetest.Web(b.Clock.Now(), "字")
		change(r)
		_, want := b.Submit(t.Context(), r)
		if _, got := c.Submit(t.Context(), r); fmt.Sprint(want) != fmt.Sprint(got) || want == nil || !errors.Is(got, errors.Unwrap(want)) {
			t.Errorf("%s: the box says %v, the client %v", name, want, got)
		}
	}
	r := storetest.Web(b.Clock.Now(), "字")
	r.Source.Meaning = make([]byte, 129<<20)
	if _, err := c.Submit(t.Context(), r); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("meaning of 129 MiB: %v", err)
	}
}

// endless is a file that never ends.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

// TestAnswerBeforeTheFiles: a report that is turned away by its arrival is
// answered although its file has no end.
func TestAnswerBeforeTheFiles(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	r := storetest.Web(b.Clock.Now().Add(-9*time.Hour), "夜里")
	file := new(endless)
	r.Files = files(intake.File{Name: "a", Body: file})
	out, err := c.Submit(t.Context(), r)
	if err != nil || out.Reason != intake.OutsideHours {
		t.Errorf("%+v, %v", out, err)
	}
	if file.read > 8<<20 {
		t.Errorf("%d bytes were read of a file that nobody wants", file.read)
	}
}

// TestFilesThatFail: whatever goes wrong with a file on this side is this
// side's error, and nothing goes in.
func TestFilesThatFail(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	broken := errors.New("the upload broke off")
	for name, list := range map[string]iter.Seq2[intake.File, error]{
		"body": files(intake.File{Body: strings.NewReader("first")}, intake.File{Body: io.MultiReader(strings.NewReader("half"), failing{broken})}),
		"list": func(yield func(intake.File, error) bool) {
			if yield(intake.File{Body: strings.NewReader("first")}, nil) {
				yield(intake.File{}, broken)
			}
		},
	} {
		r := storetest.Web(b.Clock.Now(), "字")
		r.Files = list
		if out, err := c.Submit(t.Context(), r); !errors.Is(err, broken) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	r := storetest.Web(b.Clock.Now(), "字")
	r.Files = files(intake.File{Name: strings.Repeat("x", 65<<10), Body: strings.NewReader("")})
	if _, err := c.Submit(t.Context(), r); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("a name of 65 KiB: %v", err)
	}
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// rows yields n rows of a ledger; some are outside the hours, some repeat.
func rows(b *storetest.Box, n int) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for i := range n {
			at, text := b.Clock.Now().Add(-time.Duration(i)*time.Second), fmt.Sprintf("第%d行", i)
			switch {
			case i%10 == 3:
				at = at.Add(-4 * time.Hour)
			case i%7 == 6:
				text = fmt.Sprintf("第%d行", i-1)
			}
			if !yield(storetest.Call(at, text), nil) {
				return
			}
		}
	}
}

func TestFileGoesIn(t *testing.T) {
	const n = 700
	submit := func(box socket.Box, b *storetest.Box, dryRun bool) []intake.Outcome {
		t.Helper()
		var all []intake.Outcome
		read := 0 // reports and each run in this goroutine: no lock, and the race detector looks
		counted := func(yield func(*intake.Report, error) bool) {
			for r, err := range rows(b, n) {
				if read++; !yield(r, err) {
					return
				}
			}
		}
		err := box.SubmitAll(t.Context(), dryRun, counted, func(i int, o intake.Outcome) {
			if i != len(all) || i >= read {
				t.Fatalf("outcome %d after %d, %d were read", i, len(all), read)
			}
			o.ID = ""
			all = append(all, o)
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	near, far := storetest.New(t), storetest.New(t)
	c, _, _ := serve(t, far)
	for _, dryRun := range []bool{true, false, false} {
		want, got := submit(near, near, dryRun), submit(c, far, dryRun)
		if diff := cmp.Diff(want, got); diff != "" || len(got) != n {
			t.Fatalf("%d outcomes: %s", len(got), diff)
		}
	}
	want, _ := near.Size(t.Context())
	if got, err := c.Size(t.Context()); err != nil || got != want || got == 4 {
		t.Errorf("%d entries, not %d: %v", got, want, err)
	}
	if err := c.SubmitAll(t.Context(), false, rows(far, 0), nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

// stillTakes checks that nothing of a file went in and that the channel is not
// held up.
func stillTakes(t *testing.T, b *storetest.Box, c *socket.Client) {
	t.Helper()
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	out, err := c.Submit(t.Context(), storetest.Call(b.Clock.Now(), "第0行"))
	if err != nil || out.Verdict != intake.Accepted {
		t.Errorf("a row of the file that did not go in: %+v, %v", out, err)
	}
}

func TestFileThatFails(t *testing.T) {
	odd := errors.New("row 400 has no time")
	for name, last := range map[string]struct {
		report *intake.Report
		err    error
		want   error
	}{
		"of its own":      {err: odd, want: odd},
		"another channel": {report: storetest.Web(storetest.Start, "网"), want: intake.ErrInvalid},
		"with files": {report: func() *intake.Report {
			r := storetest.Call(storetest.Start, "附件")
			r.Files = files()
			return r
		}(), want: intake.ErrInvalid},
		"not a report":   {report: storetest.Call(storetest.Start, ""), want: intake.ErrEmpty},
		"over the limit": {report: storetest.Call(storetest.Start, strings.Repeat("x", socket.MaxRecord)), want: intake.ErrTooLong},
		"beyond JSON":    {report: storetest.Call(time.Date(20026, 1, 1, 0, 0, 0, 0, time.UTC), "x"), want: intake.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			c, _, _ := serve(t, b)
			// Many more rows follow: a server that answers in the middle must not
			// leave the client waiting for somebody to read them.
			reports := func(yield func(*intake.Report, error) bool) {
				for r, err := range rows(b, 400) {
					if !yield(r, err) {
						return
					}
				}
				if !yield(last.report, last.err) {
					return
				}
				for r, err := range rows(b, 20000) {
					if !yield(r, err) {
						return
					}
				}
			}
			if err := c.SubmitAll(t.Context(), false, reports, func(int, intake.Outcome) {}); !errors.Is(err, last.want) {
				t.Errorf("%v", err)
			}
			stillTakes(t, b, c)
		})
	}
}

func TestCancelInTheMiddleOfAFile(t *testing.T) {
	for _, after := range []int{0, 1, 300, 600} {
		b := storetest.New(t)
		c, _, _ := serve(t, b)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		reports := func(yield func(*intake.Report, error) bool) {
			for r, err := range rows(b, 700) {
				if n == after {
					cancel()
				}
				if n++; !yield(r, err) {
					return
				}
			}
		}
		if err := c.SubmitAll(ctx, false, reports, func(int, intake.Outcome) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d rows: %v", after, err)
		}
		stillTakes(t, b, c)
	}
}

// TestCancelAtTheEndOfAFile cancels when every row was sent. Whatever the
// client says then is true.
func TestCancelAtTheEndOfAFile(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const n = 300
	err := c.SubmitAll(ctx, false, func(yield func(*intake.Report, error) bool) {
		for r, err := range rows(b, n) {
			if !yield(r, err) {
				return
			}
		}
		go cancel()
	}, func(int, intake.Outcome) {})
	size, sizeErr := b.Size(t.Context())
	if sizeErr != nil {
		t.Fatal(sizeErr)
	}
	if in := size > 4; in != (err == nil) {
		t.Errorf("%d entries, and the client says %v", size, err)
	}
}
