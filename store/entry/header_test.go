package entry_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
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
		add(entry.RoleReply)
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

func TestHeaderIsCanonical(t *testing.T) {
	h := reportHeader()
	good := string(h.Encode())
	sum := h.Parts[0].SHA256.String()
	for name, bad := range map[string]string{
		"empty":                "",
		"null":                 "null",
		"array":                "[" + good + "]",
		"cut":                  good[:len(good)-1],
		"new line after":       good + "\n",
		"space before":         " " + good,
		"space inside":         strings.Replace(good, `,"kind"`, `, "kind"`, 1),
		"two values":           good + good,
		"BOM":                  "\uFEFF" + good,
		"key in capitals":      strings.Replace(good, `"date"`, `"DATE"`, 1),
		"key twice":            strings.Replace(good, `"kind":"accepted"`, `"kind":"accepted","kind":"accepted"`, 1),
		"unknown key":          strings.Replace(good, `"parts"`, `"at":"now","parts"`, 1),
		"unknown key at end":   strings.TrimSuffix(good, "}") + `,"x":1}`,
		"keys in other order":  strings.Replace(good, `"kind":"accepted","date":"2026-09-07"`, `"date":"2026-09-07","kind":"accepted"`, 1),
		"needless escape":      strings.Replace(good, "accepted", `\u0061ccepted`, 1),
		"needless slash":       strings.Replace(good, "2026-09-07", `2026-09-0\/7`, 1),
		"empty ref":            strings.Replace(good, `"parts"`, `"ref":"","parts"`, 1),
		"null ref":             strings.Replace(good, `"parts"`, `"ref":null,"parts"`, 1),
		"empty by":             strings.TrimSuffix(good, "}") + `,"by":""}`,
		"version 01":           strings.Replace(good, `"v":1`, `"v":01`, 1),
		"version 1.0":          strings.Replace(good, `"v":1`, `"v":1.0`, 1),
		"version text":         strings.Replace(good, `"v":1`, `"v":"1"`, 1),
		"negative version":     strings.Replace(good, `"v":1`, `"v":-1`, 1),
		"no version":           strings.Replace(good, `"v":1,`, "", 1),
		"size as text":         strings.Replace(good, `"size":4296`, `"size":"4296"`, 1),
		"size with fraction":   strings.Replace(good, `"size":4296`, `"size":4296.0`, 1),
		"size with exponent":   strings.Replace(good, `"size":4296`, `"size":4e3`, 1),
		"size with sign":       strings.Replace(good, `"size":4296`, `"size":+4296`, 1),
		"size with zero":       strings.Replace(good, `"size":4296`, `"size":04296`, 1),
		"size over 64 bits":    strings.Replace(good, `"size":4296`, `"size":18446744073709555912`, 1),
		"size missing":         strings.Replace(good, `,"size":4296`, "", 1),
		"hash in capitals":     strings.Replace(good, sum, strings.ToUpper(sum), 1),
		"hash cut":             strings.Replace(good, sum, sum[1:], 1),
		"hash long":            strings.Replace(good, sum, sum+"00", 1),
		"hash not hex":         strings.Replace(good, sum, "g"+sum[1:], 1),
		"parts null":           good[:strings.Index(good, `"parts":`)] + `"parts":null}`,
		"comma after parts":    strings.Replace(good, "}]", "},]", 1),
		"parts without comma":  strings.Replace(good, "},{", "}{", 1),
		"invalid UTF-8 in it":  strings.Replace(good, "accepted", "accepte\xff", 1),
		"NUL in it":            strings.Replace(good, "accepted", "accepted\x00", 1),
		"unknown key of parts": strings.Replace(good, `"size":4296`, `"size":4296,"name":"x"`, 1),
	} {
		if bad == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := entry.DecodeHeader([]byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: got %v\n%s", name, err, bad)
		}
	}
}

// Whatever one byte is changed to, the header is refused or reads as another.
func TestHeaderOneByteChanged(t *testing.T) {
	good := staffHeader(entry.KindTriaged, entry.RoleNote)
	raw := good.Encode()
	for i := range raw {
		for _, c := range []byte{raw[i] ^ 0x20, raw[i] ^ 1, ' ', '"', '\\', 0, '0', 'f'} {
			if c == raw[i] {
				continue
			}
			bad := bytes.Clone(raw)
			bad[i] = c
			got, err := entry.DecodeHeader(bad)
			if err != nil {
				continue
			}
			if cmp.Equal(good, got) || !bytes.Equal(got.Encode(), bad) {
				t.Fatalf("byte %d as %q is not noticed: %s", i, c, bad)
			}
		}
	}
}

func TestUnknownVersion(t *testing.T) {
	good := string(staffHeader(entry.KindRead, entry.RoleNote).Encode())
	for _, bad := range []string{
		strings.Replace(good, `"v":1`, `"v":2`, 1),
		strings.Replace(good, `"v":1`, `"v":0`, 1),
		`{"v":2,"whatever":"else"}`,
		`{"v":18}`,
	} {
		if _, err := entry.DecodeHeader([]byte(bad)); !errors.Is(err, intake.ErrVersion) || errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", bad, err)
		}
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

func TestHash(t *testing.T) {
	h := entry.HashOf([]byte("abc"))
	const text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-4, example B.1
	if h.String() != text {
		t.Errorf("got %s", h)
	}
	if got, err := entry.ParseHash(text); err != nil || got != h {
		t.Errorf("got %v, %v", got, err)
	}
	var js entry.Hash
	if err := json.Unmarshal([]byte(`"`+text+`"`), &js); err != nil || js != h {
		t.Errorf("got %v, %v", js, err)
	}
	for _, bad := range []string{"", text[1:], text + "0", strings.ToUpper(text), " " + text[1:], "0x" + text[2:], strings.Repeat("g", 64)} {
		if _, err := entry.ParseHash(bad); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%q: %v", bad, err)
		}
		if err := new(entry.Hash).UnmarshalText([]byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := entry.NewID()
		if !entry.ValidID(id) || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
	for _, bad := range []string{"", id(1)[1:], id(1) + "0", strings.ToUpper(id(1)), strings.Repeat("g", 32)} {
		if entry.ValidID(bad) {
			t.Errorf("%q is taken for an id", bad)
		}
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
