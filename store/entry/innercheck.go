package entry

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"dengwen/intake"
)

// check reports what is wrong with a sealed part by itself. Whether it belongs
// to its entry is Match's to say.
func (in Inner) check() error {
	if in.V != Version {
		return fmt.Errorf("version %d", in.V)
	}
	if in.Origin == "" {
		return errors.New("no origin")
	}
	if !ValidID(in.ID) {
		return fmt.Errorf("id %.64q", in.ID)
	}
	if !in.Kind.Valid() || in.Kind.Clear() {
		return fmt.Errorf("kind %.64q has no sealed part", in.Kind)
	}
	if in.Channel != "" && !in.Channel.Valid() {
		return fmt.Errorf("channel %.64q", in.Channel)
	}
	if in.Ref != "" && !ValidID(in.Ref) {
		return fmt.Errorf("ref %.64q", in.Ref)
	}
	if len(in.Parts) > MaxParts {
		return fmt.Errorf("%d parts, at most %d", len(in.Parts), MaxParts)
	}
	payload, err := in.payload()
	if err != nil {
		return err
	}
	if err := payload.check(); err != nil {
		return fmt.Errorf("%s: %w", in.Role, err)
	}
	if in.Kind == KindReplied && in.Note != nil && (in.Note.State != "" || in.Note.Route != "") {
		return errors.New("note: the copy of a reply with a state")
	}
	return in.checkFiles()
}

// payload returns the one payload, which must be the one that the role names.
func (in Inner) payload() (p interface{ check() error }, err error) {
	n := 0
	if in.Report != nil {
		n++
	}
	if in.Identity != nil {
		n++
	}
	if in.Note != nil {
		n++
	}
	if in.Reply != nil {
		n++
	}
	if in.Call != nil {
		n++
	}
	switch {
	case n != 1:
		return nil, fmt.Errorf("%d payloads", n)
	case in.Role == RoleReport && in.Report != nil:
		return in.Report, nil
	case in.Role == RoleIdentity && in.Identity != nil:
		return in.Identity, nil
	case in.Role == RoleNote && in.Note != nil:
		return in.Note, nil
	case in.Role == RoleReply && in.Reply != nil:
		return in.Reply, nil
	case in.Role == RoleCall && in.Call != nil:
		return in.Call, nil
	}
	return nil, fmt.Errorf("role %.64q with another payload", in.Role)
}

// checkFiles ties what is said of files to the hashes of their parts.
func (in Inner) checkFiles() error {
	var infos []FileInfo
	role := RoleFile
	switch in.Role {
	case RoleReport:
		infos = in.Report.Files
	case RoleIdentity:
		infos, role = in.Identity.Files, RoleOriginal
	}
	var hashes []Hash
	for _, p := range in.Parts {
		if p.Role == role {
			hashes = append(hashes, p.SHA256)
		}
	}
	if !slices.EqualFunc(infos, hashes, func(f FileInfo, h Hash) bool { return f.SHA256 == h }) {
		return fmt.Errorf("files are not the %s parts", role)
	}
	for _, f := range infos {
		if f.Size < 0 || f.Size > MaxPartSize {
			return fmt.Errorf("file size %d", f.Size)
		}
	}
	return nil
}

func (r *Report) check() error {
	if !r.Category.Valid() {
		return fmt.Errorf("category %.64q", r.Category)
	}
	if r.ReplyTo != "" && !validRecipient(r.ReplyTo) {
		return errors.New("reply_to is not an age1pq1… recipient")
	}
	return checkInstant("arrived", r.Arrived)
}

func (*Identity) check() error { return nil }

func (n *Note) check() error { return checkInstant("at", n.At) }

func (r *Reply) check() error { return checkInstant("at", r.At) }

func (c *Call) check() error {
	if c.Seconds < 0 {
		return fmt.Errorf("seconds %d", c.Seconds)
	}
	return checkInstant("at", c.At)
}

func checkInstant(name string, t time.Time) error {
	if t.IsZero() {
		return fmt.Errorf("%s: no instant", name)
	}
	return nil
}

// InnerParts returns what a sealed part of the given role repeats of the
// header's other parts.
func (h Header) InnerParts(role Role) []InnerPart {
	list := []InnerPart{}
	for _, p := range h.Parts {
		if role == RoleReport && p.Role != RoleReport || role == RoleIdentity && p.Role.Blob() || role == RoleReply && p.Role == RoleNote {
			list = append(list, InnerPart{p.Role, p.SHA256})
		}
	}
	return list
}

// Match checks that everything the part repeats is what the header of the
// entry that it was found in says, in the log of that origin. A part that was
// replayed in another box, swapped with another entry's or hung under another
// report wraps intake.ErrDamaged; the error names what differs.
func (in Inner) Match(h Header, origin string) error {
	if !slices.ContainsFunc(h.Parts, func(p Part) bool { return p.Role == in.Role }) {
		return in.differs(h, "role", in.Role, "none such")
	}
	for _, f := range []struct {
		name          string
		inner, header any
	}{
		{"v", in.V, h.V}, {"origin", in.Origin, origin}, {"id", in.ID, h.ID}, {"kind", in.Kind, h.Kind},
		{"channel", in.Channel, h.Channel}, {"ref", in.Ref, h.Ref},
	} {
		if f.inner != f.header {
			return in.differs(h, f.name, f.inner, f.header)
		}
	}
	want := h.InnerParts(in.Role)
	if len(in.Parts) != len(want) {
		return in.differs(h, "number of parts", len(in.Parts), len(want))
	}
	for i, p := range in.Parts {
		if p != want[i] {
			return in.differs(h, fmt.Sprintf("repeated part %d", i), p, want[i])
		}
	}
	return nil
}

func (in Inner) differs(h Header, name string, inner, header any) error {
	return fmt.Errorf("sealed %s of entry %s: %s is %v, the header has %v: %w", in.Role, h.ID, name, inner, header, intake.ErrDamaged)
}
