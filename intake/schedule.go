package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // so that every zone is known on a machine without a zone database
)

// Rules is a schedule as people write it, in the inspection and hours
// sections of the configuration. [NewSchedule] checks and completes it.
type Rules struct {
	// Timezone is an IANA name, such as Asia/Shanghai. All days and times of
	// day below are wall-clock times there.
	Timezone string `json:"timezone"`
	// First and Last are the days of the inspection period, 2006-01-02, both
	// inside it.
	First string `json:"first"`
	Last  string `json:"last"`
	// Cutoff is an instant, RFC 3339 in whole seconds, from which on nothing
	// is taken whatever the windows say; empty is none.
	Cutoff string `json:"cutoff,omitempty"`
	Hours  Hours  `json:"hours"`
	// Channels holds what differs for one channel. An override replaces just
	// the keys it gives.
	Channels []ChannelHours `json:"channels,omitempty"`
}

// Hours says when a channel is open inside the period. A nil field is not
// given: in Rules.Hours it takes its default, in an override the base value.
type Hours struct {
	// Windows are daily times, 08:30-18:00, half-open: the first minute is in,
	// the last is out. Adjacent windows are one, overlapping ones are refused,
	// 24:00 is midnight at the day's end. Default 08:30-18:00.
	Windows []string `json:"windows,omitzero"`
	// Weekdays are mon tue wed thu fri sat sun. Default all.
	Weekdays []string `json:"weekdays,omitzero"`
	// Open and Closed are days that differ from their weekday (调休). A day
	// in both is an error.
	Open   []string `json:"open,omitzero"`
	Closed []string `json:"closed,omitzero"`
}

// ChannelHours is the override of one channel.
type ChannelHours struct {
	Channel Channel `json:"channel"`
	Hours
}

// Limits of a schedule. They bound the work of compiling one that came from a
// log; no inspection comes near them.
const (
	MaxPeriod  = 5 * 366 // days
	MaxWindows = 24      // a day
	MaxDates   = 1_000   // open or closed dates
)

// A Schedule answers when something may come in. An instant is open for a
// channel if its wall-clock day lies in the period and is a working day, its
// wall-clock time lies in a window, and it is before the cutoff. Going by the
// wall clock means that a time which daylight saving skips is never open, and
// one that it repeats is open both times.
//
// A Schedule is immutable and cheap to copy. The zero Schedule is never open.
// Its JSON is that of its complete Rules: one schedule has one encoding.
type Schedule struct {
	c *compiled
}

// NewSchedule checks r and completes it with the defaults. Every error wraps
// ErrSchedule and names the configuration key, its value and what to do.
//
// The rules of the zone come from the system's zone database, or from the
// copy in the program where there is none.
func NewSchedule(r Rules) (Schedule, error) {
	c, err := compile(r)
	if err != nil {
		return Schedule{}, fmt.Errorf("%w: %w", ErrSchedule, err)
	}
	return Schedule{c}, nil
}

// Rules returns the complete rules: defaults filled in, windows and days
// sorted, adjacent windows joined, the cutoff in UTC. The caller owns them.
func (s Schedule) Rules() Rules {
	r := s.compiled().rules
	r.Hours = r.Hours.clone()
	r.Channels = slices.Clone(r.Channels)
	for i := range r.Channels {
		r.Channels[i].Hours = r.Channels[i].Hours.clone()
	}
	return r
}

func (h Hours) clone() Hours {
	return Hours{slices.Clone(h.Windows), slices.Clone(h.Weekdays), slices.Clone(h.Open), slices.Clone(h.Closed)}
}

// IsZero reports whether s is the zero Schedule.
func (s Schedule) IsZero() bool { return s.c == nil }

// Equal reports whether s and t have the same complete rules.
func (s Schedule) Equal(t Schedule) bool {
	if s.c == t.c || s.IsZero() || t.IsZero() {
		return s.c == t.c
	}
	return bytes.Equal(s.c.json, t.c.json)
}

// Location is the inspection's time zone.
func (s Schedule) Location() *time.Location { return s.compiled().loc }

// MarshalJSON gives the one encoding of s. The zero Schedule has none.
func (s Schedule) MarshalJSON() ([]byte, error) {
	if s.IsZero() {
		return nil, fmt.Errorf("%w: there is none", ErrSchedule)
	}
	return slices.Clone(s.c.json), nil
}

// UnmarshalJSON reads rules as NewSchedule does; unknown keys are refused.
// Whoever needs the bytes to be canonical encodes s again and compares.
func (s *Schedule) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var r Rules
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("%w: %w", ErrSchedule, err)
	}
	t, err := NewSchedule(r)
	if err == nil {
		*s = t
	}
	return err
}
