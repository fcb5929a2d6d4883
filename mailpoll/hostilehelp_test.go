package mailpoll_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// inSet reports whether a set in a command has a UID.
func inSet(set string, uid uint32) bool {
	for _, r := range strings.Split(set, ",") {
		first, last, is := strings.Cut(r, ":")
		if !is {
			last = first
		}
		from, _ := strconv.ParseUint(first, 10, 32)
		to, err := strconv.ParseUint(last, 10, 32)
		if uint64(uid) >= from && (err != nil || uint64(uid) <= to) {
			return true
		}
	}
	return false
}

// A reading tells what has come into a box since it was asked last.
type reading struct {
	*storetest.Box
	from int64
}

// taken is the texts of new reports, sorted.
func (r *reading) taken(t *testing.T) (list []string) {
	t.Helper()
	size, err := r.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range r.Entries(t.Context(), r.from, size) {
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range rec.Header.Parts {
			if rec.Header.Kind != entry.KindAccepted || part.Role != entry.RoleReport {
				continue
			}
			in, err := storetest.OpenPart(r.Box.Box, rec, i, r.Keys.Team)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, strings.TrimSpace(in.Report.Text))
		}
	}
	r.from = size
	slices.Sort(list)
	return list
}

// head and body are answers to the two kinds of FETCH.
func head(seq int, uid uint32, size int) string { return headAt(inHours, seq, uid, size) }

func headAt(at time.Time, seq int, uid uint32, size int) string {
	return fmt.Sprintf("* %d FETCH (UID %d INTERNALDATE %q RFC822.SIZE %d)\r\n", seq, uid, at.Format("02-Jan-2006 15:04:05 -0700"), size)
}

func body(seq int, uid uint32, raw string) string {
	return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n", seq, uid, len(raw), raw)
}
