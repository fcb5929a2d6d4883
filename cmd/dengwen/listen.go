package main

import (
	"crypto/tls"
	"net"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/net/netutil"
)

// maxConnections is how many connections one site has at a time; others wait
// in the system's queue. An upload needs two more files than its connection,
// and with the usual limit of files nothing that is for the operator runs dry.
const maxConnections = 1_000

// siteProtocols are what a TLS listener offers. HTTP/2 would let one connection
// carry a hundred uploads, past the bound on connections, and with one deadline
// for all of them.
var siteProtocols = []string{"http/1.1"}

// An address is where a site listens, as a section of the configuration says.
type address struct {
	section           string
	listen            string
	tlsCert, tlsKey   string
	acme              bool          // certificates are got instead
	certificates      *certificates // those; only where a site is to be opened
	insecure, trusted bool          // trusted: loopback only, whatever insecure says
}

// check refuses an address that would show what people write to whoever
// listens on the wire.
func (d address) check(s *settings) error {
	host, _, err := net.SplitHostPort(d.listen)
	if err != nil {
		return fail("config.listen", "File", s.path, "Key", d.section+".listen", "Value", d.listen)
	}
	switch {
	case (d.tlsCert == "") != (d.tlsKey == ""):
		return fail("config.tls", "File", s.path, "Section", d.section)
	case isLoopback(host):
	case d.trusted:
		return fail("config.loopback", "File", s.path, "Key", d.section+".listen", "Value", d.listen)
	case d.tlsCert == "" && !d.acme && !d.insecure:
		return fail("config.plain", "File", s.path, "Section", d.section, "Value", d.listen)
	}
	return nil
}

// isLoopback reports whether a host can be reached from this machine only. A
// name other than localhost may be anything.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// open listens, with TLS where the configuration has a certificate or says for
// which names to get one.
func (d address) open(s *settings) (net.Listener, error) {
	var secure *tls.Config
	switch {
	case d.certificates != nil:
		secure = d.certificates.tlsConfig()
	case d.tlsCert != "":
		c, err := tls.LoadX509KeyPair(s.beside(d.tlsCert), s.beside(d.tlsKey))
		if err != nil {
			return nil, fail("config.certificate", "File", s.path, "Section", d.section).because(err)
		}
		secure = &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12, NextProtos: siteProtocols}
	}
	l, err := net.Listen("tcp", d.listen)
	if err != nil {
		return nil, fail("serve.listen", "Section", d.section, "Address", d.listen).because(err)
	}
	l = netutil.LimitListener(l, maxConnections)
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	return l, nil
}

// listener is where a site is to listen: at its address, or where a child was
// given a listener, there.
func (d address) listener(s *settings, given net.Listener) (net.Listener, error) {
	if given != nil {
		return given, nil
	}
	return d.open(s)
}

// givenListener is the listener that the demo opened for this process, its
// file number 3. It is taken before the process opens files of its own.
func givenListener() (net.Listener, error) {
	f := os.NewFile(3, "listener")
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fail("serve.child").because(err)
	}
	return netutil.LimitListener(l, maxConnections), nil
}

func (s *settings) publicAddress() address {
	p := s.Public
	return address{section: "public", listen: p.Listen, tlsCert: p.TLSCert, tlsKey: p.TLSKey, acme: len(p.ACMEDomains) > 0, insecure: p.Insecure}
}

func (s *settings) deskAddress() address {
	return address{section: "desk", listen: s.Desk.Listen, tlsCert: s.Desk.TLSCert, tlsKey: s.Desk.TLSKey, insecure: s.Desk.Insecure}
}

func (s *settings) metricsAddress() address {
	return address{section: "metrics", listen: s.Metrics.Listen, trusted: true}
}
