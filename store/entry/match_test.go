package entry_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
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
		"a part":  func(in *entry.Inner) { in.Parts = append(in.Parts, entry.InnerPart{Role: entry.RoleFile, SHA256: file}) },
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

func TestInnerRules(t *testing.T) {
	p := parts(t)
	report, identity, note, reply, call := p["report"].in, p["identity"].in, p["note"].in, p["reply"].in, p["call"].in
	with := func(in entry.Inner, change func(in *entry.Inner)) entry.Inner { change(&in); return in }
	withReport := func(change func(r *entry.Report)) entry.Inner {
		r := *report.Report
		r.Files = slices.Clone(r.Files)
		change(&r)
		in := report
		in.Report = &r
		return in
	}
	bad := map[string]entry.Inner{
		"nothing":              {},
		"version":              with(note, func(in *entry.Inner) { in.V = 2 }),
		"no origin":            with(note, func(in *entry.Inner) { in.Origin = "" }),
		"no id":                with(note, func(in *entry.Inner) { in.ID = "" }),
		"unknown kind":         with(note, func(in *entry.Inner) { in.Kind = "event" }),
		"clear kind":           with(note, func(in *entry.Inner) { in.Kind = entry.KindKeys }),
		"unknown channel":      with(note, func(in *entry.Inner) { in.Channel = "fax" }),
		"ref":                  with(note, func(in *entry.Inner) { in.Ref = "5" }),
		"unknown role":         with(note, func(in *entry.Inner) { in.Role = "text" }),
		"role of a file":       with(note, func(in *entry.Inner) { in.Role = entry.RoleFile }),
		"too many parts":       with(note, func(in *entry.Inner) { in.Parts = make([]entry.InnerPart, entry.MaxParts+1) }),
		"no payload":           with(note, func(in *entry.Inner) { in.Note = nil }),
		"two payloads":         with(note, func(in *entry.Inner) { in.Reply = reply.Reply }),
		"another payload":      with(note, func(in *entry.Inner) { in.Note, in.Call = nil, call.Call }),
		"report as identity":   with(report, func(in *entry.Inner) { in.Role = entry.RoleIdentity }),
		"identity as report":   with(identity, func(in *entry.Inner) { in.Role = entry.RoleReport }),
		"unknown category":     withReport(func(r *entry.Report) { r.Category = "gossip" }),
		"no arrival":           withReport(func(r *entry.Report) { r.Arrived = time.Time{} }),
		"arrival in 10000":     withReport(func(r *entry.Report) { r.Arrived = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }),
		"reply to":             withReport(func(r *entry.Report) { r.ReplyTo = "age1abc" }),
		"file of another hash": withReport(func(r *entry.Report) { r.Files[0].SHA256 = original }),
		"file left out":        withReport(func(r *entry.Report) { r.Files = nil }),
		"file too many":        withReport(func(r *entry.Report) { r.Files = append(r.Files, r.Files[0]) }),
		"file size":            withReport(func(r *entry.Report) { r.Files[0].Size = -1 }),
		"file too large":       withReport(func(r *entry.Report) { r.Files[0].Size = entry.MaxPartSize + 1 }),
		"original left out":    with(identity, func(in *entry.Inner) { in.Identity = &entry.Identity{} }),
		"note without at":      with(note, func(in *entry.Inner) { in.Note = &entry.Note{Text: "x"} }),
		"reply without at":     with(reply, func(in *entry.Inner) { in.Reply = &entry.Reply{Text: "x"} }),
		"call without at":      with(call, func(in *entry.Inner) { in.Call = &entry.Call{Caller: "x"} }),
		"call of less than 0":  with(call, func(in *entry.Inner) { c := *call.Call; c.Seconds = -1; in.Call = &c }),
	}
	for name, in := range bad {
		if raw, err := in.Encode(); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v\n%s", name, err, raw)
		}
	}
}

func TestInnerIsCanonical(t *testing.T) {
	good := string(encode(t, callInner(t)))
	for name, bad := range map[string]string{
		"empty":           "",
		"spaces":          "    ",
		"space before":    " " + good,
		"new line after":  good + "\n",
		"zeros after":     good + "\x00\x00",
		"padded by tabs":  good + "\t\t",
		"two values":      good + good,
		"payload null":    strings.Replace(good, `"call":`, `"note":null,"call":`, 1),
		"parts null":      strings.Replace(good, `"parts":[]`, `"parts":null`, 1),
		"parts left out":  strings.Replace(good, `"parts":[],`, ``, 1),
		"empty ref":       strings.Replace(good, `"role"`, `"ref":"","role"`, 1),
		"unknown key":     strings.Replace(good, `"caller"`, `"x":0,"caller"`, 1),
		"role in capital": strings.Replace(good, `"role"`, `"Role"`, 1),
		"key twice":       strings.Replace(good, `"caller"`, `"caller":"x","caller"`, 1),
		"seconds":         strings.Replace(good, `"seconds":61`, `"seconds":61.0`, 1),
		"deep":            strings.Repeat("[", 20000) + strings.Repeat("]", 20000),
	} {
		if bad == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := entry.DecodeInner([]byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{strings.Replace(good, `"v":1`, `"v":2`, 1), `{"v":3,"sealed":true}   `} {
		if _, err := entry.DecodeInner([]byte(bad)); !errors.Is(err, intake.ErrVersion) || errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := entry.DecodeInner(make([]byte, entry.MaxInner+1)); !errors.Is(err, intake.ErrDamaged) {
		t.Errorf("over the limit: %v", err)
	}
}

// Text that is not UTF-8 is kept as well as it can be, never refused, and
// encoding does not change what it was given.
func TestInnerNormalises(t *testing.T) {
	in := reportInner(reportHeader(), t)
	in.Report.Text = "a\xff\\ufffd"
	in.Report.Arrived = in.Report.Arrived.In(time.FixedZone("", 8*60*60))
	in.Parts = slices.Clone(in.Parts)
	given := *in.Report
	raw := encode(t, in)
	if diff := cmp.Diff(given, *in.Report); diff != "" || in.Report.Arrived.Location() == time.UTC {
		t.Errorf("Encode changed its argument: %s", diff)
	}
	got := decode(t, raw)
	if got.Report.Text != "a\uFFFD\\ufffd" || got.Report.Arrived.Location() != time.UTC {
		t.Errorf("read %q at %v", got.Report.Text, got.Report.Arrived)
	}
	if again := encode(t, got); !bytes.Equal(raw, again) {
		t.Errorf("not stable:\n%s\n%s", raw, again)
	}
}

// The longest text that intake lets pass, at its most expensive, fits; what it
// takes is reckoned from a shorter one.
func TestInnerHoldsTheLongestMail(t *testing.T) {
	in := reportInner(reportHeader(), t)
	in.Report.Text = ""
	least := len(encode(t, in))
	in.Report.Text = strings.Repeat("\x01", 1000)
	each := (len(encode(t, in)) - least) / 1000
	bucket := 1
	for bucket < least+each*intake.MaxDecoded {
		bucket *= 2
	}
	if each < 2 || bucket > entry.MaxInner {
		t.Errorf("%d bytes each, padded to %d, the limit is %d", each, bucket, entry.MaxInner)
	}
}
