package entry_test

import (
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

// The grammar of format v1, written down a second time.
var grammar = map[entry.Kind]struct{ channel, ref, by, parts string }{
	entry.KindCreated:   {"", "", "", "body"},
	entry.KindSchedule:  {"", "", "", "body"},
	entry.KindKeys:      {"", "", "may", "body"},
	entry.KindAccount:   {"", "", "may", "body"},
	entry.KindAccepted:  {"any", "", "", "report identity file* original*"},
	entry.KindAdded:     {"web", "must", "", "report identity file* original*"},
	entry.KindReplied:   {"", "must", "must", "reply note?"},
	entry.KindRead:      {"", "must", "must", "note"},
	entry.KindDenied:    {"", "must", "must", "note"},
	entry.KindTriaged:   {"", "must", "must", "note"},
	entry.KindNoted:     {"", "must", "must", "note"},
	entry.KindHandover:  {"", "must", "must", "note"},
	entry.KindCall:      {"hotline", "", "", "call"},
	entry.KindExported:  {"", "", "may", "body"},
	entry.KindClosedDay: {"", "", "", "body"},
	entry.KindErased:    {"", "", "may", "body"},
	entry.KindRestored:  {"", "", "", "body"},
	entry.KindClosed:    {"", "", "may", "body"},
}

// valid is a header of the kind with all that it may have.
func valid(k entry.Kind) entry.Header {
	g := grammar[k]
	h := entry.Header{V: 1, ID: id(3), Kind: k, Date: "2026-09-07"}
	for _, r := range strings.Fields(strings.NewReplacer("*", "", "?", "").Replace(g.parts)) {
		h.Parts = append(h.Parts, part(entry.Role(r), r))
	}
	switch g.channel {
	case "":
	case "any":
		h.Channel = intake.SMS
	default:
		h.Channel = intake.Channel(g.channel)
	}
	if g.ref != "" {
		h.Ref = id(1)
	}
	if g.by != "" {
		h.By = "ling"
		h.Sign(origin, signingKey("ling"))
	}
	return h
}

// Every kind with everything that it may have, and everything it must not.
func TestGrammar(t *testing.T) {
	for _, k := range entry.Kinds() {
		g := grammar[k]
		if err := valid(k).Validate(); err != nil {
			t.Errorf("%s: %v", k, err)
		}
		type broken struct {
			name   string
			change func(h *entry.Header)
		}
		cases := []broken{
			{"kind in capitals", func(h *entry.Header) { h.Kind = entry.Kind(strings.ToUpper(string(h.Kind))) }},
			{"unknown kind", func(h *entry.Header) { h.Kind = "event" }},
			{"no kind", func(h *entry.Header) { h.Kind = "" }},
			{"no id", func(h *entry.Header) { h.ID = "" }},
			{"id in capitals", func(h *entry.Header) { h.ID = strings.ToUpper(h.ID) }},
			{"short id", func(h *entry.Header) { h.ID = h.ID[2:] }},
			{"no date", func(h *entry.Header) { h.Date = "" }},
			{"date with a time", func(h *entry.Header) { h.Date += "T00:00:00Z" }},
			{"short date", func(h *entry.Header) { h.Date = "2026-9-7" }},
			{"no such day", func(h *entry.Header) { h.Date = "2026-02-29" }},
			{"date in other digits", func(h *entry.Header) { h.Date = "２026-09-07" }},
			{"unknown channel", func(h *entry.Header) { h.Channel = "fax" }},
			{"ref not an id", func(h *entry.Header) { h.Ref = "5" }},
			{"ref to itself", func(h *entry.Header) { h.Ref = h.ID }},
			{"sig without by", func(h *entry.Header) { h.By, h.Sig = "", valid(entry.KindRead).Sig }},
			{"by without sig", func(h *entry.Header) { h.By, h.Sig = "ling", "" }},
			{"by in capitals", func(h *entry.Header) { h.By, h.Sig = "Ling", valid(entry.KindRead).Sig }},
			{"by too long", func(h *entry.Header) { h.By, h.Sig = strings.Repeat("a", 33), valid(entry.KindRead).Sig }},
			{"sig not base64", func(h *entry.Header) { h.By, h.Sig = "ling", strings.Repeat("*", 88) }},
			{"sig with stray bits", func(h *entry.Header) { h.By, h.Sig = "ling", strings.Repeat("A", 85)+"B==" }},
			{"sig cut", func(h *entry.Header) { h.By, h.Sig = "ling", strings.Repeat("A", 84) }},
			{"no parts", func(h *entry.Header) { h.Parts = nil }},
			{"unknown role", func(h *entry.Header) { h.Parts[0].Role = "text" }},
			{"empty part", func(h *entry.Header) { h.Parts[0].Size = 0 }},
			{"negative size", func(h *entry.Header) { h.Parts[0].Size = -1 }},
			{"huge size", func(h *entry.Header) { h.Parts[0].Size = entry.MaxPartSize + 1 }},
			{"a body too many", func(h *entry.Header) { h.Parts = append(h.Parts, part(entry.RoleBody, "b")) }},
			{"a body first", func(h *entry.Header) { h.Parts = append([]entry.Part{part(entry.RoleBody, "b")}, h.Parts...) }},
			{"a part twice", func(h *entry.Header) { h.Parts = append(h.Parts, h.Parts[0]) }},
		}
		if g.channel == "" {
			cases = append(cases, broken{"a channel", func(h *entry.Header) { h.Channel = intake.Web }})
		} else {
			cases = append(cases, broken{"no channel", func(h *entry.Header) { h.Channel = "" }})
		}
		if g.channel != "any" {
			for _, c := range intake.Channels() {
				if string(c) != g.channel {
					cases = append(cases, broken{"channel " + string(c), func(h *entry.Header) { h.Channel = c }})
				}
			}
		}
		if g.ref == "" {
			cases = append(cases, broken{"a ref", func(h *entry.Header) { h.Ref = id(1) }})
		} else {
			cases = append(cases, broken{"no ref", func(h *entry.Header) { h.Ref = "" }})
		}
		switch g.by {
		case "":
			cases = append(cases, broken{"signed", func(h *entry.Header) { h.By = "ling"; h.Sign(origin, signingKey("ling")) }})
		case "must":
			cases = append(cases, broken{"not signed", func(h *entry.Header) { h.By, h.Sig = "", "" }})
		case "may":
			h := valid(k)
			h.By, h.Sig = "", ""
			if err := h.Validate(); err != nil {
				t.Errorf("%s not signed: %v", k, err)
			}
		}
		if g.parts == "body" {
			cases = append(cases, broken{"a body over its limit", func(h *entry.Header) { h.Parts[0].Size = entry.MaxBody + 1 }})
		}
		for _, c := range cases {
			h := valid(k)
			c.change(&h)
			if err := h.Validate(); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s, %s: %v", k, c.name, err)
			}
			if _, err := entry.DecodeHeader(h.Encode()); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s, %s, decoded: %v", k, c.name, err)
			}
		}
	}
}

// Every list of up to four roles is tried with every kind; those that stand in
// the grammar are taken, and no others.
func TestPartsGrammar(t *testing.T) {
	roles := append(entry.Roles(), "text")
	lists := [][]entry.Role{nil}
	for n, from := 0, 0; n < 4; n++ {
		to := len(lists)
		for _, prefix := range lists[from:to] {
			for _, r := range roles {
				lists = append(lists, append(append([]entry.Role(nil), prefix...), r))
			}
		}
		from = to
	}
	taken := map[entry.Kind]bool{}
	for _, k := range entry.Kinds() {
		h := valid(k)
		for _, list := range lists {
			h.Parts = nil
			for _, r := range list {
				h.Parts = append(h.Parts, part(r, "x"))
			}
			if want := allowed(grammar[k].parts, list); (h.Validate() == nil) != want {
				t.Errorf("%s with parts %q: %v, want taken %v", k, list, h.Validate(), want)
			} else if want {
				taken[k] = true
			}
		}
	}
	if len(taken) != len(grammar) {
		t.Errorf("kinds with some list of parts: %v", taken)
	}
}

// allowed matches a list of roles against a row of the grammar.
func allowed(parts string, list []entry.Role) bool {
	for _, p := range strings.Fields(parts) {
		role, many := strings.CutSuffix(p, "*")
		role, once := strings.CutSuffix(role, "?")
		switch {
		case once:
			if len(list) > 0 && string(list[0]) == role {
				list = list[1:]
			}
		case many:
			for len(list) > 0 && string(list[0]) == role {
				list = list[1:]
			}
		case len(list) == 0 || string(list[0]) != role:
			return false
		default:
			list = list[1:]
		}
	}
	return len(list) == 0
}
