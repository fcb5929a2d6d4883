package entry

import (
	"encoding/json"
	"fmt"
	"strconv"

	"dengwen/intake"
)

// Version is the format version that this package writes and reads.
const Version = 1

// Limits of a header.
const (
	// MaxParts is room for every file of a mail at the guard's limit, an
	// untouched original for each, the raw message and the two sealed parts.
	MaxParts = 2*intake.MaxFiles + 8
	// MaxHeader bounds a canonical header, in bytes. A header with MaxParts
	// parts is below it.
	MaxHeader = 256 << 10
	// MaxPartSize bounds the stored size of one part, in bytes: the largest
	// file, padded and sealed.
	MaxPartSize = 2 * intake.MaxFileBytes
)

// A Part names the stored bytes of one part: the ciphertext, or the clear
// JSON of a body.
type Part struct {
	Role   Role  `json:"role"`
	SHA256 Hash  `json:"sha256"`
	Size   int64 `json:"size"` // bytes
}

// A Header is the leaf of the log's tree. Its fields are in the order of its
// canonical JSON.
type Header struct {
	V       int            `json:"v"`
	ID      string         `json:"id"`
	Kind    Kind           `json:"kind"`
	Date    string         `json:"date"` // a day, 2006-01-02, in the inspection's time zone; see Kind.Arrival
	Channel intake.Channel `json:"channel,omitempty"`
	Ref     string         `json:"ref,omitempty"` // the id of the accepted entry that this one is about
	Parts   []Part         `json:"parts"`
	By      string         `json:"by,omitempty"`  // the account that signed
	Sig     string         `json:"sig,omitempty"` // Ed25519 over Message, base64
}

// Encode returns the header's canonical JSON, without a newline. It does not
// judge the header; a valid one decodes to itself.
func (h Header) Encode() []byte {
	return h.append(make([]byte, 0, 256+128*len(h.Parts)))
}

// append writes by hand what encoding/json would write: a verifier encodes
// every header of a log again, and its fields are plain ASCII.
func (h Header) append(b []byte) []byte {
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, int64(h.V), 10)
	b = appendString(append(b, `,"id":`...), h.ID)
	b = appendString(append(b, `,"kind":`...), string(h.Kind))
	b = appendString(append(b, `,"date":`...), h.Date)
	if h.Channel != "" {
		b = appendString(append(b, `,"channel":`...), string(h.Channel))
	}
	if h.Ref != "" {
		b = appendString(append(b, `,"ref":`...), h.Ref)
	}
	b = append(b, `,"parts":[`...)
	for i, p := range h.Parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = p.append(b)
	}
	b = append(b, ']')
	if h.By != "" {
		b = appendString(append(b, `,"by":`...), h.By)
	}
	if h.Sig != "" {
		b = appendString(append(b, `,"sig":`...), h.Sig)
	}
	return append(b, '}')
}

func (p Part) append(b []byte) []byte {
	b = appendString(append(b, `{"role":`...), string(p.Role))
	b = append(b, `,"sha256":"`...)
	b = appendHex(b, p.SHA256)
	b = strconv.AppendInt(append(b, `","size":`...), p.Size, 10)
	return append(b, '}')
}

// appendString quotes s. Only a header that is not valid has a string that
// needs escapes; it is left to encoding/json.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			q, _ := json.Marshal(s)
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// DecodeHeader reads a canonical header and checks its grammar. Another
// format version wraps intake.ErrVersion, everything else that is wrong wraps
// intake.ErrDamaged.
func DecodeHeader(b []byte) (Header, error) {
	if len(b) > MaxHeader {
		return Header{}, fmt.Errorf("header: %d bytes, at most %d: %w", len(b), MaxHeader, intake.ErrDamaged)
	}
	s := scanner{in: string(b)}
	h := s.header()
	if h.V != Version && s.versioned {
		return Header{}, fmt.Errorf("header: version %d, this program reads %d: %w", h.V, Version, intake.ErrVersion)
	}
	if s.failed || s.at != len(s.in) {
		return Header{}, fmt.Errorf("header: not canonical at byte %d: %w", s.at, intake.ErrDamaged)
	}
	if string(h.Encode()) != s.in {
		return Header{}, fmt.Errorf("header: not canonical: %w", intake.ErrDamaged)
	}
	if err := h.Validate(); err != nil {
		return Header{}, err
	}
	return h, nil
}
