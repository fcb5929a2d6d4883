package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"dengwen/mailpoll"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/web/public"
	"dengwen/web/ui"
)

func (a *app) serveCommand() *cobra.Command {
	return a.stays("serve --config FILE", "serve", a.serve)
}

// serve holds the box until ctx ends, takes what arrives, and closes the days.
// It never holds a key that reads. When it returns, what was accepted is on
// disk and nobody uses the box.
func (a *app) serve(ctx context.Context, s *settings, given net.Listener) (err error) {
	b, err := store.Open(s.Box.Dir, a.storeOptions(s))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	state, err := b.State(ctx)
	if err != nil {
		return err
	}
	switch {
	case state.Demo && given == nil:
		return fail("serve.demo", "Dir", s.Box.Dir)
	case given != nil && (!state.Demo || s.Public == nil):
		return fail("serve.child")
	}
	// All that can fail for the configuration's sake comes before the
	// configuration is put in force: what is in the log stays there.
	var poller *mailpoll.Poller
	if s.Mail != nil {
		if poller, err = a.poller(s, b); err != nil {
			return err
		}
	}
	sites, err := a.openSites(s, given)
	if err != nil {
		return err
	}
	defer sites.close()
	control, err := socket.Listen(filepath.Join(s.Box.Dir, fileSocket))
	if err != nil {
		return err
	}
	services, err := a.services(ctx, s, b, poller, sites)
	if err != nil {
		return errors.Join(err, control.Close())
	}
	a.log.Info("serving", "box", s.Box.Dir, "origin", state.Origin)
	err = together(ctx, append(services, func(ctx context.Context) error { return control.Serve(ctx, newServedBox(b, poller, s), a.log) })...)
	a.log.Info("stopped")
	return err
}

// services puts the configuration in force, and lists what it asks for: the
// day's closing, the mail poller, the public site with its certificates, and
// the metrics.
func (a *app) services(ctx context.Context, s *settings, b *store.Box, poller *mailpoll.Poller, at sites) (list []service, err error) {
	if err := a.apply(ctx, openBox{b, b}, s); err != nil {
		return nil, err
	}
	state, err := b.State(ctx)
	if err != nil {
		return nil, err
	}
	var failing atomic.Bool
	figures := &boxMetrics{box: b}
	list = append(list, func(ctx context.Context) error { keepDays(ctx, b, s.clock(a.now), a.log, &failing); return nil })
	if poller != nil {
		list = append(list, poller.Run)
		figures.mail = newMailMetrics(poller, s.clock(a.now), time.Duration(s.Mail.Poll))
	}
	if at.public != nil {
		site, err := public.New(b, a.publicOptions(s, state))
		if err != nil {
			return nil, err
		}
		list = append(list, a.site("public", at.public, site))
	}
	if at.certificates != nil {
		list = append(list, at.certificates.watch)
	}
	if at.metrics != nil {
		list = append(list, a.site("metrics", at.metrics, metricsHandler(figures, &failing)))
	}
	return list, nil
}

// sites are the listeners that serve opens; nil where there is no such site.
type sites struct {
	public, metrics net.Listener
	certificates    *certificates // of the public site, if they are to be got
}

func (a *app) openSites(s *settings, given net.Listener) (at sites, err error) {
	if s.Public != nil {
		where := s.publicAddress()
		if where.acme && given == nil {
			at.certificates = newCertificates(s, a.log)
			where.certificates = at.certificates
		}
		at.public, err = where.listener(s, given)
	}
	if err == nil && s.Metrics != nil {
		at.metrics, err = s.metricsAddress().open(s)
	}
	if err != nil {
		at.close()
	}
	return at, err
}

// close closes what is still open; a site that was served has done it itself.
func (at sites) close() {
	for _, l := range []net.Listener{at.public, at.metrics} {
		if l != nil {
			l.Close()
		}
	}
}

// site is the service of one listener.
func (a *app) site(name string, l net.Listener, h http.Handler) service {
	a.log.Info("listening", "for", name, "at", l.Addr().String())
	return func(ctx context.Context) error { return ui.Serve(ctx, l, h, a.log) }
}

// publicOptions are what the public site shows and allows. The schedule is the
// log's, by which the box itself judges; the announcement is the
// configuration's, so that a mended telephone number is shown.
func (a *app) publicOptions(s *settings, state entry.State) public.Options {
	i := s.Inspection
	return public.Options{
		Notice:   public.Notice{Name: i.Name, Team: i.Team, Units: i.Units, Place: i.Place, Phone: i.Phone, Mailbox: i.Mailbox, Key: state.Key, Demo: state.Demo},
		Schedule: state.Schedule, Now: s.clock(a.now), Log: a.log, MaxFile: s.Public.MaxFile, MaxFiles: s.Public.MaxFiles,
		Address: s.Public.Address, Onion: s.Public.Onion, Rate: *s.Public.Rate,
	}
}
