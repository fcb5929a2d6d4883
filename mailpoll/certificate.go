package mailpoll

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"time"

	"dengwen/intake"
)

// secure puts TLS on the connection, with a certificate that is verified.
func (p *Poller) secure(ctx context.Context, w *wire) (net.Conn, error) {
	if p.o.Security == NoTLS {
		return w, nil
	}
	host, _, _ := net.SplitHostPort(p.o.Address) // checked by complete
	config := &tls.Config{ServerName: host, RootCAs: p.o.Roots, MinVersion: tls.VersionTLS12}
	var conn net.Conn
	var err error
	if p.o.Security == StartTLS {
		conn, err = upgrade(ctx, w, config)
	} else {
		secure := tls.Client(w, config)
		conn, err = secure, secure.HandshakeContext(ctx)
	}
	if err == nil {
		return conn, nil
	}
	if ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, w.broken(ctx, p.o.Address)
	}
	return nil, p.insecure(host, err)
}

// insecure puts into words why there is no TLS with a server. What is in its
// certificate is not repeated, but for its dates.
func (p *Poller) insecure(host string, err error) error {
	const day = "2006-01-02 15:04 MST"
	address, now := p.o.Address, time.Now().UTC().Format(day)
	expired, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, isWrongHost := errors.AsType[x509.HostnameError](err)
	_, isUntrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case isInvalid && expired.Reason == x509.Expired && expired.Cert != nil && time.Now().Before(expired.Cert.NotBefore):
		return &failure{intake.Expired, intake.Explain(nil, "mail.early", "the certificate of %s is valid from %s on, and the clock of this machine says %s", address, expired.Cert.NotBefore.UTC().Format(day), now)}
	case isInvalid && expired.Reason == x509.Expired && expired.Cert != nil:
		return &failure{intake.Expired, intake.Explain(nil, "mail.expired", "the certificate of %s expired at %s, and the clock of this machine says %s", address, expired.Cert.NotAfter.UTC().Format(day), now)}
	case isWrongHost:
		return &failure{intake.WrongHost, intake.Explain(nil, "mail.host", "the certificate of %s is not for the name %s, which mail.address has", address, host)}
	case isUntrusted:
		return &failure{intake.Untrusted, intake.Explain(nil, "mail.certificate", "nobody whom this machine trusts has signed the certificate of %s", address)}
	case errors.Is(err, errBusy):
		return turnedAway(address)
	case errors.Is(err, errMute):
		return &failure{intake.NoTLS, intake.Explain(nil, "mail.mute", "%s says nothing before TLS, and with mail.tls = starttls a server has to speak first, in clear", address)}
	case errors.Is(err, errNoTLS):
		return &failure{intake.NoTLS, intake.Explain(nil, "mail.starttls", "%s does not offer STARTTLS, which mail.tls asks for", address)}
	}
	return &failure{intake.NoTLS, intake.Explain(nil, "mail.handshake", "%s does not begin TLS as mail.tls has it, or has none newer than 1.1", address)}
}
