package entry

import (
	"bytes"
	"fmt"
	"time"

	"dengwen/intake"
)

// MaxInner bounds the plaintext of a sealed part with its padding, in bytes:
// decoded mail text at its limit, every byte of it written as an escape of
// six, in a bucket that is a power of two.
const MaxInner = 256 << 20

// An Inner is the plaintext of a sealed part that is not a file. It repeats
// what its header says, and holds the one payload that its role names.
type Inner struct {
	V       int            `json:"v"`
	Origin  string         `json:"origin"`
	ID      string         `json:"id"`
	Kind    Kind           `json:"kind"`
	Channel intake.Channel `json:"channel,omitempty"`
	Ref     string         `json:"ref,omitempty"`
	Role    Role           `json:"role"`
	// Parts repeats other parts of the header, in its order: the report part
	// all others, the identity part the files and originals, the reply part the
	// note that keeps a copy of it. Any other repeats none.
	Parts []InnerPart `json:"parts"`

	Report   *Report   `json:"report,omitempty"`
	Identity *Identity `json:"identity,omitempty"`
	Note     *Note     `json:"note,omitempty"`
	Reply    *Reply    `json:"reply,omitempty"`
	Call     *Call     `json:"call,omitempty"`
}

// An InnerPart repeats the role and the hash of a part.
type InnerPart struct {
	Role   Role `json:"role"`
	SHA256 Hash `json:"sha256"`
}

// A Report is what the team reads, or, in an added entry, what was added.
type Report struct {
	Arrived   time.Time       `json:"arrived"` // exact; the header has the day only
	AboutTeam bool            `json:"about_team"`
	Unit      string          `json:"unit"`
	Persons   []intake.Person `json:"persons,omitempty"`
	Category  intake.Category `json:"category"`
	Subject   string          `json:"subject"`
	Text      string          `json:"text"`
	Recorder  string          `json:"recorder,omitempty"`
	Marks     []intake.Mark   `json:"marks,omitempty"`
	Files     []FileInfo      `json:"files,omitempty"`    // the file parts, in order
	ReplyTo   string          `json:"reply_to,omitempty"` // the receipt's own recipient
}

// A FileInfo describes a sealed file, whose header tells its padded size only.
type FileInfo struct {
	SHA256 Hash   `json:"sha256"` // of the ciphertext, as in the header
	Name   string `json:"name"`   // as the sender called it; never a path
	Type   string `json:"type"`   // media type as declared; never trusted
	Size   int64  `json:"size"`   // of the file itself, bytes
}

// An Identity is what tells, or may help to tell, who sent a report.
type Identity struct {
	intake.Identity
	Files []FileInfo `json:"files,omitempty"` // the original parts, in order
}

// A Note is what staff did and why, or the copy of a reply.
type Note struct {
	At    time.Time `json:"at"`
	State string    `json:"state,omitempty"` // the new state of a triaged report
	Route string    `json:"route,omitempty"` // where it goes, in states that go somewhere
	Text  string    `json:"text"`
}

// A Reply answers a receipt holder.
type Reply struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// A Call is a record of the telephone exchange.
type Call struct {
	At       time.Time `json:"at"`
	Caller   string    `json:"caller"`
	Callee   string    `json:"callee"`
	Seconds  int       `json:"seconds"`
	Answered bool      `json:"answered"`
}

// Encode returns the canonical JSON of a sealed part. What would not decode is
// an error that wraps intake.ErrInvalid; bytes of a text that are not UTF-8
// become U+FFFD, so that nothing that was accepted is refused here.
func (in Inner) Encode() ([]byte, error) {
	c := in.canonical()
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("sealed part: %w: %w", err, intake.ErrInvalid)
	}
	b, err := encodeJSON(c)
	if err != nil {
		return nil, fmt.Errorf("sealed part: %w: %w", err, intake.ErrInvalid)
	}
	if len(b) > MaxInner {
		return nil, fmt.Errorf("sealed part: %d bytes, at most %d: %w", len(b), MaxInner, intake.ErrTooLong)
	}
	return b, nil
}

// DecodeInner reads the canonical JSON of a sealed part, with the spaces that
// pad it. Another version wraps intake.ErrVersion, everything else that is
// wrong intake.ErrDamaged. The caller must Match the result to its header.
func DecodeInner(plaintext []byte) (Inner, error) {
	if len(plaintext) > MaxInner {
		return Inner{}, fmt.Errorf("sealed part: %d bytes, at most %d: %w", len(plaintext), MaxInner, intake.ErrDamaged)
	}
	b := bytes.TrimRight(plaintext, " ")
	if v, ok := versionOf(b); ok && v != Version {
		return Inner{}, fmt.Errorf("sealed part: version %d, this program reads %d: %w", v, Version, intake.ErrVersion)
	}
	var in Inner
	if err := readJSON(b, &in); err != nil {
		return Inner{}, fmt.Errorf("sealed part: %w: %w", err, intake.ErrDamaged)
	}
	c := in.canonical()
	if err := c.check(); err != nil {
		return Inner{}, fmt.Errorf("sealed part: %w: %w", err, intake.ErrDamaged)
	}
	again, err := encodeJSON(c)
	if err := sameBytes(b, again, err); err != nil {
		return Inner{}, fmt.Errorf("sealed part: %w", err)
	}
	return c, nil
}

// canonical returns a copy in the one form that has an encoding. Payloads are
// copied before their instants are changed.
func (in Inner) canonical() Inner {
	in.Parts = filled(in.Parts)
	if r := in.Report; r != nil {
		c := *r
		c.Arrived = instant(c.Arrived)
		in.Report = &c
	}
	if n := in.Note; n != nil {
		c := *n
		c.At = instant(c.At)
		in.Note = &c
	}
	if r := in.Reply; r != nil {
		c := *r
		c.At = instant(c.At)
		in.Reply = &c
	}
	if l := in.Call; l != nil {
		c := *l
		c.At = instant(c.At)
		in.Call = &c
	}
	return in
}

// versionOf reads the version that begins every encoding, so that another one
// is told from damage whatever follows.
func versionOf(b []byte) (int64, bool) {
	s := scanner{in: string(b[:min(len(b), 24)])}
	s.want(`{"v":`)
	n := s.number()
	return n, !s.failed
}
