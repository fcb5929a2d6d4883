package seal

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBucket(t *testing.T) {
	for _, tt := range []struct{ n, least, want int }{
		{0, 0, 1 << 10}, {-1, 0, 1 << 10}, {1, LeastIdentity, 4 << 10}, {1024, LeastNote, 1 << 10}, {1025, LeastNote, 4 << 10},
		{0, LeastReport, 4 << 10}, {4096, LeastReport, 4 << 10}, {4097, LeastReport, 16 << 10}, {16385, 0, 64 << 10},
		{64 << 10, 0, 64 << 10}, {64<<10 + 1, 0, 128 << 10}, {128 << 10, 0, 128 << 10}, {3 << 20, 0, 4 << 20},
		{10, 5000, 16 << 10}, {math.MaxInt, 0, math.MaxInt}, {math.MaxInt/2 + 1, 0, math.MaxInt},
	} {
		if got := Bucket(tt.n, tt.least); got != tt.want {
			t.Errorf("Bucket(%d, %d) = %d, want %d", tt.n, tt.least, got, tt.want)
		}
	}
}

func TestBucketProperties(t *testing.T) {
	last := 0
	for n := range 300_000 {
		b := Bucket(n, 0)
		if b < n || b < last {
			t.Fatalf("Bucket(%d) = %d after %d", n, b, last)
		}
		if b != Bucket(b, 0) || b != Bucket(n, b) {
			t.Fatalf("Bucket(%d) = %d is no bucket of its own", n, b)
		}
		last = b
	}
}

// The values follow from the algorithm as the paper prints it, worked by hand.
func TestPadme(t *testing.T) {
	for _, tt := range []struct{ n, want int64 }{
		{-5, 0}, {0, 0}, {1, 1}, {2, 2}, {3, 3}, {7, 7}, {8, 8}, {9, 10}, {15, 16}, {16, 16}, {17, 18}, {33, 36},
		{100, 104}, {1000, 1024}, {1025, 1088}, {1_000_000, 1_015_808}, {50 << 20, 50 << 20}, {50<<20 + 1, 51 << 20},
		{1 << 62, 1 << 62}, {1<<62 + 1, math.MaxInt64}, {math.MaxInt64, math.MaxInt64},
	} {
		if got := Padme(tt.n); got != tt.want {
			t.Errorf("Padme(%d) = %d, want %d", tt.n, got, tt.want)
		}
	}
}

func TestPadmeProperties(t *testing.T) {
	check := func(n int64) {
		t.Helper()
		p := Padme(n)
		if p < n || float64(p) > 1.12*float64(n) {
			t.Fatalf("Padme(%d) = %d", n, p)
		}
		if Padme(p) != p {
			t.Fatalf("Padme(%d) = %d, and of that %d", n, p, Padme(p))
		}
		if n > 0 && Padme(n-1) > p {
			t.Fatalf("Padme(%d) = %d, Padme(%d) = %d", n-1, Padme(n-1), n, p)
		}
	}
	for n := range int64(1 << 20) {
		check(n)
	}
	rnd := rand.New(rand.NewPCG(8, 3))
	for range 200_000 {
		check(rnd.Int64N(1 << (20 + rnd.IntN(42))))
	}
	// What it is for: few sizes. Up to 50 MiB there are 52 million lengths.
	sizes := 0
	for n := int64(0); n <= 50<<20; n = Padme(n) + 1 {
		sizes++
	}
	if sizes > 500 {
		t.Fatalf("%d different sizes up to 50 MiB", sizes)
	}
}
