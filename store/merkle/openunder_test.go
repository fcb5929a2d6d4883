package merkle

import (
	"errors"
	"testing"

	"dengwen/intake"
)

// A note opens by its own key, wherever that stands among the log's, and by no
// other.
func TestOpenUnder(t *testing.T) {
	s, _, _ := testKey(t)
	signed := sign(t, s, testCheckpoint())
	other := func(origin string) string {
		t.Helper()
		_, vkey, err := NewKey(origin)
		if err != nil {
			t.Fatal(err)
		}
		return vkey
	}
	before, after, same := other("dengwen.example/before"), other("dengwen.example/after"), other(testOrigin)
	for name, keys := range map[string][]string{
		"alone": {s.Key()}, "first": {s.Key(), before, after}, "between": {before, s.Key(), after}, "last": {before, after, s.Key()},
		"after another of its name": {same, s.Key()}, "before another of its name": {s.Key(), same}, "beside one that is none": {"x", s.Key(), ""},
	} {
		if c, err := OpenUnder(signed, keys...); err != nil || c != testCheckpoint() {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for name, c := range map[string]struct {
		keys []string
		want error
	}{
		"no key": {nil, intake.ErrProof}, "others": {[]string{before, after}, intake.ErrProof}, "another of its name": {[]string{same}, intake.ErrProof},
		"the newest is no key": {[]string{before, "x"}, intake.ErrKey}, "an older one is no key": {[]string{"x", after}, intake.ErrProof},
	} {
		if got, err := OpenUnder(signed, c.keys...); !errors.Is(err, c.want) || got != (Checkpoint{}) {
			t.Errorf("%s: %+v, %v; want %v", name, got, err, c.want)
		}
	}
}
