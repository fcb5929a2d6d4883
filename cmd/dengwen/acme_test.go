package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const acmeName = "report.example.test"

// loopback is an address of this machine that no other process of the tests
// has, so that ports can be written into configurations.
func loopback() string {
	pid := os.Getpid()
	return fmt.Sprintf("127.%d.%d.%d", 64+pid>>15&63, pid>>7&255, 1+pid&127)
}

// TestACME gets a certificate from Pebble, the small twin of Let's Encrypt's
// own server, and serves the public site with it: by that name and no other,
// and after a restart without asking again.
func TestACME(t *testing.T) {
	here := loopback()
	site, authority := net.JoinHostPort(here, "14443"), net.JoinHostPort(here, "14000")
	ca := newTestCA(t)
	roots := startPebble(t, ca, here)
	config, dir := inspection(t)
	appendConfig(t, config, fmt.Sprintf("\n[public]\nlisten = %q\nacme_domains = [%q]\nacme_directory = \"https://%s/dir\"\n", site, acmeName, authority))

	var first []byte
	for _, round := range []string{"new", "kept"} {
		serve := start(t, []string{"SSL_CERT_FILE=" + ca.file}, "serve", "--config", config)
		serve.await(`msg=certificate domain=` + acmeName)
		c := &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "tcp", site)
			},
			TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
		}}
		answer, err := c.Get("https://" + acmeName + "/")
		if err != nil {
			t.Fatal(err, serve.said())
		}
		page, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK || answer.Proto != "HTTP/1.1" || !strings.Contains(string(page), "https://"+acmeName+"/") {
			t.Errorf("%s %s\n%s", answer.Status, answer.Proto, page)
		}
		checkHeaders(t, answer)
		if leaf := answer.TLS.PeerCertificates[0].Raw; round == "new" {
			first = leaf
		} else if string(leaf) != string(first) {
			t.Error("after a restart there is another certificate")
		}
		c.CloseIdleConnections()

		for _, name := range []string{"", "other.example.test", "www." + acmeName, "report"} {
			if state, err := shake(site, &tls.Config{ServerName: name, InsecureSkipVerify: true}); err == nil {
				t.Errorf("%q gets a certificate of %v", name, state.PeerCertificates[0].DNSNames)
			}
		}
		if _, err := shake(site, &tls.Config{ServerName: acmeName, RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
			t.Error("TLS 1.1 is spoken")
		}
		if _, err := shake(site, &tls.Config{ServerName: acmeName, RootCAs: roots, NextProtos: []string{"h2"}}); err == nil {
			t.Error("HTTP/2 is spoken")
		}
		serve.end()
		said := serve.said()
		for _, word := range []string{"other.example.test", "www.", "there is no certificate", "127.0.0.1"} {
			if strings.Contains(said, word) {
				t.Errorf("the log says %s:\n%s", word, said)
			}
		}
	}
	if diff := cmp.Diff(map[string]fs.FileMode{".": 0o700 | fs.ModeDir, here + "_14000": 0o700 | fs.ModeDir, here + "_14000/acme_account+key": 0o600, here + "_14000/" + acmeName: 0o600},
		modes(t, filepath.Join(dir, "acme"))); diff != "" {
		t.Error(diff)
	}
}

// An authority that is not there does not keep the site from starting, and the
// log says what kind of thing is wrong.
func TestACMEWithoutAuthority(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	config, _ := inspection(t)
	appendConfig(t, config, fmt.Sprintf("\n[public]\nlisten = \"127.0.0.1:0\"\nacme_domains = [%q]\nacme_directory = \"https://%s/dir\"\n", acmeName, l.Addr()))
	serve := start(t, nil, "serve", "--config", config)
	serve.await(`there is no certificate; it will be asked for again" kind="the authority cannot be reached"`)
	at := serve.await(`for=public at=(\S+)`)
	if _, err := shake(at, &tls.Config{ServerName: acmeName, InsecureSkipVerify: true}); err == nil {
		t.Error("there is a certificate")
	}
	serve.end()
	if said := serve.said(); strings.Count(said, "there is no certificate") != 1 || strings.Contains(said, acmeName) {
		t.Error(said)
	}
}

// shake connects and says what was agreed on. A server may refuse a client of
// TLS 1.3 only after the client's part is over: it is asked for a page, too.
func shake(at string, config *tls.Config) (tls.ConnectionState, error) {
	c, err := tls.Dial("tcp", at, config)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer c.Close()
	if _, err := io.WriteString(c, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		return tls.ConnectionState{}, err
	}
	_, err = bufio.NewReader(c).ReadString('\n')
	return c.ConnectionState(), err
}
