package triage_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// A lag is never told shorter than it is.
func TestAgo(t *testing.T) {
	for seconds, want := range map[int64]string{
		0: "0 seconds", 1: "1 seconds", 119: "119 seconds", 120: "2 minutes", 121: "3 minutes", 10_799: "180 minutes",
		10_800: "3 hours", 10_801: "4 hours", 86_400: "24 hours",
	} {
		n, unit := triage.Ago(seconds)
		if got := fmt.Sprint(n, " ", unit); got != want {
			t.Errorf("%d seconds are %s, want %s", seconds, got, want)
		}
	}
}

// Every count of messages that a mailbox has is among the heaps.
func TestHeaps(t *testing.T) {
	got := triage.Heaps(intake.Mailbox{Pending: 1, Left: 2, Future: 3, Unread: 4, Kept: 5})
	want := []triage.Heap{{"pending", 1}, {"left", 2}, {"future", 3}, {"unread", 4}, {"kept", 5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	c := triage.ChannelCounts{Quarantined: map[intake.Quarantine]int64{intake.Unfit: 2, intake.TooLarge: 3}}
	if n := c.Aside(); n != 5 {
		t.Errorf("%d are in quarantine, want 5", n)
	}
}
