package mailpoll

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"dengwen/intake"
)

// enter logs in and says who we are.
func (s *session) enter(ctx context.Context, username, password string) error {
	if err := s.welcomed(ctx); err != nil {
		return err
	}
	if err := s.capabilities(ctx); err != nil {
		return err
	}
	if !s.takesPassword() {
		return &failure{intake.WrongLogin, intake.Explain(nil, "mail.methods", "%s takes no password on this connection: is mail.tls right, and has the provider passwords or authorization codes for other programs?", s.address)}
	}
	s.sieve.entering.Store(true)
	err := s.ask(ctx, briefly, func() error { return s.authenticate(username, password) })
	s.sieve.entering.Store(false)
	if no := refusal(err); no != nil {
		return s.denied(no)
	}
	if err != nil {
		return err
	}
	// Most servers offer more to who is logged in: MOVE and IDLE among it.
	if err := s.capabilities(ctx); err != nil {
		return err
	}
	if !s.caps.Has(imap.CapID) {
		return nil
	}
	// RFC 2971. Netease's servers (163, 126) answer SELECT with "Unsafe Login"
	// to who has not said a name. The version is none that tells machines apart.
	err = s.ask(ctx, briefly, func() error {
		_, err := s.client.ID(&imap.IDData{Name: "dengwen", Version: "1", Vendor: "dengwen"}).Wait()
		return err
	})
	if refusal(err) != nil {
		return nil // who refuses it can do without
	}
	return err
}

// welcomed waits for the greeting. BYE in its place turns us away (RFC 3501
// section 7.1.5).
func (s *session) welcomed(ctx context.Context) error {
	bye := false
	err := s.ask(ctx, briefly, func() error {
		err := s.client.WaitGreeting()
		_, bye = errors.AsType[*imap.Error](err)
		return err
	})
	if bye && ctx.Err() == nil {
		return turnedAway(s.address)
	}
	return err
}

// takesPassword reports whether the server offers a way in that needs nothing
// but a name and a password.
func (s *session) takesPassword() bool {
	return !s.caps.Has(imap.CapLoginDisabled) || s.caps.Has(imap.AuthCap(sasl.Plain)) || s.caps.Has(imap.AuthCap(sasl.Login))
}

// authenticate says the name and the password, by LOGIN where it can: of all
// ways it is the one that every provider has tried. LOGIN has no encoding for
// what is not ASCII (RFC 3501 section 9); PLAIN has UTF-8 (RFC 4616).
func (s *session) authenticate(username, password string) error {
	disabled, ascii := s.caps.Has(imap.CapLoginDisabled), isASCII(username+password)
	switch {
	case s.caps.Has(imap.AuthCap(sasl.Plain)) && (disabled || !ascii):
		return s.client.Authenticate(sasl.NewPlainClient("", username, password))
	case disabled:
		return s.client.Authenticate(&loginMethod{username, password})
	}
	return s.client.Login(username, password).Wait()
}

// A loginMethod is SASL's LOGIN, which no standard has. Servers differ in what
// they ask with, and so the first answer is the name and the second is the
// password.
type loginMethod struct{ name, password string }

func (l *loginMethod) Start() (string, []byte, error) { return sasl.Login, nil, nil }

func (l *loginMethod) Next([]byte) (answer []byte, err error) {
	if l.name != "" {
		answer, l.name = []byte(l.name), ""
		return answer, nil
	}
	if l.password == "" {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	answer, l.password = []byte(l.password), ""
	return answer, nil
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

func (s *session) capabilities(ctx context.Context) error {
	err := s.ask(ctx, briefly, func() (err error) {
		s.caps, err = s.client.Capability().Wait()
		return err
	})
	if err == nil && !s.caps.Has(imap.CapIMAP4rev1) && !s.caps.Has(imap.CapIMAP4rev2) {
		// An answer without one of them is none (RFC 3501 section 7.2.1), and does not mean
		// that nothing can be moved.
		return s.wire.broken(ctx, s.address)
	}
	return s.refused("CAPABILITY", err)
}

// denied tells a wrong password from what else keeps us out (RFC 5530).
func (s *session) denied(no *imap.Error) error {
	switch {
	case unsafe(no):
		return s.unsafe()
	case busy(no):
		return s.busy()
	case code(no) == imap.ResponseCodePrivacyRequired:
		return &failure{intake.NoTLS, intake.Explain(nil, "mail.privacy", "%s takes a password over TLS only: write implicit or starttls in mail.tls", s.address)}
	}
	return &failure{intake.WrongLogin, intake.Explain(nil, "mail.login", "%s does not accept mail.username and the password of mail.password_file", s.address)}
}
