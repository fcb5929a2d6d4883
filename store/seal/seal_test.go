package seal

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"testing"

	"dengwen/intake"
)

func TestMain(m *testing.M) {
	workFactor = 4
	os.Exit(m.Run())
}

// Keys of our own for tests, so that a saved fuzz input means the same again.
const (
	testSecret  = "AGE-SECRET-KEY-PQ-1686PK7KM7N8H7R05W3X2Q9ADN234CJ330XTDTD8JXNX24NQ40N5SKWPPC3"
	testSecret2 = "AGE-SECRET-KEY-PQ-1QS99XY82GNF99X7A0RKSE6WT8LZD30KUK7PWYKVPCA9KUAYPWFEQGHJWN5"
)

func testIdentities(tb testing.TB) (a, b Identity) {
	tb.Helper()
	a, err := ParseIdentity(testSecret)
	if err != nil {
		tb.Fatal(err)
	}
	b, err = ParseIdentity(testSecret2)
	if err != nil {
		tb.Fatal(err)
	}
	return a, b
}

func mustSeal(tb testing.TB, plaintext []byte, least int, to ...Recipient) []byte {
	tb.Helper()
	sealed, err := Seal(plaintext, least, to...)
	if err != nil {
		tb.Fatal(err)
	}
	return sealed
}

// randomBytes makes n bytes without trailing spaces or zeros.
func randomBytes(rnd *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'A' + byte(rnd.IntN(26))
	}
	return b
}

// damaged wants one of the two errors that name damage, and no plaintext.
func damaged(t *testing.T, plaintext []byte, err error, what string, i int) {
	t.Helper()
	if len(plaintext) != 0 || !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrKey) {
		t.Fatalf("%s at %d: %d bytes, %v", what, i, len(plaintext), err)
	}
}

// eachDamage calls try with every way of damaging sealed that the tests know.
func eachDamage(sealed []byte, try func(b []byte, what string, i int)) {
	rnd := rand.New(rand.NewPCG(8, 1))
	for i := range sealed {
		b := bytes.Clone(sealed)
		b[i] ^= 1 << rnd.IntN(8)
		try(b, "bit flipped", i)
	}
	for i := 0; i < len(sealed); i += 1 + rnd.IntN(8) {
		try(sealed[:i], "cut", i)
	}
	for i := range 40 {
		try(sealed[:len(sealed)-1-i], "cut from the end", i)
	}
	for _, n := range []int{1, 15, 16, 17, 100, chunk, chunk + perChunk} {
		try(append(bytes.Clone(sealed), make([]byte, n)...), "zeros appended", n)
		try(append(bytes.Clone(sealed), sealed[len(sealed)-min(n, len(sealed)):]...), "its own end appended", n)
	}
	for i := 0; i < len(sealed); i += 1 + rnd.IntN(40) {
		try(append(bytes.Clone(sealed[:i]), sealed[i+1:]...), "byte left out", i)
		try(append(append(bytes.Clone(sealed[:i]), '\n'), sealed[i:]...), "line end put in", i)
	}
}
