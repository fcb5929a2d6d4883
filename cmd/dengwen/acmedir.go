package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/acme/autocert"
)

// acmeDir keeps what ACME needs between two starts: the account's key, and each
// certificate with its key, files of mode 0600 in a directory of mode 0700.
// Nothing of it opens a report. If it is lost, a new account and certificates
// are got, of which authorities give a name only some a week.
//
// Each authority has a directory of its own below: whoever tries another one
// first must not go on with its certificates.
type acmeDir struct{ autocert.DirCache }

func newACMEDir(dir, authority string) acmeDir {
	host := "other"
	if u, err := url.Parse(authority); err == nil && u.Host != "" {
		host = strings.ReplaceAll(strings.ToLower(u.Host), ":", "_")
	}
	return acmeDir{autocert.DirCache(filepath.Join(dir, host))}
}

// Put writes a file whole or not at all, and returns once it is on the disk. A
// crash leaves the old file or the new one, and at most a hidden third that
// nobody reads; autocert's own Put could leave an account's key that is empty,
// with which it never starts again.
func (d acmeDir) Put(_ context.Context, name string, data []byte) error {
	dir := string(d.DirCache)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := beginOut(filepath.Join(dir, filepath.Clean("/"+name)), os.Rename)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return f.finish(err)
}
