package entry

import (
	"encoding/hex"
	"strconv"
	"strings"

	"dengwen/intake"
)

// A scanner reads a canonical header: it knows which bytes must come next and
// stops at the first other one. It is several times as fast as
// encoding/json, which counts when a million headers are verified, and may be
// lenient, because DecodeHeader encodes the result again and compares.
type scanner struct {
	in        string // strings of the header share its memory
	at        int
	versioned bool // the version was read
	failed    bool
}

func (s *scanner) header() (h Header) {
	s.want(`{"v":`)
	h.V = int(s.number())
	s.versioned = !s.failed
	if h.V != Version {
		return h
	}
	s.want(`,"id":"`)
	h.ID = s.text()
	s.want(`,"kind":"`)
	h.Kind = Kind(s.text())
	s.want(`,"date":"`)
	h.Date = s.text()
	if s.has(`,"channel":"`) {
		h.Channel = intake.Channel(s.text())
	}
	if s.has(`,"ref":"`) {
		h.Ref = s.text()
	}
	s.want(`,"parts":[`)
	h.Parts = s.parts()
	if s.has(`,"by":"`) {
		h.By = s.text()
	}
	if s.has(`,"sig":"`) {
		h.Sig = s.text()
	}
	s.want(`}`)
	return h
}

func (s *scanner) parts() []Part {
	if s.has(`]`) {
		return nil
	}
	// Each part takes more than 80 bytes, so that a short input cannot ask for
	// much memory.
	parts := make([]Part, 0, min(2+(len(s.in)-s.at)/80, MaxParts))
	for !s.failed {
		var p Part
		s.want(`{"role":"`)
		p.Role = Role(s.text())
		s.want(`,"sha256":"`)
		s.hash(&p.SHA256)
		s.want(`,"size":`)
		p.Size = s.number()
		s.want(`}`)
		parts = append(parts, p)
		if s.has(`]`) {
			break
		}
		s.want(`,`)
	}
	return parts
}

// has moves past lit if it comes next.
func (s *scanner) has(lit string) bool {
	if s.failed || !strings.HasPrefix(s.in[s.at:], lit) {
		return false
	}
	s.at += len(lit)
	return true
}

func (s *scanner) want(lit string) {
	if !s.has(lit) {
		s.failed = true
	}
}

// text reads up to the closing quote. No valid header has an escape in it.
func (s *scanner) text() string {
	n := strings.IndexByte(s.in[s.at:], '"')
	if s.failed || n < 0 {
		s.failed = true
		return ""
	}
	t := s.in[s.at : s.at+n]
	s.at += n + 1
	return t
}

func (s *scanner) number() int64 {
	end := s.at
	for end < len(s.in) && s.in[end] >= '0' && s.in[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(s.in[s.at:end], 10, 64)
	if s.failed || err != nil {
		s.failed = true
		return 0
	}
	s.at = end
	return n
}

func (s *scanner) hash(h *Hash) {
	text := s.text()
	if len(text) != 2*len(h) {
		s.failed = true
		return
	}
	if _, err := hex.Decode(h[:], []byte(text)); err != nil {
		s.failed = true
	}
}

func appendHex(b []byte, h Hash) []byte { return hex.AppendEncode(b, h[:]) }
