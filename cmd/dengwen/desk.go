package main

import (
	"context"
	"net"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/intake/triage"
	"dengwen/store/reader"
	"dengwen/store/socket"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

func (a *app) deskCommand() *cobra.Command {
	return a.stays("desk --config FILE", "desk", a.desk)
}

// desk serves the staff's site until ctx ends. It is the one process with
// unlocked keys, and it reaches the box only through the socket of the process
// that meets what the public sends. When it returns, the keys are gone.
func (a *app) desk(ctx context.Context, s *settings, given net.Listener) error {
	if s.Desk == nil {
		return fail("serve.no-desk", "File", s.path)
	}
	box, served, err := dial(s.Box.Dir)
	if err != nil {
		return err
	}
	importer, is := box.Box.(socket.Importer)
	if !served || !is {
		return fail("serve.no-box", "Socket", filepath.Join(s.Box.Dir, fileSocket))
	}
	state, err := box.State(ctx)
	if err != nil {
		return err
	}
	if err := s.fits(state); err != nil {
		return err
	}
	l, err := s.deskAddress().listener(s, given)
	if err != nil {
		return err
	}
	site, err := desk.New(desk.Options{
		Unlock: func(ctx context.Context, name, passphrase string) (desk.Account, error) {
			return reader.Unlock(ctx, box, name, passphrase)
		},
		Channels: func(ctx context.Context) (triage.Channels, error) {
			st, err := box.Status(ctx)
			return channelsOf(st, state.Schedule.Location()), err
		},
		Import: importer.Import, Zones: s.fileZones(),
		Listen: s.deskHost(l.Addr()), Inspection: state.Inspection.Name, Timezone: state.Schedule.Location(),
		Demo: state.Demo, Now: s.clock(a.now), Log: a.log,
	})
	if err != nil {
		return err
	}
	defer site.Close()
	a.log.Info("listening", "for", "desk", "at", l.Addr().String())
	return ui.Serve(ctx, l, site, a.log)
}

// fileZones are the zones by which files are read where nobody says another.
func (s *settings) fileZones() (z struct{ Ledger, Calls string }) {
	z.Ledger = s.ledgerZone.String()
	if s.callZone != nil {
		z.Calls = s.callZone.String()
	}
	return z
}

// deskHost is how browsers are to address the desk: by the name or the address
// in the configuration, at the port that is listened on.
func (s *settings) deskHost(at net.Addr) string {
	host, _, _ := net.SplitHostPort(s.Desk.Listen) // checked when it was read
	_, port, _ := net.SplitHostPort(at.String())
	return net.JoinHostPort(host, port)
}

var _ reader.Box = (*socket.Client)(nil)
