package mailpoll

import (
	"context"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"dengwen/intake"
)

// enter logs in and says who we are.
func (s *session) enter(ctx context.Context, username, password string) error {
	if err := s.ask(ctx, briefly, s.client.WaitGreeting); err != nil {
		return s.refused("connect", err)
	}
	if err := s.capabilities(ctx); err != nil {
		return err
	}
	err := s.ask(ctx, briefly, func() error {
		if s.caps.Has(imap.CapLoginDisabled) && s.caps.Has(imap.AuthCap(sasl.Plain)) {
			return s.client.Authenticate(sasl.NewPlainClient("", username, password))
		}
		return s.client.Login(username, password).Wait()
	})
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

func (s *session) capabilities(ctx context.Context) error {
	err := s.ask(ctx, briefly, func() (err error) {
		s.caps, err = s.client.Capability().Wait()
		return err
	})
	return s.refused("CAPABILITY", err)
}

// denied tells a wrong password from a server that has no room (RFC 5530).
func (s *session) denied(no *imap.Error) error {
	switch {
	case unsafe(no):
		return s.unsafe()
	case no.Code == imap.ResponseCodeUnavailable, no.Code == imap.ResponseCodeLimit, no.Code == imap.ResponseCodeInUse, no.Code == imap.ResponseCodeServerBug:
		return &failure{intake.ServerBroke, intake.Explain(nil, "mail.busy", "%s lets nobody in at the moment", s.address)}
	}
	return &failure{intake.WrongLogin, intake.Explain(nil, "mail.login", "%s does not accept the user name and the password; some providers want an authorization code in place of the password, and IMAP switched on in the mailbox's settings", s.address)}
}

// unsafe reports whether a provider lets only programs in that it knows.
func unsafe(no *imap.Error) bool { return strings.Contains(strings.ToLower(no.Text), "unsafe login") }

func (s *session) unsafe() error {
	return &failure{intake.UnsafeLogin, intake.Explain(nil, "mail.unsafe", "%s calls this an unsafe login: allow clients of other makers in the mailbox's settings", s.address)}
}
