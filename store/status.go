package store

import (
	"context"
	"os"
	"path/filepath"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// Status is what anyone who runs the box may know of it.
func (b *Box) Status(context.Context) (entry.Status, error) {
	s := entry.NewStatus()
	state := b.now.Load().state
	s.Key = state.Key
	err := b.view(func(tx *bbolt.Tx) error {
		s.Entries = i64(tx.Bucket(bucketMeta).Get(metaSize))
		for _, c := range intake.Channels() {
			if n := total(tx, "accepted", c); n > 0 {
				s.Accepted[c] = n
			}
			if n := total(tx, "refused", c); n > 0 {
				s.Refused[c] = n
			}
			if by := byReason(tx, "refused", c, intake.Reasons()); by != nil {
				s.RefusedBy[c] = by
			}
			if by := byReason(tx, "quarantined", c, intake.Quarantines()); by != nil {
				s.Quarantined[c] = by
			}
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	now := b.opts.Now()
	for _, c := range intake.LiveChannels() {
		s.Open[c] = state.Schedule.Admit(c, now, now).Open()
		if s.Open[c] {
			continue
		}
		if next := state.Schedule.NextOpening(c, now); !next.IsZero() && (s.NextOpening == nil || next.Before(*s.NextOpening)) {
			s.NextOpening = &next
		}
	}
	name, err := b.newestNote(false)
	if err != nil || name == "" {
		return s, err
	}
	note, err := os.ReadFile(filepath.Join(b.dir, dirNotes, name))
	s.Checkpoint = string(note)
	return s, err
}

// byReason reads a channel's totals of each reason that has some; nil is none.
func byReason[R ~string](tx *bbolt.Tx, what string, c intake.Channel, reasons []R) (by map[R]int64) {
	for _, why := range reasons {
		n := total(tx, what, c, string(why))
		if n == 0 {
			continue
		}
		if by == nil {
			by = map[R]int64{}
		}
		by[why] = n
	}
	return by
}
