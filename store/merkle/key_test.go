package merkle

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"dengwen/intake"
)

func TestNewKey(t *testing.T) {
	for _, origin := range []string{"dengwen.example", "a", "巡察.例/第一轮", strings.Repeat("x", maxOrigin)} {
		skey, vkey, err := NewKey(origin)
		if err != nil {
			t.Fatalf("%q: %v", origin, err)
		}
		s, err := ParseSigner(skey)
		if err != nil {
			t.Fatalf("%q: %v", origin, err)
		}
		v, err := ParseVerifier(vkey)
		if err != nil {
			t.Fatalf("%q: %v", origin, err)
		}
		if s.Origin() != origin || v.Origin() != origin || s.Key() != vkey {
			t.Errorf("%q: signer of %q with key %q, verifier of %q", origin, s.Origin(), s.Key(), v.Origin())
		}
		c := Checkpoint{origin, 1, Hash{1}}
		if got, err := v.Open(sign(t, s, c)); err != nil || got != c {
			t.Errorf("%q: %+v, %v", origin, got, err)
		}
	}
}

// Half of all keys have a '+' in their base64, which also parts the fields.
func TestManyKeys(t *testing.T) {
	for range 200 {
		skey, vkey, err := NewKey(testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ParseSigner(skey)
		if err != nil || s.Key() != vkey {
			t.Fatalf("%q: %q, %v, want %q", skey, s.Key(), err, vkey)
		}
		if _, err := ParseVerifier(vkey); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOriginsRefused(t *testing.T) {
	for _, origin := range []string{
		"", "a b", "a+b", "a\nb", "a\x01b", "a\x7fb", "a\u3000b", "a\u0085b", "a\xffb", "\ufffd",
		strings.Repeat("x", maxOrigin+1),
	} {
		if _, _, err := NewKey(origin); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

func TestKeysRefused(t *testing.T) {
	s, _, _ := testKey(t)
	vkey := s.Key()
	loose := vkey[:len(vkey)-2] + string(vkey[len(vkey)-2]+1) + "=" // two bits that say nothing
	for what, key := range map[string]string{
		"nothing":           "",
		"the signing key":   testSigner,
		"it, pasted badly":  "\n " + testSigner,
		"a name only":       testOrigin,
		"another name":      "x" + vkey,
		"capital hex":       upperHash(vkey),
		"loose base64":      loose,
		"a line end":        vkey + "\n",
		"a line end inside": vkey[:len(vkey)-8] + "\n" + vkey[len(vkey)-8:],
		"cut short":         vkey[:len(vkey)-4],
		"a control char":    "a\x01b+00000000+AQ==",
	} {
		if _, err := ParseVerifier(key); !errors.Is(err, intake.ErrKey) {
			t.Errorf("verifier key, %s: %v", what, err)
		} else if strings.Contains(err.Error(), testSigner[len(testSigner)-20:]) {
			t.Errorf("verifier key, %s: the error repeats the secret: %v", what, err)
		}
	}
	for what, key := range map[string]string{
		"nothing":          "",
		"the verifier key": vkey,
		"cut short":        testSigner[:len(testSigner)-4],
		"another name":     strings.Replace(testSigner, testOrigin, "x", 1),
		"text after it":    testSigner + "x",
	} {
		_, err := ParseSigner(key)
		if !errors.Is(err, intake.ErrKey) {
			t.Errorf("signing key, %s: %v", what, err)
		} else if strings.Contains(err.Error(), testSigner[len(testSigner)-20:len(testSigner)-4]) {
			t.Errorf("signing key, %s: the error repeats the secret: %v", what, err)
		}
	}
}

// upperHash gives the key hash of vkey in capitals, and for a hash without
// letters the whole key changed in another way that says the same.
func upperHash(vkey string) string {
	parts := strings.Split(vkey, "+")
	up := parts[0] + "+" + strings.ToUpper(parts[1]) + "+" + strings.Join(parts[2:], "+")
	if up == vkey {
		return vkey + "\r"
	}
	return up
}

// Signers are passed around and may end up in a message: the key must not.
func TestSignerDoesNotPrintItsKey(t *testing.T) {
	s, _, _ := testKey(t)
	seed64 := strings.SplitN(testSigner, "+", 5)[4]
	seed, err := base64.StdEncoding.DecodeString(seed64)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		got := fmt.Sprintf(verb, s)
		if strings.Contains(got, seed64) || strings.Contains(got, fmt.Sprintf("%x", seed[1:])) {
			t.Errorf("%s prints the key: %s", verb, got)
		}
	}
}
