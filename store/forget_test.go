package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// letter is a report of a mail; its text is its whole meaning.
func letter(at time.Time, text string) *intake.Report {
	return &intake.Report{Channel: intake.Mail, Arrived: at, Text: text, Source: intake.Source{Meaning: []byte(text)}}
}

func meanings(texts ...string) (list [][]byte) {
	for _, s := range texts {
		list = append(list, []byte(s))
	}
	return list
}

func forget(t *testing.T, b *storetest.Box, cursor string, texts ...string) {
	t.Helper()
	if err := b.Forget(t.Context(), intake.Mail, meanings(texts...), intake.Cursor{Name: "mail:INBOX", Value: []byte(cursor)}); err != nil {
		t.Fatal(err)
	}
}

func TestForget(t *testing.T) {
	b := storetest.New(t)
	now := b.Clock.Now()
	early := now.Add(-4 * time.Hour)
	for _, text := range []string{"一", "二"} {
		submit(t, b, letter(now, text))
		submit(t, b, storetest.Call(now, text))
		submit(t, b, letter(early, "早"+text))
	}
	forget(t, b, "uid 2", "一", "早一", "从来没有", "", "一")
	b.Reopen(t)
	if value, err := b.Cursor(t.Context(), "mail:INBOX"); err != nil || string(value) != "uid 2" {
		t.Errorf("cursor %q, %v", value, err)
	}
	// What is forgotten is new again; all else is known as before.
	for _, tt := range []struct {
		report  *intake.Report
		want    intake.Verdict
		refused int64 // by mail, after it
	}{
		{letter(now, "一"), intake.Accepted, 2},
		{letter(now, "二"), intake.Duplicate, 2},
		{storetest.Call(now, "一"), intake.Duplicate, 2}, // another channel's
		{letter(early, "早二"), intake.Refused, 2},
		{letter(early, "早一"), intake.Refused, 3},
	} {
		out := submit(t, b, tt.report)
		s, err := b.Status(t.Context())
		if err != nil || out.Verdict != tt.want || s.Refused[intake.Mail] != tt.refused {
			t.Errorf("%s by %s: %+v, status %+v, %v", tt.report.Text, tt.report.Channel, out, s, err)
		}
	}
	// Nothing but the keys is gone, and a cursor without a name is none.
	if err := b.Forget(t.Context(), intake.Mail, nil, intake.Cursor{Value: []byte("nowhere")}); err != nil {
		t.Error(err)
	}
	if value, err := b.Cursor(t.Context(), ""); err != nil || value != nil {
		t.Errorf("cursor %q, %v", value, err)
	}
	if s, err := b.Status(t.Context()); err != nil || s.Entries != 4+5 || s.Accepted[intake.Mail] != 3 || s.Accepted[intake.Hotline] != 2 {
		t.Errorf("status %+v, %v", s, err)
	}
}

func TestForgetErrors(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, letter(b.Clock.Now(), "一"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	cursor := intake.Cursor{Name: "mail:INBOX", Value: []byte("uid 1")}
	if err := b.Forget(t.Context(), "telex", meanings("一"), cursor); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("no channel: %v", err)
	}
	// A context that has ended may still find the writer free; then all is done.
	if err := b.Forget(gone, intake.Mail, nil, intake.Cursor{}); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	if value, err := b.Cursor(t.Context(), "mail:INBOX"); err != nil || value != nil {
		t.Errorf("cursor %q, %v", value, err)
	}
	if out := submit(t, b, letter(b.Clock.Now(), "一")); out.Verdict != intake.Duplicate {
		t.Errorf("outcome %+v", out)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Forget(t.Context(), intake.Mail, nil, cursor); !errors.Is(err, intake.ErrStopped) {
		t.Errorf("a stopped box: %v", err)
	}
}

// The mail that was forgotten after the end of the inspection is forgotten too.
func TestForgetAfterTheEnd(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, letter(b.Clock.Now(), "一"))
	end(t, b)
	forget(t, b, "uid 1", "一")
	if n := len(dedupe(t, b)); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

// dedupe reads the keys that the box has, between two of its lives.
func dedupe(t *testing.T, b *storetest.Box) map[string][]byte {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	keys := map[string][]byte{}
	change(t, b.Path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("dedupe")).ForEach(func(k, v []byte) error {
			keys[string(k)] = bytes.Clone(v)
			return nil
		})
	})
	b.Open(t, nil)
	return keys
}

// Once the box is compacted, a seized disk confirms nothing of what was
// forgotten, not even to who has the mail word for word.
func TestForgottenIsNotOnTheDisk(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, letter(b.Clock.Now(), "收到"))
	submit(t, b, letter(b.Clock.Now().Add(-4*time.Hour), "不予接收"))
	keys := dedupe(t, b)
	if len(keys) != 2 {
		t.Fatalf("%d keys", len(keys))
	}
	for _, gone := range []bool{false, true} {
		if gone {
			forget(t, b, "uid 2", "收到", "不予接收")
		}
		if err := b.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(b.Path, "box.db"))
		if err != nil {
			t.Fatal(err)
		}
		for key := range keys {
			if bytes.Contains(raw, []byte(key)) == gone {
				t.Errorf("forgotten %v, and the key's being there is not %v", gone, !gone)
			}
		}
	}
}

// Keys and cursor go together, or both stay.
func TestForgetIsOneTransaction(t *testing.T) {
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after=%v", after), func(t *testing.T) {
			f := &storetest.Fault{Step: store.StepCommit, After: after, Nth: 2}
			b := storetest.NewAround(t, f.Around)
			submit(t, b, letter(b.Clock.Now(), "一"))
			cursor := intake.Cursor{Name: "mail:INBOX", Value: []byte("uid 1")}
			if err := b.Forget(t.Context(), intake.Mail, meanings("一"), cursor); after != (err == nil) || !after && !errors.Is(err, storetest.ErrFault) {
				t.Fatalf("error %v", err)
			}
			keys, cursorThere := 1, ""
			if after {
				keys, cursorThere = 0, "uid 1"
			}
			value, err := b.Cursor(t.Context(), "mail:INBOX")
			if n := len(dedupe(t, b)); n != keys || string(value) != cursorThere || err != nil {
				t.Errorf("%d keys, cursor %q, %v", n, value, err)
			}
			forget(t, b, "uid 1", "一") // as the poller does at its next pass
			if n := len(dedupe(t, b)); n != 0 {
				t.Errorf("%d keys are left", n)
			}
		})
	}
}

// A file that is on its way in has its marks to itself: who forgets one of its
// rows waits for its end, with all that the call was to do. Others do not wait.
func TestForgetWaitsForAFile(t *testing.T) {
	for name, torn := range map[string]error{"whole": nil, "torn": errTorn} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			now := b.Clock.Now()
			submit(t, b, letter(now, "以前收到"))
			submit(t, b, letter(now.Add(-4*time.Hour), "信0")) // refused once; the file has it in time
			if n := len(dedupe(t, b)); n != 2 {
				t.Fatalf("%d keys before", n)
			}
			forgotten := make(chan error, 1)
			err := b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
				for i := range 300 { // the first chunk is staged
					if !yield(letter(now, fmt.Sprint("信", i)), nil) {
						return
					}
				}
				forget(t, b, "uid 1", "以前收到", "从来没有")
				// Who gives up waiting has done nothing, of the other meanings too.
				soon, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				if err := b.Forget(soon, intake.Mail, meanings("从来没有", "信1"), intake.Cursor{Name: "mail:INBOX", Value: []byte("uid 2")}); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("forgetting a row of the file: %v", err)
				}
				if value, err := b.Cursor(t.Context(), "mail:INBOX"); err != nil || string(value) != "uid 1" {
					t.Errorf("cursor %q, %v", value, err)
				}
				go func() {
					forgotten <- b.Forget(context.Background(), intake.Mail, meanings("信0", "信2"), intake.Cursor{Name: "mail:INBOX", Value: []byte("uid 3")})
				}()
				// A later row of the file still meets the mark of an earlier one.
				if yield(letter(now, "信1"), nil) && torn != nil {
					yield(nil, torn)
				}
			}, func(int, intake.Outcome) {})
			if !errors.Is(err, torn) {
				t.Fatal(err)
			}
			if err := <-forgotten; err != nil {
				t.Fatal(err)
			}
			if value, err := b.Cursor(t.Context(), "mail:INBOX"); err != nil || string(value) != "uid 3" {
				t.Errorf("cursor %q, %v", value, err)
			}
			// Of the whole file two rows are forgotten; of the torn one no mark is
			// left, nor is the older one that it had to put back.
			accepted, keys, other := int64(301), 298, intake.Duplicate
			if torn != nil {
				accepted, keys, other = 1, 0, intake.Accepted
			}
			if s, err := b.Status(t.Context()); err != nil || s.Accepted[intake.Mail] != accepted {
				t.Errorf("status %+v, %v", s, err)
			}
			if n := len(dedupe(t, b)); n != keys {
				t.Errorf("%d keys, want %d", n, keys)
			}
			for text, verdict := range map[string]intake.Verdict{"信0": intake.Accepted, "信1": other, "信2": intake.Accepted, "以前收到": intake.Accepted} {
				if out := submit(t, b, letter(now, text)); out.Verdict != verdict {
					t.Errorf("%s, sent again: %+v, want %s", text, out, verdict)
				}
			}
		})
	}
}

// TestCursorAfter: of two who read the same source from the same place, one
// moves the cursor, and of the other nothing is written.
func TestCursorAfter(t *testing.T) {
	b := storetest.New(t)
	at := func(value string, after []byte) intake.Cursor {
		return intake.Cursor{Name: "mail:INBOX", Value: []byte(value), After: after}
	}
	mail := func(text string, c intake.Cursor) error {
		r := storetest.Call(b.Clock.Now(), text)
		r.Channel, r.Source.Cursor = intake.Mail, c
		_, err := b.Submit(t.Context(), r)
		return err
	}
	for _, tt := range []struct {
		text   string
		cursor intake.Cursor
		want   error
	}{
		{"第一封", at("1", []byte{}), nil},
		{"第一封，另一个读者", at("1", []byte{}), intake.ErrMoved},
		{"第二封", at("2", []byte("1")), nil},
		{"第三封，另一个读者", at("3", []byte("1")), intake.ErrMoved},
		{"不问的读者", at("4", nil), nil},
	} {
		if err := mail(tt.text, tt.cursor); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.text, err)
		}
	}
	if err := b.Forget(t.Context(), intake.Mail, [][]byte{[]byte("第一封")}, at("5", []byte("2"))); !errors.Is(err, intake.ErrMoved) {
		t.Errorf("Forget: %v", err)
	}
	st, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Accepted[intake.Mail] != 3 {
		t.Errorf("%d accepted", st.Accepted[intake.Mail])
	}
	// What was not forgotten is still known.
	r := storetest.Call(b.Clock.Now(), "第一封")
	r.Channel = intake.Mail
	if out, err := b.Submit(t.Context(), r); err != nil || out.Verdict != intake.Duplicate {
		t.Errorf("%v %v", out, err)
	}
}
