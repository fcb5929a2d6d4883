package socket_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/seal"
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
