package entry_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

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
