package entry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

func encode(t testing.TB, in entry.Inner) []byte {
	t.Helper()
	raw, err := in.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func decode(t testing.TB, raw []byte) entry.Inner {
	t.Helper()
	in, err := entry.DecodeInner(raw)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// parts holds a header and a sealed part of it, of each role.
func parts(t testing.TB) map[entry.Role]struct {
	h  entry.Header
	in entry.Inner
} {
	m := map[entry.Role]struct {
		h  entry.Header
		in entry.Inner
	}{}
	for _, in := range []entry.Inner{reportInner(reportHeader(), t), identityInner(reportHeader()), noteInner(t), replyInner(t), callInner(t)} {
		h := reportHeader()
		if in.Kind != h.Kind {
			h = staffHeader(in.Kind, in.Role)
		}
		m[in.Role] = struct {
			h  entry.Header
			in entry.Inner
		}{h, in}
	}
	return m
}

func TestMatch(t *testing.T) {
	for role, p := range parts(t) {
		if err := p.h.Validate(); err != nil {
			t.Fatal(err)
		}
		if err := decode(t, encode(t, p.in)).Match(p.h, origin); err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
}

// Each fact that a part repeats is changed, in the part and in the header.
func TestMatchEveryFact(t *testing.T) {
	inner := map[string]func(in *entry.Inner){
		"v":       func(in *entry.Inner) { in.V = 2 },
		"origin":  func(in *entry.Inner) { in.Origin = newOrigin },
		"id":      func(in *entry.Inner) { in.ID = id(99) },
		"kind":    func(in *entry.Inner) { in.Kind = entry.KindNoted },
		"channel": func(in *entry.Inner) { in.Channel = intake.Letter },
		"ref":     func(in *entry.Inner) { in.Ref = id(98) },
		"role":    func(in *entry.Inner) { in.Role = entry.RoleBody },
		"a part": func(in *entry.Inner) {
			in.Parts = append(in.Parts, entry.InnerPart{Role: entry.RoleFile, SHA256: file})
		},
	}
	header := map[string]func(h *entry.Header){
		"v":       func(h *entry.Header) { h.V = 2 },
		"id":      func(h *entry.Header) { h.ID = id(99) },
		"kind":    func(h *entry.Header) { h.Kind = entry.KindNoted },
		"channel": func(h *entry.Header) { h.Channel = intake.Letter },
		"ref":     func(h *entry.Header) { h.Ref = id(98) },
		"parts":   func(h *entry.Header) { h.Parts = nil },
	}
	for role, p := range parts(t) {
		for name, change := range inner {
			in := p.in
			in.Parts = slices.Clone(in.Parts)
			change(&in)
			if err := in.Match(p.h, origin); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s part, its %s changed: %v", role, name, err)
			} else if name != "a part" && !strings.Contains(err.Error(), name) {
				t.Errorf("%s part: %q does not name %s", role, err, name)
			}
		}
		for name, change := range header {
			h := p.h
			change(&h)
			if err := p.in.Match(h, origin); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s part, the header's %s changed: %v", role, name, err)
			}
		}
		for _, other := range []string{"", newOrigin, origin + "/"} {
			if err := p.in.Match(p.h, other); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s part in the log %q: %v", role, other, err)
			}
		}
	}
}

// Each repeated part is changed, moved and taken away.
func TestMatchEveryPart(t *testing.T) {
	for _, role := range []entry.Role{entry.RoleReport, entry.RoleIdentity} {
		p := parts(t)[role]
		for i := range p.in.Parts {
			for name, change := range map[string]func(in *entry.Inner){
				"hash":  func(in *entry.Inner) { in.Parts[i].SHA256[0] ^= 1 },
				"role":  func(in *entry.Inner) { in.Parts[i].Role = entry.RoleNote },
				"gone":  func(in *entry.Inner) { in.Parts = slices.Delete(in.Parts, i, i+1) },
				"twice": func(in *entry.Inner) { in.Parts = slices.Insert(in.Parts, i, in.Parts[i]) },
				"moved": func(in *entry.Inner) {
					j := (i + 1) % len(in.Parts)
					in.Parts[i], in.Parts[j] = in.Parts[j], in.Parts[i]
				},
			} {
				in := p.in
				in.Parts = slices.Clone(in.Parts)
				change(&in)
				if err := in.Match(p.h, origin); !errors.Is(err, intake.ErrDamaged) {
					t.Errorf("%s part, repeated part %d %s: %v", role, i, name, err)
				}
			}
		}
		// The ciphertexts that a part vouches for are those in the header.
		for i, hp := range p.h.Parts {
			if hp.Role == role || role == entry.RoleIdentity && hp.Role == entry.RoleReport {
				continue // a part cannot name itself, and only the report names the identity
			}
			h := p.h
			h.Parts = slices.Clone(h.Parts)
			h.Parts[i].SHA256[5] ^= 4
			if err := p.in.Match(h, origin); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s part, part %d of the header changed: %v", role, i, err)
			}
		}
	}
}

// The bodies of two like entries are exchanged in every way.
func TestMatchExchangedBodies(t *testing.T) {
	a, b := reportHeader(), reportHeader()
	b.ID = id(77)
	added := func(n, ref int) entry.Header {
		h := reportHeader()
		h.Kind, h.ID, h.Ref = entry.KindAdded, id(n), id(ref)
		return h
	}
	c, d := added(78, 1), added(79, 77)
	sameAs := c // hung under another report
	sameAs.Ref = id(77)
	for name, x := range map[string]struct{ from, to entry.Header }{
		"another report": {a, b}, "an addition": {a, c}, "another addition": {c, d}, "hung under another": {c, sameAs},
	} {
		for _, in := range []entry.Inner{reportInner(x.from, t), identityInner(x.from)} {
			in = decode(t, encode(t, in))
			if err := in.Match(x.from, origin); err != nil {
				t.Fatal(err)
			}
			if err := in.Match(x.to, origin); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s: %s: %v", name, in.Role, err)
			}
		}
	}
}

// A note says what was done to which report: under another kind, or about
// another report, it is not believed.
func TestMatchStaffBodies(t *testing.T) {
	from := staffHeader(entry.KindTriaged, entry.RoleNote)
	in := decode(t, encode(t, noteInner(t)))
	for _, k := range entry.Kinds() {
		h := from
		h.Kind = k
		if err := in.Match(h, origin); (err == nil) != (k == from.Kind) {
			t.Errorf("under %s: %v", k, err)
		}
	}
}
