//go:build linux

package store_test

import (
	"errors"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// calls runs out of space in a call record after some chunks of it were staged,
// and then in one whose reader fails too. Nothing is left of either.
func (f *filling) calls(t *testing.T) {
	b, each := f.b, func(int, intake.Outcome) {}
	calls := many(b, 600)
	size := status(t, b).Entries
	none := func() {
		t.Helper()
		if n := status(t, b).Entries; n != size {
			t.Errorf("%d entries, want %d", n, size)
		}
		f.look(t)
	}
	// Without the room in box.db that the files before left.
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.disk.Fill(t, 2<<20)
	mustBeFull(t, "a call record", b.SubmitCalls(t.Context(), false, storetest.Records(nil, calls...), each))
	none()
	f.disk.Free(t)
	err := b.SubmitCalls(t.Context(), false, func(yield func(*intake.Call, error) bool) {
		for _, c := range calls {
			if !yield(c, nil) {
				return
			}
		}
		f.disk.Fill(t, 0)
		yield(nil, errTorn)
	}, each)
	if !errors.Is(err, errTorn) {
		t.Errorf("error %v", err)
	}
	none()
	f.disk.Free(t)
	b.TakeCalls(t, calls...)
	size += int64(len(calls))
	none()
}
