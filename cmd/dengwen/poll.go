package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dengwen/intake"
	"dengwen/mailpoll"
)

// envMailPassword is the variable that the mailbox's password may come from.
const envMailPassword = "DENGWEN_MAIL_PASSWORD"

// maxAuthorities is the size of the largest file of certificates, in bytes.
const maxAuthorities = 1 << 20

func (a *app) pollCommand() *cobra.Command {
	cmd := a.command("poll --config FILE [--dry-run] [--json]", "poll", 0)
	dryRun, asJSON := a.toggle(cmd, "dry-run"), a.toggle(cmd, "json")
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, _ []string) error {
		if s.Mail == nil {
			return fail("poll.section", "File", s.path)
		}
		a.log = slog.New(slog.DiscardHandler) // what there is to say of a pass is said below
		poller, err := a.poller(s, b)
		if err != nil {
			return err
		}
		pass := poller.Pass
		if *dryRun {
			pass = poller.DryRun
		} else if err := a.apply(ctx, b, s); err != nil {
			return err
		}
		sum, err := pass(ctx)
		if err != nil {
			return a.ended(err, s.Mail.Address)
		}
		if *asJSON {
			return a.printJSON(sum)
		}
		a.showPass(sum)
		if *dryRun {
			a.say("pass.dry-run")
		}
		return nil
	})
}

// poller reads the mailbox that the configuration names into the box.
func (a *app) poller(s *settings, box mailpoll.Box) (*mailpoll.Poller, error) {
	m := s.Mail
	o := mailpoll.Options{
		Address: m.Address, Security: mailpoll.Security(m.TLS), Username: m.Username, Mailbox: m.Mailbox,
		Accepted: m.Accepted, Refused: m.Refused, Quarantine: m.Quarantine, KeepDays: new(int(*m.KeepDays)), Every: time.Duration(m.Poll), Now: s.clock(a.now), Log: a.log,
	}
	if m.CAFile != "" {
		pem, err := readSmall(s.beside(m.CAFile), maxAuthorities)
		if err != nil {
			return nil, fail("poll.authority", "File", s.path).because(err)
		}
		o.Roots = x509.NewCertPool()
		if !o.Roots.AppendCertsFromPEM(pem) {
			return nil, fail("poll.authority", "File", s.path)
		}
	}
	if o.Password = a.env(envMailPassword); m.PasswordFile != "" {
		var err error
		if o.Password, err = readMailPassword(s.beside(m.PasswordFile)); err != nil {
			return nil, err
		}
	}
	p, err := mailpoll.New(box, o)
	if err != nil {
		if d, is := errors.AsType[*intake.Detail](err); is { // which says all that its sentinel would
			err = &intake.Detail{ID: d.ID, Text: d.Text, Args: d.Args}
		}
		return nil, fail("poll.wrong", "File", s.path).because(err)
	}
	return p, nil
}

// ended says what ended a pass, and on the next line what to do. What the box
// did not take has the box's own sentences.
func (a *app) ended(err error, address string) error {
	trouble := mailpoll.Trouble(err)
	if trouble == "" || trouble == intake.BoxTrouble {
		return fail("poll.box", "Address", address).because(err)
	}
	first := fail("trouble." + string(trouble))
	if d, is := errors.AsType[*intake.Detail](err); is && strings.HasPrefix(d.ID, "mail.") { // of this server, and so it tells more
		first = fail("poll.failed", "What", a.words.Detail(d.ID, d.Text, d.Args...))
	}
	return first.because(fail("trouble." + string(trouble) + "-do"))
}

// showPass says what a pass did, and what it leaves in the mailbox.
func (a *app) showPass(sum mailpoll.Summary) {
	all := int64(0)
	refused, aside := map[intake.Reason]int64{}, map[intake.Quarantine]int64{}
	for why, n := range sum.Refused {
		refused[why] = int64(n)
		all += int64(n)
	}
	for why, n := range sum.Quarantine {
		aside[why] = int64(n)
	}
	a.say("pass.read", "Count", sum.Read, "Accepted", sum.Accepted, "Refused", all, "Duplicate", sum.Duplicate, "Future", sum.Future, "Quarantined", sum.Quarantined)
	fmt.Fprint(a.out, append(a.reasonRows(refused, a.words.Text("status.refused")), a.asideRows(aside, a.words.Text("tally.aside"))...).String())
	for _, rest := range []struct {
		id string
		n  int
	}{{"tally.unread", sum.Unread}, {"tally.expunged", sum.Expunged}, {"pass.pending", sum.Pending}, {"tally.left", sum.Left}} {
		if rest.n > 0 {
			a.say(rest.id, "Count", rest.n)
		}
	}
	a.showStays(sum.Left, sum.Fixed, sum.NoExpunge)
}
