package seal

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"dengwen/intake"
)

const testPhrase = "正大光明 correct horse"

func mustWrap(tb testing.TB, plaintext []byte, passphrase string) []byte {
	tb.Helper()
	sealed, err := WrapPassphrase(plaintext, passphrase)
	if err != nil {
		tb.Fatal(err)
	}
	return sealed
}

func TestPassphraseRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 200, maxWrapped} {
		plaintext := bytes.Repeat([]byte("k"), n)
		sealed := mustWrap(t, plaintext, testPhrase)
		got, err := UnwrapPassphrase(sealed, testPhrase)
		if err != nil || !bytes.Equal(got, plaintext) {
			t.Fatalf("%d bytes came back as %d, %v", n, len(got), err)
		}
		for _, wrong := range []string{"", "x", testPhrase + " ", strings.ToUpper(testPhrase)} {
			if got, err := UnwrapPassphrase(sealed, wrong); !errors.Is(err, intake.ErrPassphrase) || got != nil {
				t.Fatalf("%q: %v", wrong, err)
			}
		}
	}
	if _, err := WrapPassphrase(make([]byte, maxWrapped+1), testPhrase); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("a long secret: %v", err)
	}
	if _, err := WrapPassphrase(nil, ""); !errors.Is(err, intake.ErrPassphrase) {
		t.Errorf("an empty passphrase: %v", err)
	}
}

func TestDamagedWrap(t *testing.T) {
	sealed := mustWrap(t, []byte("key"), testPhrase)
	eachDamage(sealed, func(b []byte, what string, i int) {
		got, err := UnwrapPassphrase(b, testPhrase)
		if len(got) != 0 || !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrPassphrase) {
			t.Fatalf("%s at %d: %q, %v", what, i, got, err)
		}
	})
}

// age opens with the passphrase, and with nothing dearer than we wrote.
func TestWorkFactor(t *testing.T) {
	if maxWorkFactor != 18 {
		t.Fatal("a bound below 18 locks out wraps of format v1")
	}
	wrapped := func(logN int) []byte {
		r, err := age.NewScryptRecipient(testPhrase)
		if err != nil {
			t.Fatal(err)
		}
		r.SetWorkFactor(logN)
		var out bytes.Buffer
		w, err := age.Encrypt(&out, r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "key"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	low := wrapped(5)
	if got, err := UnwrapPassphrase(low, testPhrase); err != nil || string(got) != "key" {
		t.Fatalf("%q, %v", got, err)
	}
	// The factor stands in clear in the header. It must be refused before work
	// is done: 2³⁰ would take a terabyte.
	for _, logN := range []string{"19", "22", "30", "99"} {
		dear := bytes.Replace(low, []byte(" 5\n"), []byte(" "+logN+"\n"), 1)
		if bytes.Equal(dear, low) {
			t.Fatal("the header is not what this test thinks")
		}
		if _, err := UnwrapPassphrase(dear, testPhrase); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("2^%s: %v", logN, err)
		}
	}
}

func TestUnwrapSomethingElse(t *testing.T) {
	a, _ := testIdentities(t)
	if _, err := UnwrapPassphrase(mustSeal(t, nil, 0, a.Recipient()), testPhrase); !errors.Is(err, intake.ErrDamaged) {
		t.Errorf("a part: %v", err)
	}
	if _, err := Open(mustWrap(t, nil, testPhrase), 1<<20, a); !errors.Is(err, intake.ErrKey) {
		t.Errorf("a wrap opened as a part: %v", err)
	}
}

func TestNewPassphrase(t *testing.T) {
	if bits := float64(phraseLength) * math.Log2(float64(len(phraseAlphabet))); bits < 70 {
		t.Fatalf("%.1f bits", bits)
	}
	if 256%len(phraseAlphabet) != 0 {
		t.Fatal("some characters are likelier than others")
	}
	for i, c := range phraseAlphabet {
		if strings.ContainsRune(phraseAlphabet[i+1:], c) || strings.ContainsRune("01oilzsbg", c) {
			t.Fatalf("%q is there twice or looks like another", c)
		}
	}
	const draws = 4000
	seen := map[string]bool{}
	count := map[rune]int{}
	for range draws {
		p := NewPassphrase()
		if err := CheckPassphrase(p); err != nil {
			t.Fatalf("%q: %v", p, err)
		}
		if seen[p] {
			t.Fatalf("%q twice", p)
		}
		seen[p] = true
		if canonical(p) != p || len(p) != phraseLength+phraseGroups-1 {
			t.Fatalf("%q is not canonical", p)
		}
		for _, c := range strings.ReplaceAll(p, "-", "") {
			count[c]++
		}
	}
	// 5,000 expected of each, standard deviation 68: 500 off never happens.
	want := float64(draws*phraseLength) / float64(len(phraseAlphabet))
	for _, c := range phraseAlphabet {
		if math.Abs(float64(count[c])-want) > 500 {
			t.Errorf("%q came %d times, %.0f expected", c, count[c], want)
		}
	}
}

func TestCanonical(t *testing.T) {
	const p = "7c4k-m29x-8rwy-53fc-k6m2"
	for _, s := range []string{
		p, "7C4K-M29X-8RWY-53FC-K6M2", "7c4km29x8rwy53fck6m2", " 7c4k m29x  8rwy\t53fc k6m2\n", "7c4k—m29x－8rwy–53fc‐k6m2",
		"７ｃ４ｋ－Ｍ２９Ｘ　８ｒｗｙ　５３ｆｃ　ｋ６ｍ２", "\ufeff7c4k-m29x-8rwy\u200b-53fc-k6m2",
	} {
		if got := canonical(s); got != p {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	for _, s := range []string{
		"", "-", "7c4k-m29x-8rwy-53fc-k6m", "7c4k-m29x-8rwy-53fc-k6m22", "7c4k-m29x-8rwy-53fc-k6mo", "7c4k.m29x.8rwy.53fc.k6m2",
		testPhrase, "Correct Horse Battery", "7c4k-m29x-8rwy-53fc-k6m\xff",
	} {
		if got := canonical(s); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	sealed := mustWrap(t, []byte("key"), p)
	if got, err := UnwrapPassphrase(sealed, strings.ToUpper(strings.ReplaceAll(p, "-", " "))); err != nil || string(got) != "key" {
		t.Errorf("typed in capitals: %q, %v", got, err)
	}
}

func TestCheckPassphrase(t *testing.T) {
	for _, s := range []string{"abcdefghijkl", "正大光明正大光明正大光明人", strings.Repeat("abcde", 200), "with spaces inside it", NewPassphrase()} {
		if err := CheckPassphrase(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, tt := range []struct {
		s    string
		want error
	}{
		{"", intake.ErrInvalid}, {"abcdefghijk", intake.ErrInvalid}, {"光明正大光明正大光明正", intake.ErrInvalid},
		{strings.Repeat("abcde", 200) + "f", intake.ErrTooLong}, {"abcdefghijkl\n", intake.ErrInvalid}, {" abcdefghijklm", intake.ErrInvalid},
		{"abcdefghijklm\u3000", intake.ErrInvalid}, {"abcdef\x00ghijkl", intake.ErrInvalid}, {"abcdefghijkl\xff", intake.ErrInvalid},
		{"aaaaaaaaaaaaaaaa", intake.ErrInvalid}, {"abcdabcdabcdabcd", intake.ErrInvalid},
	} {
		err := CheckPassphrase(tt.s)
		if !errors.Is(err, tt.want) {
			t.Errorf("%q: %v", tt.s, err)
		} else if tt.s != "" && strings.Contains(err.Error(), tt.s) {
			t.Errorf("the error repeats the passphrase: %v", err)
		}
	}
}

// Sign-ins at once take turns.
func TestPassphrasesConcurrently(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			p := NewPassphrase()
			sealed, err := WrapPassphrase([]byte(p), p)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := UnwrapPassphrase(sealed, p); err != nil || string(got) != p {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func FuzzUnwrapPassphrase(f *testing.F) {
	sealed := mustWrap(f, []byte("key"), testPhrase)
	f.Add(sealed, testPhrase)
	f.Add(sealed[:len(sealed)-1], testPhrase)
	f.Add(bytes.Replace(sealed, []byte(" 4\n"), []byte(" 30\n"), 1), testPhrase)
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, b []byte, passphrase string) {
		// A factor that is allowed but dear would only slow the fuzzer down.
		if i := bytes.Index(b, []byte("-> scrypt ")); i >= 0 && !bytes.Contains(b, []byte(" 4\n")) && !bytes.Contains(b, []byte(" 30\n")) {
			return
		}
		got, err := UnwrapPassphrase(b, passphrase)
		if err != nil {
			if got != nil || !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrPassphrase) {
				t.Fatalf("%q, %v", got, err)
			}
		} else if string(got) != "key" && canonical(passphrase) == testPhrase {
			t.Fatalf("opened %q", got)
		}
	})
}
