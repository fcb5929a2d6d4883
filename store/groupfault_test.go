package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// groupBlobs is how many sealed files aGroup makes.
const groupBlobs = 5

// aGroup is one of everything: accepted, refused and twice the same, with files.
func aGroup(at time.Time) []*intake.Report {
	return []*intake.Report{mailed(at, "甲"), mailed(at, "乙", intake.File{Name: "a", Body: strings.NewReader("one")}), mailed(at.Add(-4*time.Hour), "太早"),
		mailed(at, "丙", intake.File{Name: "p", Body: strings.NewReader("photo"), Shown: cleaner(1, 100, errUnclean)}), mailed(at, "甲")}
}

// TestFaultsOfAGroup fails every step of a group in turn: the group is in whole
// with its cursor and its counts, or nothing of it is; and whoever sends it again
// gets it in.
func TestFaultsOfAGroup(t *testing.T) {
	for step, times := range map[store.Step]int{store.StepBlobWrite: groupBlobs, store.StepBlobSync: groupBlobs, store.StepBlobLink: groupBlobs,
		store.StepBlobUnlink: groupBlobs, store.StepCommit: 1} {
		for nth := range 2 * times {
			f := &storetest.Fault{Step: step, After: nth%2 == 1, Nth: 1 + nth/2}
			t.Run(fmt.Sprintf("%s/after=%v/%d", step, f.After, f.Nth), func(t *testing.T) {
				b := storetest.NewAround(t, f.Around)
				cursor := intake.Cursor{Name: "mail", Value: []byte("uid 5"), After: []byte{}}
				_, err := b.SubmitGroup(t.Context(), aGroup(b.Clock.Now()), cursor)
				if !f.Fired() {
					t.Fatal("the step is not reached")
				}
				if in := step == store.StepBlobUnlink || step == store.StepCommit && f.After; in != (err == nil) || !in && !errors.Is(err, storetest.ErrFault) {
					t.Fatalf("error %v", err)
				}
				s := status(t, b)
				at, _ := b.Cursor(t.Context(), "mail")
				if err != nil {
					noBlobs(t, b)
					if s.Entries != 4 || s.Refused[intake.Mail] != 0 || len(at) != 0 {
						t.Errorf("status %+v, cursor %q after an error", s, at)
					}
					if _, err := b.SubmitGroup(t.Context(), aGroup(b.Clock.Now()), cursor); err != nil {
						t.Fatal(err)
					}
					s = status(t, b)
					at, _ = b.Cursor(t.Context(), "mail")
				}
				if s.Entries != 4+3 || s.Accepted[intake.Mail] != 3 || s.RefusedBy[intake.Mail][intake.OutsideHours] != 1 || string(at) != "uid 5" {
					t.Errorf("status %+v, cursor %q", s, at)
				}
				b.Reopen(t)
				blobsLeft(t, b, groupBlobs)
			})
		}
	}
}

// TestACrashInAGroup: the group is cut off at a link and nobody is left to
// remove anything. The next start does.
func TestACrashInAGroup(t *testing.T) {
	for last := 1; last <= groupBlobs; last++ {
		links := 0
		b := storetest.NewAround(t, func(s store.Step, do func() error) error {
			switch s {
			case store.StepBlobLink:
				if links++; links >= last {
					return storetest.ErrFault
				}
			case store.StepBlobUnlink:
				return storetest.ErrFault
			}
			return do()
		})
		if _, err := b.SubmitGroup(t.Context(), aGroup(b.Clock.Now()), intake.Cursor{}); !errors.Is(err, storetest.ErrFault) {
			t.Fatalf("error %v", err)
		}
		b.Reopen(t)
		noBlobs(t, b)
	}
}

func TestFaultsOfSetAside(t *testing.T) {
	for _, after := range []bool{false, true} {
		f := &storetest.Fault{Step: store.StepCommit, After: after, Nth: 1}
		b := storetest.NewAround(t, f.Around)
		a := aside(b.Clock.Now(), intake.ManyParts, "一")
		a.Source.Cursor = intake.Cursor{Name: "mail", Value: []byte("uid 1")}
		err := b.SetAside(t.Context(), a)
		var want int64
		if after {
			want = 1
		}
		at, _ := b.Cursor(t.Context(), "mail")
		if n := status(t, b).Quarantined[intake.Mail][intake.ManyParts]; after != (err == nil) || n != want || (len(at) > 0) != after {
			t.Errorf("after=%v: %d counted, cursor %q, %v", after, n, at, err)
		}
		setAside(t, b, a)
		if n := status(t, b).Quarantined[intake.Mail][intake.ManyParts]; n != 1 {
			t.Errorf("after=%v: %d counted in the end", after, n)
		}
	}
}

// TestAPanicInAGroupLeavesNothing: it comes to whoever called, however many
// reports are read at the time.
func TestAPanicInAGroupLeavesNothing(t *testing.T) {
	for name, around := range map[string]store.Around{"in a file": nil, "at a link": panicAt(store.StepBlobLink, true), "at a sync": panicAt(store.StepBlobSync, false)} {
		t.Run(name, func(t *testing.T) {
			b := storetest.NewAround(t, around)
			group := aGroup(b.Clock.Now())
			if around == nil {
				group = append(group, mailed(b.Clock.Now(), "坏", intake.File{Body: lying}), mailed(b.Clock.Now(), "也坏", intake.File{Body: lying}))
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Error("no panic")
					}
				}()
				_, _ = b.SubmitGroup(t.Context(), group, intake.Cursor{Name: "mail", Value: []byte("x")})
			}()
			noBlobs(t, b)
			if n, err := b.Size(t.Context()); err != nil || n != 4 {
				t.Errorf("%d entries, %v; want the first four", n, err)
			}
			submit(t, b, storetest.Web(b.Clock.Now(), "照常"))
		})
	}
}

// group takes calls in together, each with a file.
func (l *life) group(t *testing.T) error {
	var reports []*intake.Report
	for i := range 3 {
		r := storetest.Call(l.b.Clock.Now(), fmt.Sprintf("一组之%d", i))
		r.Files = files(intake.File{Name: "e", Private: i == 0, Body: strings.NewReader("five")})
		reports = append(reports, r)
		l.texts = append(l.texts, r.Text)
	}
	outs, err := l.b.SubmitGroup(t.Context(), reports, intake.Cursor{Name: "calls", Value: []byte("place")})
	for i, o := range outs {
		l.ack(o, err, reports[i].Text)
	}
	return err
}
