package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// letter is a mail as the poller reads it.
func letter(b *storetest.Box, text string, attached ...intake.File) *intake.Report {
	return &intake.Report{Channel: intake.Mail, Arrived: b.Clock.Now(), Subject: "来信", Text: text, Marks: []intake.Mark{intake.MarkQuotes},
		Identity: intake.Identity{Headers: "From: a@example.invalid\r\n"}, Source: intake.Source{Meaning: []byte("meaning of " + text)},
		Files: func(yield func(intake.File, error) bool) {
			files(append([]intake.File{{Name: "message.eml", Private: true, Body: strings.NewReader("raw of " + text)}}, attached...)...)(yield)
		}}
}

// aboutReport is what an error about one report of a group is.
type aboutReport interface {
	error
	Report() int
}

// nothingIn checks that the box has nothing but what it was made with, and that
// a group goes in now.
func nothingIn(t *testing.T, b *storetest.Box, box socket.Box) {
	t.Helper()
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	if at, err := b.Cursor(t.Context(), "mail"); err != nil || len(at) != 0 {
		t.Errorf("cursor %q, %v", at, err)
	}
	out, err := box.SubmitGroup(t.Context(), []*intake.Report{letter(b, "好")}, intake.Cursor{})
	if err != nil || len(out) != 1 || out[0].Verdict != intake.Accepted {
		t.Errorf("afterwards: %+v, %v", out, err)
	}
}

func TestGroupGoesIn(t *testing.T) {
	type result struct {
		outs   []intake.Outcome
		files  [][]openedFile
		texts  []string
		status entry.Status
		cursor []byte
	}
	submit := func(box socket.Box, b *storetest.Box) (r result) {
		early, future, plain := letter(b, "太早"), letter(b, "将来"), letter(b, "没有附件")
		early.Arrived, future.Arrived, plain.Files = early.Arrived.Add(-4*time.Hour), future.Arrived.Add(time.Hour), nil
		large := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
		group := []*intake.Report{letter(b, "一"), early, letter(b, "二\r\n--", intake.File{Name: "../账\"本\r\n", Type: "a/b; c=\"d\"", Body: bytes.NewReader(large)}),
			letter(b, "一"), future, plain, early}
		outs, err := box.SubmitGroup(t.Context(), group, intake.Cursor{Name: "mail", Value: []byte{0, 255}, After: []byte{}})
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range outs {
			if o.Verdict == intake.Accepted {
				at, err := b.Find(t.Context(), o.ID)
				if err != nil {
					t.Fatal(err)
				}
				in, err := storetest.OpenPart(b.Box, collect(t, b.Entries(t.Context(), at, at+1))[0], 0, b.Keys.Team)
				if err != nil {
					t.Fatal(err)
				}
				r.texts = append(r.texts, fmt.Sprint(in.Report.Subject, in.Report.Text, in.Report.Marks))
				r.files = append(r.files, openFiles(t, b, o.ID))
			}
			outs[i].ID = ""
		}
		r.outs = outs
		if r.cursor, err = b.Cursor(t.Context(), "mail"); err != nil {
			t.Fatal(err)
		}
		if r.status, err = b.Status(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.status.Key = "" // each box has its own
		r.status.Checkpoint = ""
		return r
	}
	near, far := storetest.New(t), storetest.New(t)
	c, _, _ := serve(t, far)
	want, got := submit(near, near), submit(c, far)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
	if len(got.texts) != 3 || len(got.files[1]) != 2 || string(got.cursor) != "\x00\xff" {
		t.Errorf("%d reports, files %d, cursor %q", len(got.texts), len(got.files[1]), got.cursor)
	}
	// A cursor alone; and one that somebody else has moved.
	if out, err := c.SubmitGroup(t.Context(), nil, intake.Cursor{Name: "mail", Value: []byte("7")}); err != nil || len(out) != 0 {
		t.Errorf("%v, %v", out, err)
	}
	if at, err := far.Cursor(t.Context(), "mail"); err != nil || string(at) != "7" {
		t.Errorf("cursor %q, %v", at, err)
	}
	before, _ := far.Size(t.Context())
	if _, err := c.SubmitGroup(t.Context(), []*intake.Report{letter(far, "三")}, intake.Cursor{Name: "mail", Value: []byte("8"), After: []byte("6")}); !errors.Is(err, intake.ErrMoved) {
		t.Errorf("a cursor that was moved: %v", err)
	}
	if n, err := far.Size(t.Context()); err != nil || n != before {
		t.Errorf("%d entries, not %d, %v", n, before, err)
	}
}

// As many as a group may have go through, and not one more.
func TestGroupOfMany(t *testing.T) {
	if socket.GroupReports != store.MaxReports {
		t.Fatalf("%d reports cross, %d go in", socket.GroupReports, store.MaxReports)
	}
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	group := make([]*intake.Report, store.MaxReports+1)
	for i := range group {
		group[i] = storetest.Call(b.Clock.Now(), fmt.Sprint(i))
	}
	if _, err := c.SubmitGroup(t.Context(), group, intake.Cursor{}); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("501 reports: %v", err)
	}
	nothingIn(t, b, c)
	out, err := c.SubmitGroup(t.Context(), group[1:], intake.Cursor{})
	if n, _ := b.Size(t.Context()); err != nil || len(out) != store.MaxReports || n != 5+store.MaxReports {
		t.Errorf("%d outcomes, %d entries, %v", len(out), n, err)
	}
}

// Whatever is wrong with a report, the client says it as the box does, and of
// which; nothing goes in.
func TestGroupThatFails(t *testing.T) {
	torn := errors.New("the spool broke off")
	for name, c := range map[string]struct {
		bad  func(*storetest.Box) *intake.Report
		want error
		same bool // to the letter
	}{
		"blank": {func(b *storetest.Box) *intake.Report {
			return &intake.Report{Channel: intake.Mail, Arrived: b.Clock.Now()}
		}, intake.ErrEmpty, true},
		"web":      {func(b *storetest.Box) *intake.Report { return storetest.Web(b.Clock.Now(), "网") }, intake.ErrInvalid, true},
		"no files": {func(b *storetest.Box) *intake.Report { r := letter(b, ""); r.Files = files(); return r }, intake.ErrEmpty, true},
		"a cursor": {func(b *storetest.Box) *intake.Report { r := letter(b, "x"); r.Source.Cursor.Name = "x"; return r }, intake.ErrInvalid, true},
		"long unit": {func(b *storetest.Box) *intake.Report {
			r := letter(b, "x")
			r.Unit = strings.Repeat("长", 201)
			return r
		}, intake.ErrTooLong, true},
		"torn file": {func(b *storetest.Box) *intake.Report {
			return letter(b, "x", intake.File{Body: io.MultiReader(strings.NewReader("half"), failing{torn})})
		}, torn, false},
		"torn list": {func(b *storetest.Box) *intake.Report {
			r := letter(b, "x")
			r.Files = func(yield func(intake.File, error) bool) { yield(intake.File{}, torn) }
			return r
		}, torn, false},
		"beyond JSON": {func(b *storetest.Box) *intake.Report {
			r := letter(b, "x")
			r.Arrived = time.Date(20026, 1, 1, 0, 0, 0, 0, time.UTC)
			return r
		}, intake.ErrInvalid, false},
		"long name": {func(b *storetest.Box) *intake.Report {
			return letter(b, "x", intake.File{Name: strings.Repeat("x", 65<<10), Body: strings.NewReader("")})
		}, intake.ErrTooLong, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			client, _, _ := serve(t, b)
			submit := func(box socket.Box) error {
				_, err := box.SubmitGroup(t.Context(), []*intake.Report{letter(b, "一"), letter(b, "二"), c.bad(b), letter(b, "三")}, intake.Cursor{Name: "mail", Value: []byte("1")})
				return err
			}
			err := submit(client)
			if one, ok := errors.AsType[aboutReport](err); !errors.Is(err, c.want) || !ok || one.Report() != 2 || !strings.HasPrefix(err.Error(), "report 3: ") {
				t.Errorf("%v", err)
			}
			if c.same {
				if want := submit(b); want == nil || want.Error() != err.Error() {
					t.Errorf("the box says %v, the client %v", want, err)
				}
			}
			nothingIn(t, b, client)
		})
	}
}

// A group over its bounds is nobody's fault: the error is about no report, so
// that none is taken for one that can never go in.
func TestGroupOverItsBounds(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	half := make([]byte, socket.MaxGroup/2)
	withFile := func(n int) *intake.Report {
		return letter(b, "x", intake.File{Private: true, Body: bytes.NewReader(half[:n])})
	}
	words := func() *intake.Report {
		r := storetest.Call(b.Clock.Now(), "x")
		r.Source.Meaning = half
		return r
	}
	for says, group := range map[string][]*intake.Report{
		"files: the group as a whole: over the limit":                       {withFile(len(half)), withFile(len(half))}, // and two raw mails
		"reports without their files: the group as a whole: over the limit": {words(), words(), words(), words()},
	} {
		_, err := c.SubmitGroup(t.Context(), group, intake.Cursor{Name: "mail"})
		if _, ok := errors.AsType[aboutReport](err); ok || !errors.Is(err, intake.ErrTooLong) || err.Error() != says {
			t.Errorf("%v, not %s", err, says)
		}
	}
	nothingIn(t, b, c)
	exact := withFile(0)
	exact.Files = files(intake.File{Body: bytes.NewReader(half)}, intake.File{Body: bytes.NewReader(half)}, intake.File{Body: strings.NewReader("")})
	if out, err := c.SubmitGroup(t.Context(), []*intake.Report{exact}, intake.Cursor{}); err != nil || out[0].Verdict != intake.Accepted {
		t.Errorf("within them: %+v, %v", out, err)
	}
}

// Who gives up in the middle of a group leaves nothing behind.
func TestCancelInTheMiddleOfAGroup(t *testing.T) {
	for at := range 3 {
		b := storetest.New(t)
		c, _, _ := serve(t, b)
		ctx, cancel := context.WithCancel(t.Context())
		group := []*intake.Report{letter(b, "一"), letter(b, "二"), letter(b, "三")}
		group[at].Files = func(yield func(intake.File, error) bool) {
			cancel()
			files(intake.File{Body: bytes.NewReader(make([]byte, 1<<20))})(yield)
		}
		if _, err := c.SubmitGroup(ctx, group, intake.Cursor{Name: "mail", Value: []byte("1")}); !errors.Is(err, context.Canceled) {
			t.Errorf("in report %d: %v", at+1, err)
		}
		nothingIn(t, b, c)
	}
}
