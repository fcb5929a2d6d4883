package intake

import "time"

// Widens finds the earliest instant before until that next admits and old did
// not, with its channel. A schedule that does is refused with ErrWidened: what
// was outside the announced rules stays outside. It compares the open
// intervals themselves, so that no window is too short to be seen.
func Widens(old, next Schedule, until time.Time) (Channel, time.Time, bool) {
	var channel Channel
	var first time.Time
	for _, ch := range Channels() {
		at, found := uncovered(next.compiled().calendar(ch).spans, old.compiled().calendar(ch).spans)
		if !found {
			continue
		}
		t := time.Unix(at, 0).In(next.Location())
		if t.Before(until) && (first.IsZero() || t.Before(first)) {
			channel, first = ch, t
		}
	}
	return channel, first, channel != ""
}

// uncovered is the first second that lies in one of spans and in none of
// cover. Both are in order and do not touch among themselves.
func uncovered(spans, cover []span) (int64, bool) {
	for _, s := range spans {
		for len(cover) > 0 && cover[0].to <= s.from {
			cover = cover[1:]
		}
		if len(cover) == 0 || s.from < cover[0].from {
			return s.from, true
		}
		if s.to > cover[0].to {
			return cover[0].to, true // the next of cover does not touch this one
		}
	}
	return 0, false
}
