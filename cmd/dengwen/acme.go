package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/net/idna"
)

const (
	// askAgain is how long watch waits before it looks at the certificates
	// again, and restTime how long strangers' handshakes bring about no attempt
	// after one that failed. Let's Encrypt bears five of those at a name in an
	// hour.
	askAgain = time.Hour
	restTime = 20 * time.Minute
	// quietTime is how long nothing more is said of certificates that fail.
	quietTime = time.Minute
)

// certificates are those of the public site, got from an authority and renewed
// by ACME (RFC 8555). That the names are this site's is shown on its own
// listener, by TLS-ALPN-01 (RFC 8737). The account has a key and no mail
// address; see acmeDir for what is kept.
//
// What is logged is of the names in the configuration and the kind of failure:
// never who asked, nor for what, nor the text of an error.
type certificates struct {
	names   []string // in ASCII
	manager *autocert.Manager
	log     *slog.Logger

	mu   sync.Mutex
	said time.Time            // when a failure was logged last
	rest map[string]time.Time // until when a name is not asked for
}

// newCertificates is for a configuration that names domains; checkDomains has
// put them into ASCII.
func newCertificates(s *settings, log *slog.Logger) *certificates {
	directory := s.Public.ACMEDirectory
	if directory == "" {
		directory = autocert.DefaultACMEDirectory
	}
	c := &certificates{names: s.Public.ACMEDomains, log: log, rest: map[string]time.Time{}}
	c.manager = &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: newACMEDir(s.beside("acme"), directory), HostPolicy: autocert.HostWhitelist(c.names...),
		Client: &acme.Client{DirectoryURL: directory, UserAgent: "dengwen"},
	}
	return c
}

// tlsConfig is for a listener. The authority's check of a name has a protocol
// of its own, which no browser offers.
func (c *certificates) tlsConfig() *tls.Config {
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12, NextProtos: append(slices.Clone(siteProtocols), acme.ALPNProto)}
}

// get answers a handshake. One without a name, or with a name that is not
// ours, fails and is not worth a line: anyone can make as many as they like.
func (c *certificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name, err := idna.Lookup.ToASCII(hello.ServerName)
	if err != nil || !slices.Contains(c.names, name) {
		return nil, errors.New("no certificate for that name")
	}
	if slices.Contains(hello.SupportedProtos, acme.ALPNProto) {
		return c.manager.GetCertificate(hello) // the authority's check
	}
	if c.rests(name) {
		return nil, errors.New("no certificate yet")
	}
	certificate, err := c.manager.GetCertificate(hello)
	if err != nil {
		c.say(failure(err))
		c.mu.Lock()
		c.rest[name] = time.Now().Add(restTime)
		c.mu.Unlock()
	}
	return certificate, err
}

// rests reports whether a name is left alone, because it failed not long ago.
func (c *certificates) rests(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Before(c.rest[name])
}

// say logs a failure, one a minute at most.
func (c *certificates) say(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); kind != "" && (c.said.IsZero() || now.Sub(c.said) >= quietTime) {
		c.said = now
		c.log.Warn("there is no certificate; it will be asked for again", "kind", kind)
	}
}

// watch gets the certificates before the first reporter waits for them, and
// says when a renewal has been failing, until ctx ends. Renewing itself is
// autocert's. The listener must be served meanwhile. An attempt that is under
// way when ctx ends is left alone: it ends with the process, and the authority
// forgets it.
func (c *certificates) watch(ctx context.Context) error {
	again := time.NewTicker(askAgain)
	defer again.Stop()
	known := map[string]time.Time{} // ends of certificates that were logged
	for {
		looked := make(chan struct{})
		go func() {
			defer close(looked)
			for _, name := range c.names {
				c.look(name, known)
			}
		}()
		select {
		case <-looked:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look asks for one certificate as a browser of today would.
func (c *certificates) look(name string, known map[string]time.Time) {
	certificate, err := c.get(&tls.ClientHelloInfo{ServerName: name, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
	if err != nil {
		return
	}
	leaf := certificate.Leaf
	if end := leaf.NotAfter; !known[name].Equal(end) {
		known[name] = end
		c.log.Info("certificate", "domain", name, "until", end)
	}
	if overdue(leaf, time.Now()) {
		c.log.Warn("the certificate is not being renewed", "domain", name, "until", leaf.NotAfter)
	}
}

// overdue reports whether a certificate should have been renewed. That begins
// when a third of its time is left, or thirty days.
func overdue(leaf *x509.Certificate, now time.Time) bool {
	whole := leaf.NotAfter.Sub(leaf.NotBefore)
	return leaf.NotAfter.Sub(now) < min(whole/4, 25*24*time.Hour)
}

// failure is the kind of an error of autocert, or "" where it only repeats what
// was told before.
func failure(err error) string {
	if told, ok := errors.AsType[*acme.Error](err); ok {
		return problem(told.ProblemType)
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, disk := errors.AsType[*fs.PathError](err)
	_, request := errors.AsType[*url.Error](err)
	switch {
	case untrusted:
		return "the authority's own certificate is not trusted"
	case disk:
		return "the directory acme cannot be used"
	case request, errors.Is(err, context.DeadlineExceeded):
		return "the authority cannot be reached"
	case strings.Contains(err.Error(), "no viable challenge type"): // autocert has no error of its own for it
		return "the authority does not reach this site by that name at port 443"
	case strings.Contains(err.Error(), "missing certificate"):
		return ""
	}
	return "other"
}

// problem is what the authority says is wrong, if it is one of the types of
// RFC 8555, section 6.7: short words in letters.
func problem(kind string) string {
	word, is := strings.CutPrefix(kind, "urn:ietf:params:acme:error:")
	if !is || len(word) > 40 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "the authority refuses"
	}
	return "the authority refuses: " + word
}
