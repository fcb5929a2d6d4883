package mailpoll

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// Limits of a cursor. A removal takes about 90 bytes of it, and it is written
// with every group of messages.
const (
	maxAgain   = 1 << 18 // UIDs that wait for another look; a pass that has as many takes nothing new
	maxDoubts  = 100     // messages at which the connection broke; likewise
	maxPending = 2_000   // removals; a pass that has as many takes nothing new
	maxKept    = 1 << 22 // messages in the folder for accepted ones
	maxCursor  = 16 << 20
)

// stored is a cursor in the box: JSON, version 1.
type stored struct {
	V           int             `json:"v"`
	Owner       string          `json:"owner"`
	Account     string          `json:"account"`
	Folders     string          `json:"folders"`
	UIDValidity uint32          `json:"uidvalidity"`
	UID         uint32          `json:"uid"`
	Few         int             `json:"few,omitempty"`
	Again       [][2]uint32     `json:"again,omitempty"`  // ranges, first and last UID
	Doubts      [][3]uint32     `json:"doubts,omitempty"` // UID, times, day
	Pending     []storedRemoval `json:"pending,omitempty"`
	Rescan      bool            `json:"rescan,omitempty"`
	Lost        [][]byte        `json:"lost,omitempty"`
	Kept        *storedKept     `json:"kept,omitempty"`
	Astray      []storedRemoval `json:"astray,omitempty"` // without UIDs
}

// A storedRemoval is a removal in a cursor. Of the folders only quarantine is
// stored: a removal that goes in with a submission is written before the verdict
// is known, and whoever finds it asks the box; see resume.
type storedRemoval struct {
	UID     uint32 `json:"uid,omitempty"`
	Meaning []byte `json:"meaning,omitempty"`
	At      int64  `json:"at,omitempty"`
	To      folder `json:"to,omitempty"`
	Copied  bool   `json:"copied,omitempty"`
	Told    bool   `json:"told,omitempty"`
	Times   int    `json:"times,omitempty"` // of astray
}

type storedKept struct {
	Folder      string      `json:"folder"`
	UIDValidity uint32      `json:"uidvalidity"`
	Days        []storedDay `json:"days"`
}

type storedDay struct {
	Day  string      `json:"day"`
	UIDs [][2]uint32 `json:"uids"` // ranges
}

const cursorVersion = 1

func (p *place) encode() []byte {
	s := stored{V: cursorVersion, Owner: p.owner, Account: p.account, Folders: p.folders, Few: p.few, UIDValidity: p.validity, UID: uint32(p.uid), Again: ranges(p.again), Rescan: p.rescan, Lost: p.lost}
	for _, d := range p.doubts {
		s.Doubts = append(s.Doubts, [3]uint32{uint32(d.uid), uint32(d.times), d.day})
	}
	for _, r := range p.pending {
		kept := storedRemoval{UID: uint32(r.uid), Meaning: r.meaning, At: r.at, Copied: r.copied, Told: r.told}
		if r.to == quarantine {
			kept.To = quarantine
		}
		s.Pending = append(s.Pending, kept)
	}
	for _, r := range p.astray {
		s.Astray = append(s.Astray, storedRemoval{Meaning: r.meaning, At: r.at, Times: r.times})
	}
	if len(p.kept.days) > 0 {
		s.Kept = &storedKept{Folder: p.kept.folder, UIDValidity: p.kept.validity}
		for _, d := range p.kept.days {
			day := storedDay{Day: d.day}
			for _, r := range d.uids {
				day.UIDs = append(day.UIDs, [2]uint32{uint32(r.Start), uint32(r.Stop)})
			}
			s.Kept.Days = append(s.Kept.Days, day)
		}
	}
	value, err := json.Marshal(s)
	if err != nil {
		panic(err) // numbers, bytes and names can always be written
	}
	return value
}

// ranges are ascending UIDs, put together.
func ranges(uids []imap.UID) (list [][2]uint32) {
	for _, uid := range uids {
		u := uint32(uid)
		if n := len(list); n > 0 && list[n-1][1]+1 == u {
			list[n-1][1] = u
			continue
		}
		list = append(list, [2]uint32{u, u})
	}
	return list
}

// decodePlace reads a cursor. Nil is the place where nothing was seen yet.
// Errors: intake.ErrVersion, intake.ErrDamaged.
func decodePlace(value []byte) (*place, error) {
	if len(value) == 0 {
		return &place{}, nil
	}
	var s stored
	if len(value) > maxCursor {
		return nil, fmt.Errorf("mail cursor: %d bytes: %w", len(value), intake.ErrDamaged)
	}
	if err := json.Unmarshal(value, &s); err != nil {
		return nil, damaged("JSON")
	}
	if s.V != cursorVersion {
		return nil, fmt.Errorf("mail cursor: version %d: %w", s.V, intake.ErrVersion)
	}
	p := &place{owner: s.Owner, account: s.Account, folders: s.Folders, few: s.Few, validity: s.UIDValidity, uid: imap.UID(s.UID), rescan: s.Rescan, lost: s.Lost}
	again, ok := fromRanges(s.Again, s.UID, maxAgain)
	if !ok {
		return nil, damaged("UIDs")
	}
	p.again = listed(again)
	for i, d := range s.Doubts {
		if d[0] == 0 || d[0] > s.UID || d[1] > maxTimes || i > 0 && d[0] <= s.Doubts[i-1][0] || p.waits(imap.UID(d[0])) || i >= maxDoubts {
			return nil, damaged("doubts")
		}
		p.doubts = append(p.doubts, doubt{imap.UID(d[0]), int(d[1]), d[2]})
	}
	for _, kept := range s.Pending {
		r := removal{uid: imap.UID(kept.UID), meaning: kept.Meaning, at: kept.At, to: kept.To, copied: kept.Copied, told: kept.Told}
		if kept.UID == 0 || kept.UID > s.UID || p.in(r.uid) || p.waits(r.uid) || p.pends(r.uid) || !r.sound() {
			return nil, damaged("removal")
		}
		p.pending = append(p.pending, r)
	}
	for _, astray := range s.Astray {
		r := removal{meaning: astray.Meaning, at: astray.At, to: astray.To, times: astray.Times}
		if astray.UID != 0 || r.to != unknown || r.times < 0 || r.times >= maxTimes || !r.sound() {
			return nil, damaged("astray")
		}
		p.astray = append(p.astray, r)
	}
	if p.kept, ok = s.Kept.kept(); !ok {
		return nil, damaged("kept")
	}
	if len(p.pending) > maxPending || p.few < 0 || p.few >= perFetch || len(p.lost) > maxPending || len(p.astray) > maxPending || slices.ContainsFunc(p.lost, func(m []byte) bool { return len(m) != sha256.Size }) {
		return nil, damaged("meanings")
	}
	return p, nil
}

func damaged(what string) error { return fmt.Errorf("mail cursor: %s: %w", what, intake.ErrDamaged) }

// fromRanges reads ascending ranges of UIDs up to last, at most so many UIDs.
func fromRanges(list [][2]uint32, last uint32, most int) (set imap.UIDSet, ok bool) {
	before := uint32(0)
	for _, r := range list {
		if r[0] <= before || r[1] < r[0] || r[1] > last {
			return nil, false
		}
		set = append(set, imap.UIDRange{Start: imap.UID(r[0]), Stop: imap.UID(r[1])})
		before = r[1]
	}
	return set, size(set) <= most
}

func (s *storedKept) kept() (k kept, ok bool) {
	if s == nil {
		return kept{}, true
	}
	k.folder, k.validity = s.Folder, s.UIDValidity
	for i, d := range s.Days {
		uids, ok := fromRanges(d.UIDs, 1<<32-1, maxKept)
		if _, err := time.Parse(time.DateOnly, d.Day); err != nil || !ok || i > 0 && d.Day <= s.Days[i-1].Day {
			return kept{}, false
		}
		k.days = append(k.days, keptDay{d.Day, uids})
	}
	return k, k.count() <= maxKept
}

// sound reports whether a removal is one that encode writes.
func (r removal) sound() bool {
	return (r.to == unknown || r.to == quarantine) && len(r.meaning) == sha256.Size
}
