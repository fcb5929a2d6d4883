package seal

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"

	"dengwen/intake"
)

func TestKeysRoundTrip(t *testing.T) {
	id := testIdentity(t)
	again, err := ParseIdentity("  " + id.String() + " \n ")
	if err != nil || again.String() != id.String() || again.Recipient().String() != id.Recipient().String() {
		t.Fatalf("%v", err)
	}
	r, err := ParseRecipient(id.Recipient().String())
	if err != nil || r.String() != id.Recipient().String() {
		t.Fatalf("%v", err)
	}
	if _, err := Open(mustSeal(t, nil, 0, r), 1<<20, again); err != nil {
		t.Fatal(err)
	}
	var zero Identity
	if zero.String() != "" || zero.Recipient() != (Recipient{}) || zero.Recipient().String() != "" {
		t.Error("the zero Identity is not empty")
	}
}

// strangeKeys are texts that are neither a hybrid recipient nor a hybrid
// identity, and secret is what no error may repeat of them.
func strangeKeys(t *testing.T) (classic *age.X25519Identity, keys map[string]string) {
	t.Helper()
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return classic, map[string]string{
		"nothing":                "",
		"a word":                 "hunter2",
		"a classic recipient":    classic.Recipient().String(),
		"a classic secret":       classic.String(),
		"a classic secret, low":  strings.ToLower(classic.String()),
		"a plugin's recipient":   "age1tagpq1qqqqqqqq",
		"an ssh key":             "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
		"the prefix alone":       hybridRecipient,
		"the secret prefix":      hybridIdentity,
		"capitals":               strings.ToUpper(testIdentity(t).Recipient().String()),
		"a cut recipient":        testIdentity(t).Recipient().String()[:500],
		"a recipient and more":   testIdentity(t).Recipient().String() + " x",
		"a cut secret":           testSecret[:len(testSecret)-3],
		"a secret and more":      testSecret + "Q",
		"a lower-case secret":    strings.ToLower(testSecret),
		"bytes that are no text": "age1pq1\xff\xfe\x00",
	}
}

func TestKeysRefused(t *testing.T) {
	classic, keys := strangeKeys(t)
	for what, s := range keys {
		_, err1 := ParseRecipient(s)
		_, err2 := ParseIdentity(s)
		for _, err := range []error{err1, err2} {
			if !errors.Is(err, intake.ErrKey) {
				t.Errorf("%s: %v", what, err)
				continue
			}
			low := strings.ToLower(err.Error())
			for _, secret := range []string{testSecret[30:60], classic.String()[30:60], "hunter2"} {
				if strings.Contains(low, strings.ToLower(secret)) {
					t.Errorf("%s: the error repeats a secret: %v", what, err)
				}
			}
			if len(low) > 200 {
				t.Errorf("%s: the error has %d characters", what, len(low))
			}
		}
	}
	if _, err := ParseRecipient(testSecret); err == nil || !strings.Contains(err.Error(), "secret key") {
		t.Errorf("a secret given as a recipient: %v", err)
	}
	if _, err := ParseRecipient(classic.Recipient().String()); err == nil || !strings.Contains(err.Error(), "is not post-quantum: make one with age-keygen -pq") {
		t.Errorf("a classic recipient: %v", err)
	}
}

// Every character counts: bech32 finds any one that is wrong.
func TestMistypedKeys(t *testing.T) {
	a, _ := testIdentities(t)
	for _, s := range []string{a.String(), a.Recipient().String()} {
		for i := range s {
			b := []byte(s)
			b[i] ^= 1
			_, err1 := ParseRecipient(string(b))
			_, err2 := ParseIdentity(string(b))
			if !errors.Is(err1, intake.ErrKey) || !errors.Is(err2, intake.ErrKey) {
				t.Fatalf("character %d changed: %v, %v", i, err1, err2)
			}
		}
	}
}

func TestReadIdentities(t *testing.T) {
	a, b := testIdentities(t)
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	keygen := "# created: 2026-09-01T00:00:00Z\n# public key: " + a.Recipient().String() + "\n" + testSecret + "\n"
	for _, tt := range []struct {
		name, file string
		want       []string // the secrets read
		err        error
		says       string
	}{
		{"as age-keygen writes it", keygen, []string{testSecret}, nil, ""},
		{"no line end", testSecret, []string{testSecret}, nil, ""},
		{"Windows", "\ufeff" + strings.ReplaceAll(keygen, "\n", "\r\n"), []string{testSecret}, nil, ""},
		{"two", "\n" + keygen + "\n\n" + b.String(), []string{testSecret, testSecret2}, nil, ""},
		{"nothing", "", nil, intake.ErrKey, "no secret key"},
		{"comments only", "# x\n\n", nil, intake.ErrKey, "no secret key"},
		{"a recipient", a.Recipient().String(), nil, intake.ErrKey, "line 1: this is a public recipient"},
		{"a classic key", keygen + classic.String() + "\n", nil, intake.ErrKey, "line 4: the secret key is not post-quantum"},
		{"a wrong character", strings.Replace(keygen, testSecret[:40], testSecret[:39]+"1", 1), nil, intake.ErrKey, "line 3"},
		{"an encrypted key file", "age-encryption.org/v1\n-> scrypt\n", nil, intake.ErrKey, "open it with age -d"},
		{"an armored one", "-----BEGIN AGE ENCRYPTED FILE-----\n", nil, intake.ErrKey, "open it with age -d"},
		{"64 KiB", keygen + strings.Repeat("#", maxKeyFile-len(keygen)), []string{testSecret}, nil, ""},
		{"more than 64 KiB", keygen + strings.Repeat("\n", maxKeyFile), nil, intake.ErrTooLong, ""},
	} {
		ids, err := ReadIdentities(strings.NewReader(tt.file))
		var got []string
		for _, id := range ids {
			got = append(got, id.String())
		}
		if !errors.Is(err, tt.err) || strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("%s: %d keys, %v", tt.name, len(got), err)
		}
		if err != nil && (!strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), testSecret[30:50])) {
			t.Errorf("%s: it says %q", tt.name, err)
		}
	}
	if _, err := ReadIdentities(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a disk that fails: %v", err)
	}
}

func TestReadRecipient(t *testing.T) {
	a, b := testIdentities(t)
	one := a.Recipient().String()
	for _, tt := range []struct {
		name, file string
		ok         bool
		says       string
	}{
		{"one line", one + "\n", true, ""},
		{"comments", "# the archive\r\n\r\n" + one + "\r\n# end", true, ""},
		{"white space", " \t" + one + " ", true, ""},
		{"none", "# nothing\n", false, "0 recipients"},
		{"two", one + "\n" + b.Recipient().String(), false, "2 recipients"},
		{"a secret key file", "# public key: " + one + "\n" + testSecret, false, "line 2: this is a secret key"},
	} {
		r, err := ReadRecipient(strings.NewReader(tt.file))
		if tt.ok != (err == nil) || tt.ok && r.String() != one {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err != nil && (!errors.Is(err, intake.ErrKey) || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: it says %q", tt.name, err)
		}
	}
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	a, _ := testIdentities(t)
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("unlocked", "key", a)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("unlocked", "key", a)
	if strings.Contains(out.String(), testSecret[20:50]) || !strings.Contains(out.String(), "(secret key)") {
		t.Fatal(out.String())
	}
}

func FuzzParseRecipient(f *testing.F) {
	a, _ := testIdentities(f)
	for _, s := range []string{a.Recipient().String(), testSecret, "age1pq1", "age1", "", "age1pq1qqqq", "AGE1PQ1QQQQ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRecipient(s)
		if err != nil {
			if !errors.Is(err, intake.ErrKey) || len(err.Error()) > 200 || r != (Recipient{}) {
				t.Fatalf("%v", err)
			}
			return
		}
		if r.String() != s {
			t.Fatalf("%q reads as %q", s, r)
		}
		if _, err := Seal(nil, 0, r); err != nil {
			t.Fatalf("%q does not seal: %v", s, err)
		}
	})
}

func FuzzReadIdentities(f *testing.F) {
	f.Add([]byte("# comment\n\n" + testSecret + "\r\n" + testSecret2))
	f.Add([]byte("\ufeff" + testSecret))
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		ids, err := ReadIdentities(bytes.NewReader(b))
		if err != nil {
			if ids != nil || !errors.Is(err, intake.ErrKey) && !errors.Is(err, intake.ErrTooLong) {
				t.Fatalf("%d keys, %v", len(ids), err)
			}
			return
		}
		if len(ids) == 0 {
			t.Fatal("no keys and no error")
		}
		for _, id := range ids {
			if !strings.Contains(string(b), id.String()) {
				t.Fatal("a key that is not in the file")
			}
		}
	})
}
