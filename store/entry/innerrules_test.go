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
		"copy with a state":    with(keptInner(t), func(in *entry.Inner) { in.Note = &entry.Note{At: in.Note.At, State: "done"} }),
		"copy with a route":    with(keptInner(t), func(in *entry.Inner) { in.Note = &entry.Note{At: in.Note.At, Route: "letters"} }),
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
