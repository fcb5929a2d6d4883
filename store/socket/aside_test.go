package socket

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

func crossAside(t *testing.T, a intake.Aside) intake.Aside {
	t.Helper()
	b, err := encodeJSON(wireAside(a))
	if err != nil {
		t.Fatal(err)
	}
	var w aside
	if err := decodeJSON(b, &w); err != nil {
		t.Fatal(err)
	}
	return w.aside()
}

func TestAsideCrosses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		var a intake.Aside
		fill(rnd, reflect.ValueOf(&a).Elem())
		if diff := cmp.Diff(a, crossAside(t, a)); diff != "" {
			t.Fatal(diff)
		}
		a.Arrived = time.Time{} // nobody knows it
		if diff := cmp.Diff(a, crossAside(t, a)); diff != "" {
			t.Fatal(diff)
		}
	}
}
