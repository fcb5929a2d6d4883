package entry_test

import (
	"crypto/ed25519"
	"errors"
	"reflect"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

func TestMessage(t *testing.T) {
	h := staffHeader(entry.KindRead, entry.RoleNote)
	got := string(h.Message(origin))
	unsigned := h
	unsigned.Sig = ""
	if want := "dengwen entry v1\n" + origin + "\n" + string(unsigned.Encode()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if h.Sig == "" {
		t.Error("Message took the signature away")
	}
}

// A signature covers the origin and every field, each of which is changed
// here; a field added to Header must be added here.
func TestSignatureCoversEverything(t *testing.T) {
	good := reportHeader()
	good.Kind, good.Ref, good.By = entry.KindAdded, id(8), "ling"
	key := signingKey("ling")
	good.Sign(origin, key)
	pub := key.Public().(ed25519.PublicKey)
	if err := good.VerifySig(origin, pub); err != nil {
		t.Fatal(err)
	}
	part := func(change func(p *entry.Part)) func(h *entry.Header) {
		return func(h *entry.Header) { change(&h.Parts[1]) }
	}
	changes := map[string][]func(h *entry.Header){
		"V":       {func(h *entry.Header) { h.V = 2 }},
		"ID":      {func(h *entry.Header) { h.ID = id(9) }},
		"Kind":    {func(h *entry.Header) { h.Kind = entry.KindAccepted }},
		"Date":    {func(h *entry.Header) { h.Date = "2026-09-08" }},
		"Channel": {func(h *entry.Header) { h.Channel = intake.Mail }, func(h *entry.Header) { h.Channel = "" }},
		"Ref":     {func(h *entry.Header) { h.Ref = id(9) }, func(h *entry.Header) { h.Ref = "" }},
		"Parts": {
			part(func(p *entry.Part) { p.Role = entry.RoleFile }),
			part(func(p *entry.Part) { p.SHA256[31] ^= 1 }),
			part(func(p *entry.Part) { p.Size++ }),
			func(h *entry.Header) { h.Parts = h.Parts[:3] },
			func(h *entry.Header) { h.Parts = append(h.Parts, h.Parts[3]) },
			func(h *entry.Header) { h.Parts[2], h.Parts[3] = h.Parts[3], h.Parts[2] },
		},
		"By": {func(h *entry.Header) { h.By = "wei" }, func(h *entry.Header) { h.By = "" }},
		"Sig": {
			func(h *entry.Header) { h.Sig = "" },
			func(h *entry.Header) { h.Sig = strings.TrimRight(h.Sig, "=") },
			func(h *entry.Header) { h.Sig = "\n" + h.Sig },
		},
	}
	for bit := range 8 * ed25519.SignatureSize {
		changes["Sig"] = append(changes["Sig"], func(h *entry.Header) { h.Sig = flip64(t, h.Sig, bit) })
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[entry.Header]()) {
		if len(changes[f.Name]) == 0 {
			t.Errorf("%s is not changed by this test", f.Name)
		}
		for i, change := range changes[f.Name] {
			h := good
			h.Parts = append([]entry.Part(nil), good.Parts...)
			change(&h)
			if err := h.VerifySig(origin, pub); !errors.Is(err, intake.ErrProof) {
				t.Errorf("%s changed (%d): %v", f.Name, i, err)
			}
		}
	}
	for _, other := range []string{"", newOrigin, origin + "\n", origin + " "} {
		if err := good.VerifySig(other, pub); !errors.Is(err, intake.ErrProof) {
			t.Errorf("origin %q: %v", other, err)
		}
	}
	for _, other := range []ed25519.PublicKey{nil, pub[1:], signingKey("wei").Public().(ed25519.PublicKey)} {
		if err := good.VerifySig(origin, other); !errors.Is(err, intake.ErrProof) {
			t.Errorf("key of %d bytes: %v", len(other), err)
		}
	}
}
