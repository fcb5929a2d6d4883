package mailpoll

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// Limits of a cursor. A removal takes about 90 bytes of it, and it is written
// with every message.
const (
	maxAgain   = 1 << 18 // UIDs that wait for another look; a pass that has as many takes nothing new
	maxPending = 2_000   // removals; a pass that has as many takes nothing new
	maxCursor  = 16 << 20
)

// stored is a cursor in the box: JSON, version 1.
type stored struct {
	V           int             `json:"v"`
	UIDValidity uint32          `json:"uidvalidity"`
	UID         uint32          `json:"uid"`
	Again       [][2]uint32     `json:"again,omitempty"` // ranges, first and last UID
	Pending     []storedRemoval `json:"pending,omitempty"`
	Lost        [][]byte        `json:"lost,omitempty"`
	Left        int             `json:"left,omitempty"`
}

// A storedRemoval is a removal in a cursor. Of the folders only quarantine is
// stored: a removal that goes in with a submission is written before the verdict
// is known, and whoever finds it asks the box; see resume.
type storedRemoval struct {
	UID     uint32 `json:"uid"`
	Meaning []byte `json:"meaning,omitempty"`
	At      int64  `json:"at,omitempty"`
	To      folder `json:"to,omitempty"`
}

const cursorVersion = 1

func (p *place) encode() []byte {
	s := stored{V: cursorVersion, UIDValidity: p.validity, UID: uint32(p.uid), Lost: p.lost, Left: p.left}
	for _, uid := range p.again {
		u := uint32(uid)
		if n := len(s.Again); n > 0 && s.Again[n-1][1]+1 == u {
			s.Again[n-1][1] = u
			continue
		}
		s.Again = append(s.Again, [2]uint32{u, u})
	}
	for _, r := range p.pending {
		kept := storedRemoval{UID: uint32(r.uid), Meaning: r.meaning, At: r.at}
		if r.to == quarantine {
			kept.To = quarantine
		}
		s.Pending = append(s.Pending, kept)
	}
	value, err := json.Marshal(s)
	if err != nil {
		panic(err) // numbers, bytes and names can always be written
	}
	return value
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
		return nil, fmt.Errorf("mail cursor: %w", intake.ErrDamaged)
	}
	if s.V != cursorVersion {
		return nil, fmt.Errorf("mail cursor: version %d: %w", s.V, intake.ErrVersion)
	}
	p := &place{validity: s.UIDValidity, uid: imap.UID(s.UID), lost: s.Lost, left: s.Left}
	last, many := uint32(0), 0
	for _, r := range s.Again {
		if r[0] <= last || r[1] < r[0] || r[1] > s.UID {
			return nil, fmt.Errorf("mail cursor: UIDs out of order: %w", intake.ErrDamaged)
		}
		if many += int(r[1]-r[0]) + 1; many > maxAgain {
			return nil, fmt.Errorf("mail cursor: too many UIDs: %w", intake.ErrDamaged)
		}
		for u := uint64(r[0]); u <= uint64(r[1]); u++ {
			p.again = append(p.again, imap.UID(u))
		}
		last = r[1]
	}
	for _, kept := range s.Pending {
		r := removal{uid: imap.UID(kept.UID), meaning: kept.Meaning, at: kept.At, to: kept.To}
		if kept.UID == 0 || kept.UID > s.UID || p.waits(r.uid) || p.pends(r.uid) || !r.sound() {
			return nil, fmt.Errorf("mail cursor: removal: %w", intake.ErrDamaged)
		}
		p.pending = append(p.pending, r)
	}
	if len(p.pending) > maxPending || len(p.lost) > maxPending || p.left < 0 || slices.ContainsFunc(p.lost, func(m []byte) bool { return len(m) != sha256.Size }) {
		return nil, fmt.Errorf("mail cursor: %w", intake.ErrDamaged)
	}
	return p, nil
}

// sound reports whether a removal is one that encode writes.
func (r removal) sound() bool {
	if r.to == quarantine {
		return r.meaning == nil
	}
	return r.to == unknown && len(r.meaning) == sha256.Size
}
