package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/google/go-cmp/cmp"
)

// Every kind of failure has its words, and none of them are the error's own.
func TestFailure(t *testing.T) {
	const secret = "secret.example.test"
	told := func(kind string) error {
		return fmt.Errorf("order: %w", &acme.Error{StatusCode: 403, ProblemType: kind, Detail: secret, Header: http.Header{"X": {secret}}})
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{told("urn:ietf:params:acme:error:rateLimited"), "the authority refuses: rateLimited"},
		{told("urn:ietf:params:acme:error:" + secret), "the authority refuses"},
		{told("about:blank"), "the authority refuses"},
		{&url.Error{Op: "Get", URL: secret, Err: &tls.CertificateVerificationError{Err: errors.New(secret)}}, "the authority's own certificate is not trusted"},
		{&url.Error{Op: "Get", URL: secret, Err: errors.New("refused")}, "the authority cannot be reached"},
		{context.DeadlineExceeded, "the authority cannot be reached"},
		{&fs.PathError{Op: "open", Path: secret, Err: fs.ErrPermission}, "the directory acme cannot be used"},
		{errors.New("acme/autocert: unable to satisfy \"x\" for domain \"" + secret + "\": no viable challenge type found"), "the authority does not reach this site by that name at port 443"},
		{errors.New("acme/autocert: missing certificate"), ""},
		{errors.New(secret), "other"},
	} {
		if got := failure(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

// A site that many people ask while there is no certificate says so once a
// minute.
func TestFailuresAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		c := &certificates{log: slog.New(slog.NewTextHandler(&said, nil))}
		for range 3 * 60 {
			c.say("")
			c.say("other")
			time.Sleep(time.Second)
		}
		if n := strings.Count(said.String(), "kind=other"); n != 3 || strings.Count(said.String(), "\n") != 3 {
			t.Errorf("%d lines in three minutes:\n%s", n, said.String())
		}
	})
}

func TestOverdue(t *testing.T) {
	from := clockAt(testNow)()
	const day = 24 * time.Hour
	for _, tt := range []struct {
		whole, left time.Duration
		want        bool
	}{
		{90 * day, 30 * day, false}, {90 * day, 23 * day, false}, {90 * day, 22 * day, true}, {90 * day, -day, true},
		{398 * day, 26 * day, false}, {398 * day, 24 * day, true},
		{6 * day, 2 * day, false}, {6 * day, day, true},
	} {
		leaf := &x509.Certificate{NotBefore: from, NotAfter: from.Add(tt.whole)}
		if got := overdue(leaf, leaf.NotAfter.Add(-tt.left)); got != tt.want {
			t.Errorf("%s left of %s: %v", tt.left, tt.whole, got)
		}
	}
}

// What the cache has put it gets, and nothing else is left; each authority has
// its own.
func TestACMEDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	ctx := t.Context()
	one, two := newACMEDir(dir, autocert.DefaultACMEDirectory), newACMEDir(dir, "https://Staging.example.test:14000/dir")
	if _, err := one.Get(ctx, "key"); err != autocert.ErrCacheMiss {
		t.Error(err)
	}
	for _, data := range []string{"first", "second"} {
		if err := one.Put(ctx, "key", []byte(data)); err != nil {
			t.Fatal(err)
		}
		if got, err := one.Get(ctx, "key"); err != nil || string(got) != data {
			t.Errorf("%q %v", got, err)
		}
	}
	if _, err := two.Get(ctx, "key"); err != autocert.ErrCacheMiss {
		t.Error(err)
	}
	if err := two.Put(ctx, "../../key", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]fs.FileMode{".": 0o700 | fs.ModeDir, "acme-v02.api.letsencrypt.org": 0o700 | fs.ModeDir, "acme-v02.api.letsencrypt.org/key": 0o600,
		"staging.example.test_14000": 0o700 | fs.ModeDir, "staging.example.test_14000/key": 0o600}, modes(t, dir)); diff != "" {
		t.Error(diff)
	}
	if err := os.Mkdir(filepath.Join(dir, "staging.example.test_14000", "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := two.Put(ctx, "taken", []byte("x")); err == nil {
		t.Error("a file takes the place of a directory")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", ".*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// modes are the modes of all that is below a directory.
func modes(t *testing.T, dir string) map[string]fs.FileMode {
	t.Helper()
	found := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		name, _ := filepath.Rel(dir, path)
		found[name] = info.Mode()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
