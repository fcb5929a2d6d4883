package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"

	"github.com/spf13/cobra"

	"dengwen/mailpoll"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/web/public"
	"dengwen/web/ui"
)

func (a *app) serveCommand() *cobra.Command {
	cmd := a.command("serve --config FILE", "serve", 0)
	config, child := a.text(cmd, "config"), a.child(cmd)
	return runs(cmd, func(ctx context.Context, _ []string) error {
		s, err := readConfig(*config)
		if err != nil {
			return err
		}
		if *child {
			return a.asChild(ctx, func(ctx context.Context, given net.Listener) error { return a.serve(ctx, s, given) })
		}
		return a.serve(ctx, s, nil)
	}, "config")
}

// serve holds the box until ctx ends, takes what arrives, and closes the days.
// It never holds a key that reads. When it returns, what was accepted is on
// disk and nobody uses the box.
func (a *app) serve(ctx context.Context, s *settings, given net.Listener) (err error) {
	a.tuneCollector()
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
	if err := a.apply(ctx, openBox{b, b}, s); err != nil {
		return err
	}
	if state, err = b.State(ctx); err != nil {
		return err
	}
	control, err := socket.Listen(filepath.Join(s.Box.Dir, fileSocket))
	if err != nil {
		return err
	}
	var failing atomic.Bool
	services := []service{
		func(ctx context.Context) error { return control.Serve(ctx, b, a.log) },
		func(ctx context.Context) error { keepDays(ctx, b, s.clock(a.now), a.log, &failing); return nil },
	}
	more, err := a.channels(s, b, state, given, &failing)
	if err != nil {
		return errors.Join(err, control.Close())
	}
	a.log.Info("serving", "box", s.Box.Dir, "origin", state.Origin)
	err = together(ctx, append(services, more...)...)
	a.log.Info("stopped")
	return err
}

// channels are the services that the configuration asks for: the public site,
// the mail poller, and the metrics of both.
func (a *app) channels(s *settings, b *store.Box, state entry.State, given net.Listener, failing *atomic.Bool) (list []service, err error) {
	a.warnUnserved(s)
	var poller *mailpoll.Poller
	if s.Mail != nil {
		if poller, err = a.poller(s, b); err != nil {
			return nil, err
		}
		list = append(list, poller.Run)
	}
	if s.Public != nil {
		site, err := public.New(b, a.publicOptions(s, state))
		if err != nil {
			return nil, err
		}
		serve, err := a.site(s, s.publicAddress(), site, given)
		if err != nil {
			return nil, err
		}
		list = append(list, serve)
	}
	if s.Metrics != nil {
		serve, err := a.site(s, s.metricsAddress(), metricsHandler(b, poller, failing), nil)
		if err != nil {
			return nil, err
		}
		list = append(list, serve)
	}
	return list, nil
}

// site is the service of one listener, which is open when site returns.
func (a *app) site(s *settings, d address, h http.Handler, given net.Listener) (service, error) {
	l, err := d.listener(s, given)
	if err != nil {
		return nil, err
	}
	a.log.Info("listening", "for", d.section, "at", l.Addr().String())
	return func(ctx context.Context) error { return ui.Serve(ctx, l, h, a.log) }, nil
}

// publicOptions are what the public site shows and allows. The schedule is the
// log's, by which the box itself judges; the announcement is the
// configuration's, so that a mended telephone number is shown.
func (a *app) publicOptions(s *settings, state entry.State) public.Options {
	i := s.Inspection
	o := public.Options{
		Notice:   public.Notice{Name: i.Name, Team: i.Team, Units: i.Units, Place: i.Place, Phone: i.Phone, Mailbox: i.Mailbox, Key: state.Key, Demo: state.Demo},
		Schedule: state.Schedule, Now: s.clock(a.now), Log: a.log, MaxFile: s.Public.MaxFile, MaxFiles: s.Public.MaxFiles,
	}
	return o
}

// warnUnserved names the keys that this version reads and does not act on, so
// that nobody takes silence for a limit or an address in force.
func (a *app) warnUnserved(s *settings) {
	var p Public
	var m Mail
	if s.Public != nil {
		p = *s.Public
	}
	if s.Mail != nil {
		m = *s.Mail
	}
	for _, k := range []struct {
		key   string
		there bool
	}{{"public.acme_domains", p.ACMEDomains != nil}, {"public.onion", p.Onion != ""}, {"public.rate", p.Rate != 0}, {"mail.keep_days", m.KeepDays != 0}} {
		if k.there {
			a.warn("serve.unserved", "Key", k.key)
		}
	}
}
