package seal

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stock runs a command of age as go.mod pins it.
func stock(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command("go", append([]string{"tool", name}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Whoever has the key needs no Dengwen to read what was sealed.
func TestStockAgeOpens(t *testing.T) {
	a, b := testIdentities(t)
	key := write(t, "key.txt", []byte("# an age key file\n"+a.String()+"\n"))
	other := write(t, "other.txt", []byte(testIdentity(t).String()+"\n"))

	type record struct{ Text string }
	want := record{strings.Repeat("举报 “x” <y> ", 300)}
	plaintext, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	part := write(t, "part.age", mustSeal(t, plaintext, LeastReport, b.Recipient(), a.Recipient()))
	out, errs, err := stock(t, "age", "-d", "-i", key, part)
	if err != nil {
		t.Fatal(err, errs)
	}
	var got record
	if err := json.Unmarshal([]byte(out), &got); err != nil || got != want || len(out) != Bucket(len(plaintext), LeastReport) {
		t.Fatalf("age printed %d bytes, %v: %.100q", len(out), err, out)
	}

	content := randomBytes(rand.New(rand.NewPCG(8, 6)), 150_000)
	file := write(t, "file.age", sealFile(t, content, a.Recipient()))
	out, errs, err = stock(t, "age", "-d", "-i", key, file)
	if err != nil {
		t.Fatal(err, errs)
	}
	padded := append(content, make([]byte, Padme(150_000)-150_000)...)
	if out != string(padded) {
		t.Fatalf("age printed %d bytes", len(out))
	}

	if out, _, err := stock(t, "age", "-d", "-i", other, part); err == nil || out != "" {
		t.Fatalf("another key: %q", out)
	}
}

// Keys made with age-keygen -pq are ours, and ours are age's.
func TestStockKeygen(t *testing.T) {
	file, errs, err := stock(t, "age-keygen", "-pq")
	if err != nil {
		t.Fatal(err, errs)
	}
	ids, err := ReadIdentities(strings.NewReader(file))
	if err != nil || len(ids) != 1 {
		t.Fatalf("%d keys, %v", len(ids), err)
	}
	public, errs, err := stock(t, "age-keygen", "-y", write(t, "key.txt", []byte(file)))
	if err != nil {
		t.Fatal(err, errs)
	}
	r, err := ReadRecipient(strings.NewReader(public))
	if err != nil || r.String() != ids[0].Recipient().String() {
		t.Fatalf("%v", err)
	}
	ours := testIdentity(t)
	public, errs, err = stock(t, "age-keygen", "-y", write(t, "ours.txt", []byte(ours.String()+"\n")))
	if err != nil || strings.TrimSpace(public) != ours.Recipient().String() {
		t.Fatal(err, errs)
	}
	classic, errs, err := stock(t, "age-keygen")
	if err != nil {
		t.Fatal(err, errs)
	}
	if _, err := ReadIdentities(strings.NewReader(classic)); err == nil || !strings.Contains(err.Error(), "not post-quantum") {
		t.Fatal(err)
	}
}
