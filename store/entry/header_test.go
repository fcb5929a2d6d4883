package entry_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// randomHeader is any valid header.
func randomHeader(r *rand.Rand) entry.Header {
	kinds := entry.Kinds()
	h := entry.Header{V: 1, ID: id(r.Int()), Kind: kinds[r.IntN(len(kinds))], Date: fmt.Sprintf("20%02d-%02d-%02d", r.IntN(100), 1+r.IntN(12), 1+r.IntN(28))}
	add := func(roles ...entry.Role) {
		for _, role := range roles {
			h.Parts = append(h.Parts, entry.Part{Role: role, SHA256: entry.HashOf(fmt.Append(nil, r.Int())), Size: 1 + r.Int64N(entry.MaxBody)})
		}
	}
	switch h.Kind {
	case entry.KindAccepted, entry.KindAdded:
		h.Channel = intake.Channels()[r.IntN(7)]
		add(entry.RoleReport, entry.RoleIdentity)
		for range r.IntN(3) {
			add(entry.RoleFile)
		}
		for range r.IntN(3) {
			add(entry.RoleOriginal)
		}
		if h.Kind == entry.KindAdded {
			h.Channel, h.Ref = intake.Web, id(r.Int())
		}
	case entry.KindReplied:
		add([]entry.Role{entry.RoleReply, entry.RoleNote}[:1+r.IntN(2)]...)
		h.Ref = id(r.Int())
	case entry.KindRead, entry.KindDenied, entry.KindTriaged, entry.KindNoted, entry.KindHandover:
		add(entry.RoleNote)
		h.Ref = id(r.Int())
	case entry.KindCall:
		add(entry.RoleCall)
		h.Channel = intake.Hotline
	default:
		add(entry.RoleBody)
	}
	if h.Kind.Staff() || h.Kind == entry.KindAccount && r.IntN(2) == 0 {
		h.By = "wei-2"
		h.Sign(origin, signingKey("wei-2"))
	}
	return h
}

func TestHeaderRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[entry.Kind]int{}
	for range 2000 {
		h := randomHeader(r)
		seen[h.Kind]++
		raw := h.Encode()
		got, err := entry.DecodeHeader(raw)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if diff := cmp.Diff(h, got); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
		// The encoder is written by hand; encoding/json is its measure.
		if std, err := json.Marshal(h); err != nil || !bytes.Equal(raw, std) {
			t.Fatalf("%s\nencoding/json: %s, %v", raw, std, err)
		}
	}
	if len(seen) != len(entry.Kinds()) {
		t.Errorf("kinds tried: %v", seen)
	}
}

func TestEveryChannelIsRead(t *testing.T) {
	for _, c := range intake.Channels() {
		h := reportHeader()
		h.Channel = c
		if got, err := entry.DecodeHeader(h.Encode()); err != nil || got.Channel != c {
			t.Errorf("%s: %v", c, err)
		}
	}
}

// Even of headers that are not valid, the encoder writes what encoding/json
// does, so that no text can break out of its quotes.
func TestEncodeQuotes(t *testing.T) {
	h := reportHeader()
	h.Kind, h.By, h.Channel = `read","by":"x`, "a\\b\n\x7f", "网"
	h.Parts[0].Role = `"`
	std, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(std), string(h.Encode())); diff != "" {
		t.Error(diff)
	}
}

// The largest header that can be is read; nothing longer is looked at.
func TestHeaderLimits(t *testing.T) {
	h := reportHeader()
	h.Parts = h.Parts[:2]
	for i := range h.Parts {
		h.Parts[i].Size = entry.MaxPartSize
	}
	for len(h.Parts) < entry.MaxParts {
		h.Parts = append(h.Parts, entry.Part{Role: entry.RoleOriginal, Size: entry.MaxPartSize})
	}
	h.Kind, h.Channel, h.Ref = entry.KindAdded, intake.Web, id(9)
	raw := h.Encode()
	if len(raw) > entry.MaxHeader {
		t.Fatalf("%d bytes, the limit is %d", len(raw), entry.MaxHeader)
	}
	if _, err := entry.DecodeHeader(raw); err != nil {
		t.Error(err)
	}
	h.Parts = append(h.Parts, h.Parts[2])
	if _, err := entry.DecodeHeader(h.Encode()); !errors.Is(err, intake.ErrDamaged) {
		t.Errorf("a part too many: %v", err)
	}
	if _, err := entry.DecodeHeader(make([]byte, entry.MaxHeader+1)); !errors.Is(err, intake.ErrDamaged) {
		t.Errorf("a byte too many: %v", err)
	}
}

// flip64 changes one bit of a base64 text.
func flip64(t *testing.T, s string, bit int) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	b[bit/8] ^= 1 << (bit % 8)
	return base64.StdEncoding.EncodeToString(b)
}
