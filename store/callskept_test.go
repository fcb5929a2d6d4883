package store_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// A day's counts are of reports, also where calls came beside them.
func TestADayCountsNoCalls(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, storetest.Call(b.Clock.Now(), "一件"))
	b.TakeCalls(t, many(b, 3)...)
	b.TakeCalls(t, storetest.Record(b.Clock.Now().AddDate(0, -1, 0), "巡察前"))
	b.Clock.Add(8 * time.Hour)
	closeDays(t, b)
	b.Reopen(t)
	days := closedDays(t, b)
	if len(days) != 1 || len(days[0].Refused) != 0 || !cmp.Equal(days[0].Accepted, []entry.Count{{Day: "2026-09-08", Channel: intake.Hotline, N: 1}}) {
		t.Errorf("closed days %+v", days)
	}
	if s := status(t, b); s.Entries != 4+1+3+1 || s.Accepted[intake.Hotline] != 1 || s.Refused[intake.Hotline] != 0 {
		t.Errorf("status %+v", s)
	}
}

// A call record that comes after the last closing is in a checkpoint all the
// same, once its day is over; what the staff wrote meanwhile does not hide it.
func TestCallsAfterTheInspectionAreClosedToo(t *testing.T) {
	b := storetest.New(t)
	out := submit(t, b, storetest.Web(b.Clock.Now(), "一件"))
	b.Clock.Set(time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC))
	closeDays(t, b)
	before := len(closedDays(t, b))
	b.Act(t, entry.KindNoted, out.ID, entry.Inner{Note: &entry.Note{Text: "批注"}})
	b.TakeCalls(t, storetest.Record(time.Date(2026, 10, 30, 3, 0, 0, 0, time.UTC), "13900017391"))
	covered := status(t, b).Entries
	closeDays(t, b)
	if n := len(closedDays(t, b)); n != before {
		t.Errorf("%d days closed, want %d: the day is not over", n, before)
	}
	for range 3 {
		b.Clock.Add(24 * time.Hour)
		closeDays(t, b)
	}
	days := closedDays(t, b)
	if last := days[len(days)-1]; len(days) != before+1 || last.Day != "2026-11-02" || len(last.Accepted)+len(last.Refused) != 0 {
		t.Errorf("closed days %+v", days[before:])
	}
	note, err := b.PublicCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c := openNote(t, b, note); c.Size != covered+1 {
		t.Errorf("the public checkpoint covers %d entries of %d", c.Size, covered)
	}
}

// Calls stay readable, and known, in a compacted box, in a backup of it, and
// under the new origin of a restored one.
func TestCallsInACopy(t *testing.T) {
	b := storetest.New(t)
	calls := many(b, 3)
	outs := b.TakeCalls(t, calls...)
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	note, err := b.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copied := backup(t, b)
	for name, c := range map[string]*storetest.Box{"compacted": b, "restored": restored(t, b, copied, note), "restored as a new log": restored(t, b, copied, nil)} {
		for i, out := range outs {
			in, err := storetest.OpenPart(c.Box, record(t, c, out.ID), 0, b.Keys.Archive)
			if err != nil || !in.Call.At.Equal(calls[i].At) {
				t.Errorf("%s: %+v, %v", name, in.Call, err)
			}
		}
		if again := c.TakeCalls(t, append(many(c, 3), storetest.Record(c.Clock.Now(), "又来"))...); again[0].Verdict != intake.Duplicate || again[0].ID != outs[0].ID || again[3].Verdict != intake.Accepted {
			t.Errorf("%s: %+v", name, again)
		}
	}
}

// Check reads the bodies of calls as it does all others.
func TestCheckFindsAHarmedCall(t *testing.T) {
	b := storetest.New(t)
	out := b.TakeCalls(t, many(b, 1)...)[0]
	sealed, err := storetest.ReadPart(b.Box, record(t, b, out.ID).Index, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		harm func(bodies *bbolt.Bucket, key, body []byte) error
		says string
	}{
		"flipped": {func(bodies *bbolt.Bucket, key, body []byte) error {
			body[len(body)-1] ^= 1
			return bodies.Put(key, body)
		}, "part 0 (call): its bytes are not those that the header names"},
		"gone":  {func(bodies *bbolt.Bucket, key, _ []byte) error { return bodies.Delete(key) }, "part 0 (call): its body is missing"},
		"twice": {func(bodies *bbolt.Bucket, key, body []byte) error { key[7]++; return bodies.Put(key, body) }, "6 bodies are stored, the log has 5"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &storetest.Box{Path: copyBox(t, b.Path), Clock: b.Clock}
			change(t, c.Path, func(tx *bbolt.Tx) error {
				bodies := tx.Bucket([]byte("bodies"))
				var key []byte
				if err := bodies.ForEach(func(k, v []byte) error {
					if bytes.Equal(v, sealed) {
						key = bytes.Clone(k)
					}
					return nil
				}); err != nil || key == nil {
					return fmt.Errorf("the call's body is not found: %w", err)
				}
				return tt.harm(bodies, key, bytes.Clone(sealed))
			})
			c.Open(t, nil)
			defer c.Close()
			problems, err := c.Check(t.Context())
			if err != nil || len(problems) != 1 || !strings.Contains(problems[0].What, tt.says) {
				t.Errorf("%v, %v", problems, err)
			}
		})
	}
}
