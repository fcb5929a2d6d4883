package seal

import (
	"bytes"
	"io"
	"testing"
)

func BenchmarkSeal(b *testing.B) {
	to := []Recipient{testIdentity(b).Recipient(), testIdentity(b).Recipient()}
	plaintext := bytes.Repeat([]byte("x"), 3000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Seal(plaintext, LeastReport, to...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealParallel(b *testing.B) {
	to := []Recipient{testIdentity(b).Recipient(), testIdentity(b).Recipient()}
	plaintext := bytes.Repeat([]byte("x"), 3000)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := Seal(plaintext, LeastReport, to...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	id := testIdentity(b)
	sealed, err := Seal(bytes.Repeat([]byte("x"), 3000), LeastReport, testIdentity(b).Recipient(), id.Recipient())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(sealed, 1<<20, id); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	const size = 32 << 20
	to := []Recipient{testIdentity(b).Recipient(), testIdentity(b).Recipient()}
	buf := make([]byte, 32<<10)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		w, err := NewWriter(io.Discard, size, to...)
		if err != nil {
			b.Fatal(err)
		}
		for range size / len(buf) {
			if _, err := w.Write(buf); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	const size = 32 << 20
	id := testIdentity(b)
	var sealed bytes.Buffer
	w, err := NewWriter(&sealed, size, id.Recipient())
	if err != nil {
		b.Fatal(err)
	}
	if err := fill(w, zeros[:], size); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(sealed.Bytes()), size, id)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != size {
			b.Fatal(n, err)
		}
	}
}

// What a sign-in costs, at the factor that boxes are written with.
func BenchmarkWrapPassphrase(b *testing.B) {
	low := workFactor
	workFactor = maxWorkFactor
	defer func() { workFactor = low }()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := WrapPassphrase([]byte("x"), "7c4k-m29x-8rwy-53fc-k6m2"); err != nil {
			b.Fatal(err)
		}
	}
}

func testIdentity(tb testing.TB) Identity {
	tb.Helper()
	id, err := NewIdentity()
	if err != nil {
		tb.Fatal(err)
	}
	return id
}
