package socket_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// polledBox is a box beside which a poller runs.
type polledBox struct {
	*storetest.Box
	mailbox intake.Mailbox
}

func (b polledBox) Status(ctx context.Context) (entry.Status, error) {
	s, err := b.Box.Status(ctx)
	s.Mailbox = &b.mailbox
	return s, err
}

// Every field of a status crosses, also what the box does not know of itself.
func TestStatusCrosses(t *testing.T) {
	b := storetest.New(t)
	at := time.Date(2026, 9, 8, 11, 0, 0, 5, time.FixedZone("", 8*3600))
	box := polledBox{b, intake.Mailbox{Connected: true, LastPass: &at, Lag: 70, Trouble: intake.FolderTrouble, Pending: 1, Left: 2, Fixed: true, Future: 3, Unread: 4, Kept: 5, NoExpunge: true}}
	c, _, _ := serve(t, box)
	b.Clock.Add(10 * time.Hour) // past the hours
	early := letter(b, "太早")
	early.Arrived = b.Clock.Now().Add(-14 * time.Hour)
	if _, err := c.SubmitGroup(t.Context(), []*intake.Report{letter(b, "太晚"), early}, intake.Cursor{}); err != nil {
		t.Fatal(err)
	}
	for i, why := range intake.Quarantines() {
		for n := range i + 1 {
			a := intake.Aside{Channel: intake.Mail, Why: why, Source: intake.Source{Meaning: fmt.Append(nil, why, n)}}
			if err := c.SetAside(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := b.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := box.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []reflect.Value{reflect.ValueOf(box.mailbox), reflect.ValueOf(want)} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%v: %s has nothing to show", v.Type(), v.Type().Field(i).Name)
			}
		}
	}
	got, err := c.Status(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
	if got.RefusedBy[intake.Mail][intake.OutsideHours] != 2 || got.Quarantined[intake.Mail][intake.Unreadable] != 6 || got.Mailbox.Trouble != intake.FolderTrouble {
		t.Errorf("%+v", got)
	}
	box.mailbox = intake.Mailbox{}
	c, _, _ = serve(t, box)
	if got, err := c.Status(t.Context()); err != nil || got.Mailbox == nil || *got.Mailbox != (intake.Mailbox{}) {
		t.Errorf("a poller that has just begun: %+v, %v", got.Mailbox, err)
	}
	c, _, _ = serve(t, b)
	if got, err := c.Status(t.Context()); err != nil || got.Mailbox != nil {
		t.Errorf("no poller: %+v, %v", got.Mailbox, err)
	}
}

func TestSetAside(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	a := intake.Aside{Channel: intake.Mail, Arrived: b.Clock.Now(), Why: intake.TooLarge,
		Source: intake.Source{Meaning: []byte("\x00\xff one"), Cursor: intake.Cursor{Name: "mail", Value: []byte{0, 255}, After: []byte{}}}}
	if err := c.SetAside(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if at, err := b.Cursor(t.Context(), "mail"); err != nil || string(at) != "\x00\xff" {
		t.Errorf("cursor %q, %v", at, err)
	}
	if err := c.SetAside(t.Context(), a); !errors.Is(err, intake.ErrMoved) {
		t.Errorf("a cursor that was moved: %v", err)
	}
	a.Source.Cursor = intake.Cursor{}
	if err := c.SetAside(t.Context(), a); err != nil { // is not counted again
		t.Error(err)
	}
	a.Why = "dull"
	want := b.SetAside(t.Context(), a)
	if got := c.SetAside(t.Context(), a); fmt.Sprint(want) != fmt.Sprint(got) || !errors.Is(got, intake.ErrInvalid) {
		t.Errorf("the box says %v, the client %v", want, got)
	}
	s, err := c.Status(t.Context())
	if diff := cmp.Diff(map[intake.Channel]map[intake.Quarantine]int64{intake.Mail: {intake.TooLarge: 1}}, s.Quarantined); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
}
