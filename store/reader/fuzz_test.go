package reader

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/seal"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	testSecret = "AGE-SECRET-KEY-PQ-1686PK7KM7N8H7R05W3X2Q9ADN234CJ330XTDTD8JXNX24NQ40N5SKWPPC3"
	testID     = "000102030405060708090a0b0c0d0e0f"
)

// ours are the errors that a parser of stored bytes may give.
func ours(t *testing.T, err error, or ...error) {
	t.Helper()
	if !slices.ContainsFunc(append(or, intake.ErrDamaged, intake.ErrVersion), func(want error) bool { return errors.Is(err, want) }) {
		t.Fatalf("error %v", err)
	}
}

// Whatever is read as a wrap is, byte for byte, what would be written.
func FuzzWrap(f *testing.F) {
	whole, err := wrap{formatV1, []byte("secret"), [][]byte{[]byte("one"), []byte("two")}}.encode()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(whole), `{}`, `{"v":1}`, `{"v":1,"secret":null,"keyring":null}`, `{"v":1,"secret":"","keyring":[]}`, `{"v":2,"secret":"","keyring":[]}`, ` ` + string(whole), string(whole) + "x", `{"V":1,"secret":"","keyring":[]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := decodeWrap(b)
		if err != nil {
			ours(t, err)
			return
		}
		if again, err := w.encode(); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q is read, and written as %q, %v", b, again, err)
		}
	})
}

func FuzzRing(f *testing.F) {
	for _, s := range []string{`{"v":1,"generation":1,"team":"` + testSecret + `","custodian":"` + testSecret + `"}`, `{"v":1,"generation":2,"team":"` + testSecret + `"}  `,
		`{"v":1,"generation":-1}`, `{"v":1,"generation":1,"team":"AGE-SECRET-KEY-PQ-1"}`, `{"v":1,"generation":1,"team":"age1pq1x"}`, `{"v":9,"generation":1}`, `[]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, g, err := parseRing(b)
		if err != nil {
			ours(t, err, intake.ErrKey)
			return
		}
		if again, err := json.Marshal(r); err != nil || !bytes.Equal(again, bytes.TrimRight(b, " ")) {
			t.Fatalf("%q is read, and written as %q", b, again)
		}
		if (g.team == seal.Identity{}) != (r.Team == "") || (g.custodian == seal.Identity{}) != (r.Custodian == "") {
			t.Fatalf("ring %+v", r)
		}
	})
}

func FuzzViewKey(f *testing.F) {
	whole, err := json.Marshal(viewKey{formatV1, make([]byte, viewKeySize)})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(whole) + "   ", `{"v":1,"view_key":""}`, `{"v":1,"view_key":null}`, `{"v":3,"view_key":""}`, `""`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := parseViewKey(b)
		if err != nil {
			ours(t, err)
			return
		}
		if len(k.Key) != viewKeySize {
			t.Fatalf("a key of %d bytes", len(k.Key))
		}
	})
}

func FuzzSecret(f *testing.F) {
	p, err := newPerson()
	if err != nil {
		f.Fatal(err)
	}
	whole, err := json.Marshal(secret{formatV1, p.identity.String(), p.signing.Seed(), p.anchor})
	if err != nil {
		f.Fatal(err)
	}
	const hash = `"0000000000000000000000000000000000000000000000000000000000000007"`
	for _, s := range []string{string(whole), `{"v":1,"identity":"` + testSecret + `","seed":"AAAA"}`,
		`{"v":1,"identity":"` + testSecret + `","seed":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","anchor":{"keys":` + hash + `,"account":` + hash + `}}`, `{"v":1,"identity":"","seed":null}`, `{"v":2,"identity":"","seed":""}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := parsePerson(bytes.Clone(b))
		if err != nil {
			ours(t, err)
			return
		}
		if again, err := json.Marshal(secret{formatV1, p.identity.String(), p.signing.Seed(), p.anchor}); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q is read, and written as %q", b, again)
		}
	})
}

// A view opens only as the bytes that were sealed, in the place that they were
// sealed for.
func FuzzView(f *testing.F) {
	aead, err := chacha20poly1305.NewX(make([]byte, chacha20poly1305.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	s := viewSealer{aead}
	row, err := s.seal("origin", view{V: formatV1, Index: 7, id: testID, Row: &triage.Row{Index: 7, ID: testID}})
	if err != nil {
		f.Fatal(err)
	}
	none, err := s.seal("origin", view{V: formatV1, Index: 7, id: testID})
	if err != nil {
		f.Fatal(err)
	}
	later, err := s.seal("origin", view{V: formatV1 + 1, Index: 7, id: testID, Row: &triage.Row{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("origin", int64(7), row)
	f.Add("origin", int64(8), row)
	f.Add("another", int64(7), row)
	f.Add("origin", int64(7), row[:40])
	f.Add("origin", int64(7), none)
	f.Add("origin", int64(7), later)
	f.Add("", int64(-1), []byte{})
	f.Fuzz(func(t *testing.T, origin string, index int64, sealed []byte) {
		v, err := s.open(origin, index, sealed)
		if err != nil {
			ours(t, err)
		} else if origin != "origin" || index != 7 || v.Row == nil || v.Row.ID != testID || v.id != testID {
			t.Fatalf("view %+v of entry %d of %q", v, index, origin)
		}
	})
}

func TestViewRoundTrip(t *testing.T) {
	aead, err := chacha20poly1305.NewX(make([]byte, chacha20poly1305.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	s := viewSealer{aead}
	for _, v := range []view{
		{V: formatV1, id: testID, Bookmark: &bookmark{Size: 10, Views: 3}},
		{V: formatV1, Index: 9, id: testID, Row: &triage.Row{Index: 9, ID: testID, Title: strings.Repeat("题", 40)}},
		{V: formatV1, Index: 9, id: testID, Damaged: true, Row: &triage.Row{Index: 9, ID: testID}},
		{V: formatV1, Index: 1 << 40, id: testID, Decision: &decision{Ref: testID, Standing: triage.Standing{State: triage.Done}}},
		{V: formatV1, Index: 5, id: testID, Row: &triage.Row{Index: 5, ID: testID, Title: strings.Repeat("x", 5000)}},
	} {
		sealed, err := s.seal("origin", v)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(sealed) - idSize - nonceSize - chacha20poly1305.Overhead; n%viewStep != 0 {
			t.Errorf("a view of %d bytes", n)
		}
		got, err := s.open("origin", v.Index, sealed)
		if diff := cmp.Diff(v, got, cmp.AllowUnexported(view{})); err != nil || diff != "" {
			t.Errorf("%v, %s", err, diff)
		}
		for place, open := range map[string]func() (view, error){
			"another entry": func() (view, error) { return s.open("origin", v.Index+1, sealed) },
			"another box":   func() (view, error) { return s.open("other", v.Index, sealed) },
		} {
			if _, err := open(); !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("in %s: %v", place, err)
			}
		}
	}
	if _, err := s.seal("origin", view{V: formatV1, id: "not an id"}); !errors.Is(err, intake.ErrInvalid) {
		t.Error(err)
	}
}
