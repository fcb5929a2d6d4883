package reader

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"

	"golang.org/x/crypto/chacha20poly1305"
)

// A view is what the reader keeps of one entry so that it need not be opened
// again. It is a function of the entry: made twice, it says the same. In the
// box it is the entry's id (16 bytes), a nonce (24), and the ciphertext of its
// JSON, padded with spaces to a multiple of viewStep.
type view struct {
	V     int   `json:"v"`
	Index int64 `json:"index"` // of the entry
	// Row is the view of a report, without its standing. Damaged says that the
	// report did not open: the row is bare, and the next unlock tries again.
	Row     *triage.Row `json:"row,omitempty"`
	Damaged bool        `json:"damaged,omitempty"`
	// Decision is the view of a triaged or handover entry.
	Decision *decision `json:"decision,omitempty"`
	// Bookmark is the view of entry 0, which is created and has no other.
	Bookmark *bookmark `json:"bookmark,omitempty"`

	id string
}

// A decision moved a report; an empty one did not open.
type decision struct {
	Ref string `json:"ref"` // the report
	triage.Standing
}

// A bookmark says how far the views reach. It is written with every batch of
// them, so that it is never ahead of what is there.
type bookmark struct {
	Size  int64 `json:"size"`  // entries below this index have their views
	Views int64 `json:"views"` // how many those are; fewer in the box means that some were taken away
}

// viewStep is the unit of a view's length: nearly all rows fill one.
const viewStep = 512

const (
	idSize    = 16
	nonceSize = chacha20poly1305.NonceSizeX
)

// seal seals a view for the log of that origin.
func (s viewSealer) seal(origin string, v view) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("view of entry %d: %w", v.Index, err)
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, (viewStep-len(plain)%viewStep)%viewStep)...)
	out := make([]byte, idSize+nonceSize, idSize+nonceSize+len(plain)+chacha20poly1305.Overhead)
	if n, err := hex.Decode(out, []byte(v.id)); err != nil || n != idSize {
		return nil, fmt.Errorf("view of entry %d: id %q: %w", v.Index, v.id, intake.ErrInvalid)
	}
	rand.Read(out[idSize:])
	return s.aead.Seal(out, out[idSize:], plain, viewContext(origin, v.Index, v.id)), nil
}

// open opens the view of entry number index. Whatever is wrong with it wraps
// intake.ErrDamaged: a view is only ever made anew.
func (s viewSealer) open(origin string, index int64, sealed []byte) (v view, err error) {
	fail := func() (view, error) {
		return view{}, fmt.Errorf("view of entry %d: %w", index, intake.ErrDamaged)
	}
	if len(sealed) < idSize+nonceSize {
		return fail()
	}
	id := hex.EncodeToString(sealed[:idSize])
	plain, err := s.aead.Open(nil, sealed[idSize:idSize+nonceSize], sealed[idSize+nonceSize:], viewContext(origin, index, id))
	if err != nil {
		return fail()
	}
	if err := json.Unmarshal(plain, &v); err != nil || v.V != formatV1 || v.Index != index {
		return fail()
	}
	if v.Row == nil && v.Decision == nil && v.Bookmark == nil {
		return fail()
	}
	v.id = id
	return v, nil
}

// viewContext binds a view to its entry and to its log.
func viewContext(origin string, index int64, id string) []byte {
	return fmt.Appendf(nil, "dengwen view v1\n%s\n%d\n%s", origin, index, id)
}
