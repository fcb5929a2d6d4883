package merkle

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"dengwen/intake"
)

// A key of our own for tests; nothing real was ever signed with it.
const (
	testOrigin = "dengwen.example/2026-09"
	testSigner = "PRIVATE+KEY+dengwen.example/2026-09+cca693b5+AWRlbmd3ZW4gbWVya2xlIHRlc3Qga2V5OiBub3QgdXNl"
)

func testKey(t testing.TB) (Signer, Verifier, note.Signer) {
	t.Helper()
	s, err := ParseSigner(testSigner)
	if err != nil {
		t.Fatal(err)
	}
	v, err := ParseVerifier(s.Key())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := note.NewSigner(testSigner)
	if err != nil {
		t.Fatal(err)
	}
	return s, v, raw
}

func testCheckpoint() Checkpoint {
	return Checkpoint{Origin: testOrigin, Size: 42, Root: LeafHash([]byte("a root"))}
}

func sign(t testing.TB, s Signer, c Checkpoint) []byte {
	t.Helper()
	b, err := s.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes of a checkpoint of format v1: Ed25519 has one signature for a text.
func TestGoldenCheckpoint(t *testing.T) {
	s, v, _ := testKey(t)
	const golden = "dengwen.example/2026-09\n42\ndnnKK6YcMGfGDcNQ1uuzHzVBpOshYI5VQmadSCq3dW8=\n\n— dengwen.example/2026-09 zKaTtVZpBg0Rgl8IgSCRLPSYdpZhTNn7dsPDTqXtK+sfzd9TAmT5/rMGAf3O3qt10yLRG2Be7KFg+v3SCFPdWncJLg0=\n"
	if got := sign(t, s, testCheckpoint()); string(got) != golden {
		t.Fatalf("got\n%q\nwant\n%q", got, golden)
	}
	if got, err := v.Open([]byte(golden)); err != nil || got != testCheckpoint() {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestCheckpointRoundTrip(t *testing.T) {
	s, v, _ := testKey(t)
	var empty Roller
	for _, c := range []Checkpoint{
		testCheckpoint(),
		{testOrigin, 0, empty.Root()},
		{testOrigin, MaxSize, Hash{}},
	} {
		if got, err := v.Open(sign(t, s, c)); err != nil || got != c {
			t.Errorf("got %+v, %v, want %+v", got, err, c)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	s, _, _ := testKey(t)
	for _, tt := range []struct {
		name string
		c    Checkpoint
		want error
	}{
		{"another log", Checkpoint{"other.example", 1, Hash{}}, intake.ErrKey},
		{"a negative size", Checkpoint{testOrigin, -1, Hash{}}, intake.ErrInvalid},
		{"a size out of range", Checkpoint{testOrigin, MaxSize + 1, Hash{}}, intake.ErrInvalid},
		{"an empty log with a root", Checkpoint{testOrigin, 0, Hash{1}}, intake.ErrInvalid},
	} {
		if _, err := s.Sign(tt.c); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	var zero Signer
	if _, err := zero.Sign(Checkpoint{}); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("the zero Signer: %v", err)
	}
}

func refused(t *testing.T, v Verifier, signed []byte, what string) {
	t.Helper()
	c, err := v.Open(signed)
	if !errors.Is(err, intake.ErrProof) || c != (Checkpoint{}) {
		t.Fatalf("%s: %+v, %v\n%q", what, c, err, signed)
	}
}

// Any one bit, any one byte: the whole note is covered, not its text alone.
func TestEveryChangeOfANoteIsRefused(t *testing.T) {
	s, v, _ := testKey(t)
	signed := sign(t, s, testCheckpoint())
	for i := range signed {
		for bit := range 8 {
			b := bytes.Clone(signed)
			b[i] ^= 1 << bit
			refused(t, v, b, fmt.Sprintf("bit %d of byte %d flipped", bit, i))
		}
		refused(t, v, append(bytes.Clone(signed[:i]), signed[i+1:]...), fmt.Sprintf("byte %d left out", i))
		refused(t, v, signed[:i], fmt.Sprintf("cut after %d bytes", i))
	}
	for i := range len(signed) + 1 {
		for _, c := range []byte("\n\r \x00=A0+\xff") {
			b := append(append(bytes.Clone(signed[:i]), c), signed[i:]...)
			refused(t, v, b, fmt.Sprintf("%q put in at byte %d", c, i))
		}
	}
}

func TestAddedToANote(t *testing.T) {
	s, v, _ := testKey(t)
	signed := string(sign(t, s, testCheckpoint()))
	text, own, _ := strings.Cut(signed, "\n\n")
	otherKey, _, err := NewKey("witness.example")
	if err != nil {
		t.Fatal(err)
	}
	sameName, _, err := NewKey(testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	cosigned := func(skey string, own bool) string {
		other, err := note.NewSigner(skey)
		if err != nil {
			t.Fatal(err)
		}
		n := &note.Note{Text: text + "\n"}
		signers := []note.Signer{other}
		if own {
			mine, err := note.NewSigner(testSigner)
			if err != nil {
				t.Fatal(err)
			}
			signers = append(signers, mine)
		}
		b, err := note.Sign(n, signers...)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for what, s := range map[string]string{
		"a witness's signature too":     cosigned(otherKey, true),
		"a witness's signature only":    cosigned(otherKey, false),
		"another key of the same name":  cosigned(sameName, false),
		"its own signature twice":       signed + own,
		"an extension line unsigned":    text + "\nextension\n\n" + own,
		"a second note":                 signed + signed,
		"nothing":                       "",
		"more than 64 KiB":              signed + strings.Repeat("\n", maxNote),
		"no blank line":                 text + "\n" + own,
		"Windows line ends":             strings.ReplaceAll(signed, "\n", "\r\n"),
		"a byte order mark":             "\ufeff" + signed,
		"a hyphen for the dash":         strings.Replace(signed, "— ", "- ", 1),
		"the signature of another text": strings.Replace(signed, "\n42\n", "\n43\n", 1),
	} {
		refused(t, v, []byte(s), what)
	}
}

// The holder of the key can sign anything; what no log writes is refused still.
func TestSignedButStrange(t *testing.T) {
	_, v, raw := testKey(t)
	root := LeafHash([]byte("a root"))
	root64 := base64.StdEncoding.EncodeToString(root[:])
	loose := root64[:42] + string(root64[42]+1) + "=" // the same 32 bytes, for a lax decoder
	if b, err := base64.StdEncoding.DecodeString(loose); err != nil || !bytes.Equal(b, root[:]) {
		t.Fatal("the loose spelling does not say the same")
	}
	for what, text := range map[string]string{
		"an extension line":           testOrigin + "\n42\n" + root64 + "\nextension\n",
		"an empty extension line":     testOrigin + "\n42\n" + root64 + "\n\n",
		"another origin":              "other.example\n42\n" + root64 + "\n",
		"a leading zero":              testOrigin + "\n042\n" + root64 + "\n",
		"a plus sign":                 testOrigin + "\n+42\n" + root64 + "\n",
		"a negative size":             testOrigin + "\n-42\n" + root64 + "\n",
		"a size above int64":          testOrigin + "\n18446744073709551615\n" + root64 + "\n",
		"a size above MaxSize":        testOrigin + fmt.Sprintf("\n%d\n", int64(MaxSize)+1) + root64 + "\n",
		"an empty log with a root":    testOrigin + "\n0\n" + root64 + "\n",
		"a loose root":                testOrigin + "\n42\n" + loose + "\n",
		"a short root":                testOrigin + "\n42\n" + root64[:40] + "\n",
		"a long root":                 testOrigin + "\n42\n" + root64[:40] + root64 + "\n",
		"no root":                     testOrigin + "\n42\n",
		"the tree format of Go's sum": "go.sum database tree\n42\n" + root64 + "\n",
	} {
		refused(t, v, signText(t, raw, text), what)
	}
}

// People are told what is wrong with a note, where it can be told.
func TestRefusalsSayWhy(t *testing.T) {
	s, v, raw := testKey(t)
	signed := sign(t, s, testCheckpoint())
	text, _, _ := strings.Cut(string(signed), "\n\n")
	otherKey, _, err := NewKey("witness.example")
	if err != nil {
		t.Fatal(err)
	}
	witness, err := note.NewSigner(otherKey)
	if err != nil {
		t.Fatal(err)
	}
	cosigned, err := note.Sign(&note.Note{Text: text + "\n"}, raw, witness)
	if err != nil {
		t.Fatal(err)
	}
	extended, err := note.Sign(&note.Note{Text: text + "\nextension\n"}, raw)
	if err != nil {
		t.Fatal(err)
	}
	for says, b := range map[string][]byte{
		"longer than 64 KiB":           append(bytes.Repeat([]byte("x"), maxNote), signed...),
		"another signature":            cosigned,
		"extension lines":              extended,
		"not in its usual spelling":    append(bytes.Clone(signed), signed[len(text)+2:]...),
		"invalid signature":            bytes.Replace(signed, []byte("\n42\n"), []byte("\n43\n"), 1),
		"checkpoint of " + testOrigin:  nil,
		"no verifiable signatures":     bytes.Replace(signed, []byte("— dengwen"), []byte("— another"), 1),
		"malformed":                    []byte("a page about something else"),
		"not a SHA-256 hash":           signText(t, raw, testOrigin+"\n42\nAAAA\n"),
		fmt.Sprint(int64(MaxSize) + 1): signText(t, raw, fmt.Sprintf("%s\n%d\n%s\n", testOrigin, int64(MaxSize)+1, Hash{})),
	} {
		refused(t, v, b, says)
		if _, err := v.Open(b); !strings.Contains(err.Error(), says) {
			t.Errorf("it says %q, not %q", err, says)
		}
	}
}

func signText(t *testing.T, key note.Signer, text string) []byte {
	t.Helper()
	b, err := note.Sign(&note.Note{Text: text}, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnanchored(t *testing.T) {
	s, _, _ := testKey(t)
	var v Verifier
	if _, err := v.Open(sign(t, s, testCheckpoint())); !errors.Is(err, intake.ErrUnanchored) {
		t.Fatal(err)
	}
	if v.Origin() != "" {
		t.Fatalf("origin %q", v.Origin())
	}
}

func FuzzVerifierOpen(f *testing.F) {
	s, v, raw := testKey(f)
	signed := sign(f, s, testCheckpoint())
	f.Add(signed)
	f.Add(bytes.ReplaceAll(signed, []byte("\n"), []byte("\r\n")))
	f.Add(append(bytes.Clone(signed), signed...))
	f.Add([]byte(testOrigin + "\n0\n\n\n— " + testOrigin + " AAAAAA==\n"))
	f.Add([]byte("\n\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		// As it comes, only the one note there is may open.
		if _, err := v.Open(b); (err == nil) != bytes.Equal(b, signed) {
			t.Fatalf("%q: %v", b, err)
		} else if err != nil && !errors.Is(err, intake.ErrProof) {
			t.Fatalf("%q: %v", b, err)
		}
		// Signed by the log's own key, what opens must be what Sign would write.
		strange, err := note.Sign(&note.Note{Text: string(b)}, raw)
		if err != nil {
			return
		}
		c, err := v.Open(strange)
		if err != nil {
			return
		}
		if again := sign(t, s, c); !bytes.Equal(again, strange) {
			t.Fatalf("opened %q, Sign writes %q", strange, again)
		}
	})
}
