package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A testCA signs certificates for servers of the tests.
type testCA struct {
	t           *testing.T
	dir, file   string // file is the authority's own certificate
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newTestCA(t *testing.T) *testCA {
	t.Helper()
	ca := &testCA{t: t, dir: t.TempDir()}
	ca.file = filepath.Join(ca.dir, "ca.pem")
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	ca.key = ca.sign(template, ca.file, filepath.Join(ca.dir, "ca.key"))
	ca.certificate = template
	return ca
}

// sign writes a certificate and its new key. The authority's first is its own.
func (ca *testCA) sign(c *x509.Certificate, certFile, keyFile string) *ecdsa.PrivateKey {
	ca.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		ca.t.Fatal(err)
	}
	parent, signer := ca.certificate, ca.key
	if parent == nil {
		parent, signer = c, key
	}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	if err != nil {
		ca.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		ca.t.Fatal(err)
	}
	for name, b := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			ca.t.Fatal(err)
		}
	}
	return key
}

// server writes a certificate for an address or a name, and returns the two
// files.
func (ca *testCA) server(at string) (certFile, keyFile string) {
	ca.t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{at}}
	if ip := net.ParseIP(at); ip != nil {
		c.DNSNames, c.IPAddresses = nil, []net.IP{ip}
	}
	certFile, keyFile = filepath.Join(ca.dir, at+".pem"), filepath.Join(ca.dir, at+".key")
	ca.sign(c, certFile, keyFile)
	return certFile, keyFile
}

// pool is who trusts the authority.
func (ca *testCA) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	text, err := os.ReadFile(ca.file)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		ca.t.Fatal("no certificate", err)
	}
	return pool
}

// startPebble runs Pebble at an address of this machine, port 14000. It looks
// for every name there, at port 14443. It returns the root of its certificates.
func startPebble(t *testing.T, ca *testCA, here string) *x509.CertPool {
	t.Helper()
	// go tool would stand between us and the process.
	program, err := exec.Command("go", "tool", "-n", "pebble").Output()
	if err != nil {
		t.Fatal("go tool pebble:", err)
	}
	certFile, keyFile := ca.server(here)
	management := net.JoinHostPort(here, "15000")
	settings, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": net.JoinHostPort(here, "14000"), "managementListenAddress": management, "certificate": certFile, "privateKey": keyFile,
		"httpPort": 14080, "tlsPort": 14443, "keyAlgorithm": "ecdsa", "retryAfter": map[string]int{"authz": 1, "order": 1},
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(ca.dir, "pebble.json")
	if err := os.WriteFile(file, settings, 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	pebble := exec.Command(strings.TrimSpace(string(program)), "-config", file, "-strict", "-dnsserver", startNames(t, here))
	pebble.Stdout, pebble.Stderr = &said, &said
	pebble.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	if err := pebble.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { pebble.Wait(); close(ended) }()
	t.Cleanup(func() {
		pebble.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(said.String())
		}
	})
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.pool()}, DisableKeepAlives: true}}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(20 * time.Second); ; {
		if answer, err := c.Get("https://" + net.JoinHostPort(here, "14000") + "/dir"); err == nil {
			answer.Body.Close()
			break
		}
		select {
		case <-again.C:
		case <-ended:
			t.Fatal(said.String())
		case <-late:
			t.Fatal("pebble does not answer")
		}
	}
	answer, err := c.Get("https://" + management + "/roots/0")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	root, err := io.ReadAll(answer.Body)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(root) {
		t.Fatalf("no root: %v\n%s", err, root)
	}
	return pool
}

// startNames answers that every name is at one address, over TCP, and returns
// where it does.
func startNames(t *testing.T, here string) string {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(here, "0"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { l.Close(); all.Wait() })
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(10 * time.Second))
				answerName(c, [4]byte(net.ParseIP(here).To4()))
			})
		}
	})
	return l.Addr().String()
}

// answerName answers one question (RFC 1035, section 4.2.2).
func answerName(c net.Conn, here [4]byte) error {
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return err
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, question); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return err
	}
	m.Response, m.Additionals = true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: here}})
		}
	}
	answer, err := m.AppendPack(make([]byte, 2))
	if err != nil {
		return err
	}
	binary.BigEndian.PutUint16(answer, uint16(len(answer)-2))
	_, err = c.Write(answer)
	return err
}
