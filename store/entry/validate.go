package entry

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"time"

	"dengwen/intake"
)

// Validate checks the grammar of the header's kind: which fields it has, what
// they look like, and which parts stand in which order. Errors wrap
// intake.ErrVersion or intake.ErrDamaged and name the field.
func (h Header) Validate() error {
	if h.V != Version {
		return fmt.Errorf("header: version %d, this program reads %d: %w", h.V, Version, intake.ErrVersion)
	}
	g, ok := grammar[h.Kind]
	if !ok {
		return fmt.Errorf("header: unknown kind %.64q: %w", h.Kind, intake.ErrDamaged)
	}
	if !ValidID(h.ID) {
		return h.fault("id %.64q is not 32 lower-case hex digits", h.ID)
	}
	if !validDay(h.Date) {
		return h.fault("date %.64q is not a day", h.Date)
	}
	if err := h.presence("channel", string(h.Channel), g.channel); err != nil {
		return err
	}
	if h.Channel != "" && !h.Channel.Valid() {
		return h.fault("unknown channel %.64q", h.Channel)
	}
	// A receipt exists for web reports only, and call records come from the
	// exchange only.
	if h.Kind == KindAdded && h.Channel != intake.Web || h.Kind == KindCall && h.Channel != intake.Hotline {
		return h.fault("channel %.64q", h.Channel)
	}
	if err := h.presence("ref", h.Ref, g.ref); err != nil {
		return err
	}
	if h.Ref != "" && (!ValidID(h.Ref) || h.Ref == h.ID) {
		return h.fault("ref %.64q is not the id of another entry", h.Ref)
	}
	if err := h.signer(g.by); err != nil {
		return err
	}
	return h.checkParts(g.parts)
}

// signer checks the form of by and sig: both or neither.
func (h Header) signer(p presence) error {
	if err := h.presence("by", h.By, p); err != nil {
		return err
	}
	if h.By == "" {
		if h.Sig != "" {
			return h.fault("sig without by")
		}
		return nil
	}
	if !ValidAccount(h.By) {
		return h.fault("by %.64q is not an account name", h.By)
	}
	if _, ok := decode64(h.Sig, ed25519.SignatureSize); !ok {
		return h.fault("sig is not %d bytes in base64", ed25519.SignatureSize)
	}
	return nil
}

func (h Header) presence(name, value string, p presence) error {
	switch {
	case p == always && value == "":
		return h.fault("no %s", name)
	case p == never && value != "":
		return h.fault("has a %s", name)
	}
	return nil
}

func (h Header) checkParts(s shape) error {
	if len(h.Parts) > MaxParts {
		return h.fault("%d parts, at most %d", len(h.Parts), MaxParts)
	}
	for i, p := range h.Parts {
		if p.Size <= 0 || p.Size > MaxPartSize {
			return h.fault("part %d: size %d", i, p.Size)
		}
		if s == clearParts && p.Size > MaxBody {
			return h.fault("part %d: size %d, at most %d", i, p.Size, MaxBody)
		}
	}
	switch s {
	case clearParts:
		return h.only(RoleBody)
	case replyParts:
		if h.KeepsReply() && len(h.Parts) == 2 && h.Parts[ReplyPart].Role == RoleReply && h.Parts[KeptPart].Role == RoleNote {
			return nil
		}
		return h.only(RoleReply)
	case noteParts:
		return h.only(RoleNote)
	case callParts:
		return h.only(RoleCall)
	}
	if len(h.Parts) < 2 || h.Parts[0].Role != RoleReport || h.Parts[1].Role != RoleIdentity {
		return h.fault("parts do not begin with report, identity")
	}
	last := RoleFile
	for i, p := range h.Parts[2:] {
		if p.Role == RoleOriginal {
			last = RoleOriginal
		}
		if p.Role != last {
			return h.fault("part %d: role %.64q out of order", i+2, p.Role)
		}
	}
	return nil
}

func (h Header) only(r Role) error {
	if len(h.Parts) != 1 || h.Parts[0].Role != r {
		return h.fault("parts are not one %s", r)
	}
	return nil
}

func (h Header) fault(format string, a ...any) error {
	return fmt.Errorf("%s header: %s: %w", h.Kind, fmt.Sprintf(format, a...), intake.ErrDamaged)
}

// ValidAccount reports whether s can name an account: 1 to 32 of a–z, 0–9 and
// the hyphen.
func ValidAccount(s string) bool { return len(s) <= 32 && word(s) }

// word reports whether s is made of a–z, 0–9 and hyphens only and is not empty.
func word(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != ""
}

// validDay reports whether s is a calendar day written 2006-01-02.
func validDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// decode64 reads n bytes of padded standard base64, which has one spelling.
func decode64(s string, n int) ([]byte, bool) {
	if len(s) != base64.StdEncoding.EncodedLen(n) {
		return nil, false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) == n
}
