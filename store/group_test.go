package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// mailed is a mail whose raw form is its meaning and its one private file.
func mailed(at time.Time, text string, attached ...intake.File) *intake.Report {
	raw := []byte("Subject: x\r\n\r\n" + text)
	return &intake.Report{Channel: intake.Mail, Arrived: at, Subject: "来信", Text: text, Identity: intake.Identity{Headers: "From: a@example.invalid\r\n"},
		Files:  files(append([]intake.File{{Name: "message.eml", Type: "message/rfc822", Private: true, Body: bytes.NewReader(raw)}}, attached...)...),
		Source: intake.Source{Meaning: raw}}
}

func TestAGroupIsJudgedOneByOne(t *testing.T) {
	var sealed atomic.Int64
	b := storetest.NewAround(t, func(s store.Step, do func() error) error {
		if s == store.StepBlobWrite {
			sealed.Add(1)
		}
		return do()
	})
	now := b.Clock.Now()
	before := submit(t, b, mailed(now, "已经来过"))
	cursor := intake.Cursor{Name: "mail:INBOX", Value: []byte("uid 9"), After: []byte{}}
	outs, err := b.SubmitGroup(t.Context(), []*intake.Report{
		mailed(now, "一"), mailed(now.Add(-4*time.Hour), "太早"), mailed(now, "二", intake.File{Name: "账本", Body: strings.NewReader("rows")}), mailed(now, "一"),
		mailed(now, "已经来过"), mailed(now.Add(time.Hour), "将来"), mailed(now.Add(-4*time.Hour), "太早"), storetest.Call(now, "一"),
	}, cursor)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range outs {
		got = append(got, fmt.Sprint(o.Verdict, " ", o.Reason))
	}
	want := []string{"accepted ", "refused outside-hours", "accepted ", "duplicate ", "duplicate ", "refused future", "refused outside-hours", "accepted "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if n := sealed.Load(); n != 1+3 {
		t.Errorf("%d files are sealed, and 4 are kept", n)
	}
	if outs[3].ID != outs[0].ID || outs[4].ID != before.ID || outs[0].ID == "" {
		t.Errorf("ids %+v", outs)
	}
	for i, want := range map[int]string{0: "一", 2: "二", 7: "一"} {
		rec := record(t, b, outs[i].ID)
		in, err := storetest.OpenPart(b.Box, rec, 0, b.Keys.Team)
		if err != nil || in.Report.Text != want {
			t.Errorf("report %d: %+v, %v", i, in.Report, err)
		}
	}
	status, err := b.Status(t.Context())
	if err != nil || status.Refused[intake.Mail] != 1 || status.Accepted[intake.Mail] != 3 || status.Entries != 4+4 {
		t.Errorf("status %+v, %v", status, err)
	}
	if at, err := b.Cursor(t.Context(), cursor.Name); err != nil || string(at) != "uid 9" {
		t.Errorf("cursor %q, %v", at, err)
	}
}

func TestAGroupGoesInWholeOrNotAtAll(t *testing.T) {
	b := storetest.New(t)
	now := b.Clock.Now()
	good := func(n int) *intake.Report { return mailed(now, fmt.Sprint("好", n)) }
	web, placed := good(1), good(1)
	web.Channel, placed.Source.Cursor = intake.Web, intake.Cursor{Name: "x"}
	torn := mailed(now, "撕坏", intake.File{Name: "a", Body: io.MultiReader(strings.NewReader("half"), broken{errTorn})})
	empty := &intake.Report{Channel: intake.Mail, Arrived: now, Files: files()}
	for name, c := range map[string]struct {
		bad  *intake.Report
		want error
	}{
		"web": {web, intake.ErrInvalid}, "a cursor": {placed, intake.ErrInvalid}, "blank": {&intake.Report{Channel: intake.Mail, Arrived: now}, intake.ErrEmpty},
		"torn": {torn, errTorn}, "no files came": {empty, intake.ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			group := []*intake.Report{good(2), good(3), c.bad, good(4)}
			_, err := b.SubmitGroup(t.Context(), group, intake.Cursor{Name: "mail", Value: []byte("x")})
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if one, ok := errors.AsType[*store.ReportError](err); !ok || one.Report() != 2 || !strings.HasPrefix(err.Error(), "report 3: ") {
				t.Errorf("error %v does not say which", err)
			}
		})
	}
	if _, err := b.SubmitGroup(t.Context(), make([]*intake.Report, store.MaxReports+1), intake.Cursor{}); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("too many: %v", err)
	}
	moved := intake.Cursor{Name: "mail", Value: []byte("x"), After: []byte("another")}
	if _, err := b.SubmitGroup(t.Context(), []*intake.Report{good(5)}, moved); !errors.Is(err, intake.ErrMoved) {
		t.Errorf("a cursor that was moved: %v", err)
	}
	noBlobs(t, b)
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	if at, err := b.Cursor(t.Context(), "mail"); err != nil || len(at) != 0 {
		t.Errorf("cursor %q, %v", at, err)
	}
}

func TestAGroupWithoutReportsStoresTheCursor(t *testing.T) {
	b := storetest.New(t)
	outs, err := b.SubmitGroup(t.Context(), nil, intake.Cursor{Name: "mail", Value: []byte("7")})
	if err != nil || len(outs) != 0 {
		t.Fatalf("%v, %v", outs, err)
	}
	if at, err := b.Cursor(t.Context(), "mail"); err != nil || string(at) != "7" {
		t.Errorf("cursor %q, %v", at, err)
	}
}
