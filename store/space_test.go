package store

import "testing"

func TestFloor(t *testing.T) {
	for _, c := range []struct{ size, want uint64 }{
		{0, 0}, // a file system that does not say
		{100 << 20, 5 << 20},
		{5<<30 - 20, 256<<20 - 1},
		{5 << 30, 256 << 20},
		{1 << 50, 256 << 20},
	} {
		if got := floor(c.size); got != c.want {
			t.Errorf("of %d bytes %d stay free, want %d", c.size, got, c.want)
		}
	}
}
