package seal

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"dengwen/intake"
)

func TestPartRoundTrip(t *testing.T) {
	a, b := testIdentities(t)
	rnd := rand.New(rand.NewPCG(8, 2))
	for _, n := range []int{0, 1, 1023, 1024, 1025, 4096, 16384, 65535, 65536, 65537, 100_000, 131_072, 300_000} {
		plaintext := randomBytes(rnd, n)
		sealed := mustSeal(t, plaintext, LeastNote, a.Recipient(), b.Recipient())
		for _, id := range []Identity{a, b} {
			got, err := Open(sealed, 1<<20, id)
			if err != nil {
				t.Fatalf("%d bytes: %v", n, err)
			}
			if len(got) != Bucket(n, LeastNote) || !bytes.Equal(bytes.TrimRight(got, " "), plaintext) {
				t.Fatalf("%d bytes came back as %d", n, len(got))
			}
		}
		got, err := Open(sealed, Bucket(n, LeastNote)-1, a)
		if !errors.Is(err, intake.ErrTooLong) || got != nil {
			t.Fatalf("%d bytes over the limit: %v", n, err)
		}
	}
}

// What a disk shows of a part is its bucket and the number of recipients.
func TestCiphertextSizes(t *testing.T) {
	a, b := testIdentities(t)
	c := testIdentity(t)
	for _, least := range []int{LeastIdentity, LeastReport} {
		for n := 1; n <= 3; n++ {
			to := []Recipient{a.Recipient(), b.Recipient(), c.Recipient()}[:n]
			sizes := map[int]int{}
			for size := 0; size <= 20_000; size += 331 {
				for _, at := range []int{size, Bucket(size, least)} {
					sealed := len(mustSeal(t, bytes.Repeat([]byte{'"'}, at), least, to...))
					bucket := Bucket(at, least)
					if known, ok := sizes[bucket]; ok && known != sealed {
						t.Fatalf("%d bytes for %d: %d sealed, others of its bucket %d", at, n, sealed, known)
					}
					sizes[bucket] = sealed
				}
			}
			seen := map[int]bool{}
			for _, sealed := range sizes {
				if seen[sealed] {
					t.Fatal("two buckets of one size: the test would not notice a leak")
				}
				seen[sealed] = true
			}
		}
	}
}

func TestPartKeys(t *testing.T) {
	a, b := testIdentities(t)
	sealed := mustSeal(t, []byte("{}"), LeastNote, a.Recipient())
	for what, with := range map[string][]Identity{
		"another key": {b}, "two other keys": {b, testIdentity(t)}, "no key": nil, "a zero key": {{}},
	} {
		if got, err := Open(sealed, 1<<20, with...); !errors.Is(err, intake.ErrKey) || got != nil {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	if _, err := Open(sealed, 1<<20, b, a); err != nil {
		t.Errorf("the right key after a wrong one: %v", err)
	}
	for what, to := range map[string][]Recipient{"no recipient": nil, "a zero recipient": {a.Recipient(), {}}} {
		if _, err := Seal([]byte("{}"), LeastNote, to...); !errors.Is(err, intake.ErrKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, least := range map[string]int{"a huge least": maxPart + 1} {
		if _, err := Seal(nil, least, a.Recipient()); !errors.Is(err, intake.ErrTooLong) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSealingTwiceDiffers(t *testing.T) {
	a, _ := testIdentities(t)
	one, two := mustSeal(t, []byte("{}"), LeastNote, a.Recipient()), mustSeal(t, []byte("{}"), LeastNote, a.Recipient())
	if bytes.Equal(one, two) {
		t.Fatal("two sealings of one text are equal")
	}
}

func TestDamagedPart(t *testing.T) {
	a, _ := testIdentities(t)
	sealed := mustSeal(t, []byte(`{"text":"x"}`), LeastNote, a.Recipient())
	eachDamage(sealed, func(s []byte, what string, i int) {
		got, err := Open(s, 1<<20, a)
		damaged(t, got, err, what, i)
	})
}

// A part of several chunks, cut where chunks end, is where a lax reader would
// take a piece for the whole.
func TestDamagedLongPart(t *testing.T) {
	a, _ := testIdentities(t)
	sealed := mustSeal(t, bytes.Repeat([]byte("x"), 200_000), LeastNote, a.Recipient())
	header := len(sealed) - Bucket(200_000, 0) - 4*perChunk
	for k := range 4 {
		end := header + k*(chunk+perChunk)
		for d := -17; d <= 17; d++ {
			if cut := end + d; cut >= 0 && cut < len(sealed) {
				got, err := Open(sealed[:cut], 1<<20, a)
				damaged(t, got, err, "cut", cut)
			}
		}
	}
	swapped := bytes.Clone(sealed)
	copy(swapped[header:], sealed[header+chunk+perChunk:][:chunk+perChunk])
	copy(swapped[header+chunk+perChunk:], sealed[header:][:chunk+perChunk])
	got, err := Open(swapped, 1<<20, a)
	damaged(t, got, err, "chunks swapped", header)
}

// A part that some other program sealed to us without our padding.
func TestForeignPart(t *testing.T) {
	a, _ := testIdentities(t)
	for _, n := range []int{0, 1, 1000, 1025, 4095, 40_000, 65_537, 196_608} {
		var out bytes.Buffer
		w, err := age.Encrypt(&out, a.key.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(out.Bytes(), 1<<20, a); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// age quotes what it cannot parse; an error must stay short enough to show.
func TestErrorsStayShort(t *testing.T) {
	a, _ := testIdentities(t)
	long := []byte("age-encryption.org/v1\n-> " + strings.Repeat("x", 1<<20) + "\n" + strings.Repeat("!", 1<<19) + "\n")
	_, err := Open(long, 1<<20, a)
	if !errors.Is(err, intake.ErrDamaged) || len(err.Error()) > 400 {
		t.Fatalf("%d characters: %.500v", len(err.Error()), err)
	}
}

func TestSealConcurrently(t *testing.T) {
	a, b := testIdentities(t)
	to := []Recipient{a.Recipient(), b.Recipient()}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 10 {
				plaintext := fmt.Appendf(nil, `{"i":%d,"j":%d,"text":%q}`, i, j, strings.Repeat("字", 100*j))
				sealed, err := Seal(plaintext, LeastReport, to...)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := Open(sealed, 1<<20, []Identity{a, b}[j%2])
				if err != nil || !bytes.Equal(bytes.TrimRight(got, " "), plaintext) {
					t.Errorf("%q came back as %q, %v", plaintext, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzOpen(f *testing.F) {
	a, b := testIdentities(f)
	known := [][]byte{
		mustSeal(f, []byte(`{"v":1}`), LeastNote, a.Recipient()),
		mustSeal(f, []byte(`{"v":1}`), LeastNote, b.Recipient(), a.Recipient()),
	}
	for _, s := range known {
		f.Add(s)
		f.Add(s[:len(s)-1])
		f.Add(s[:len(s)/2])
	}
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte("age-encryption.org/v1\n-> mlkem768x25519 AAAA\nAAAA\n--- AAAA\n"))
	f.Fuzz(func(t *testing.T, s []byte) {
		got, err := Open(s, 1<<20, a)
		if err == nil {
			// Nobody can make another ciphertext of these by changing bytes.
			if len(got) != LeastNote || string(bytes.TrimRight(got, " ")) != `{"v":1}` {
				t.Fatalf("opened %q", got)
			}
			return
		}
		if got != nil || !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrKey) && !errors.Is(err, intake.ErrTooLong) {
			t.Fatalf("%q, %v", got, err)
		}
	})
}
