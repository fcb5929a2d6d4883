package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/socket"
)

// fileSocket is the name of the socket in a box's directory.
const fileSocket = "control.sock"

// An openBox is a box at hand: held by this process, or by serve and reached
// through its socket. The calls are the same.
type openBox struct {
	socket.Box
	held *store.Box // nil when serve holds it
}

// Close lets go of the box.
func (b openBox) Close() error {
	if b.held == nil {
		return nil
	}
	return b.held.Close()
}

// open reaches the box to read it, or for entries that its own rules guard. It
// changes nothing by itself.
func (a *app) open(s *settings) (openBox, error) {
	b, served, err := dial(s.Box.Dir)
	if served || err != nil {
		return b, err
	}
	held, err := store.Open(s.Box.Dir, a.storeOptions(s))
	if errors.Is(err, intake.ErrInUse) {
		// Perhaps by a serve that was just starting.
		if b, served, err := dial(s.Box.Dir); served || err != nil {
			return b, err
		}
	}
	return openBox{held, held}, err
}

func (a *app) storeOptions(s *settings) store.Options {
	return store.Options{Now: s.clock(a.now), Log: a.log}
}

// dial reaches the box in dir if it is being served.
func dial(dir string) (b openBox, served bool, err error) {
	c, err := socket.Dial(filepath.Join(dir, fileSocket))
	switch {
	case err == nil:
		return openBox{Box: c}, true, nil
	case errors.Is(err, intake.ErrNotFound), errors.Is(err, intake.ErrTooLong):
		return b, false, nil // a path too long for a socket cannot be served
	}
	return b, false, err
}

// onBox declares what a command does with the box that its configuration
// names.
func (a *app) onBox(cmd *cobra.Command, do func(ctx context.Context, s *settings, b openBox, args []string) error, required ...string) *cobra.Command {
	config := a.text(cmd, "config")
	return runs(cmd, func(ctx context.Context, args []string) (err error) {
		s, err := readConfig(*config)
		if err != nil {
			return err
		}
		b, err := a.open(s)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		if err = do(ctx, s, b, args); b.held == nil && unheard(err) {
			if _, told := errors.AsType[*fault](err); !told {
				return fail("box.unheard")
			}
		}
		return err
	}, append(required, "config")...)
}

// unheard reports whether a call to serve ended without its answer: what was
// asked may have been done or not.
func unheard(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

// apply, which serve, import and poll call before they write, puts the
// configuration in force: other keys than the log's stop it, another schedule
// becomes an entry, and days that are over are closed. What a running serve
// holds stays as that serve was started.
func (a *app) apply(ctx context.Context, b openBox, s *settings) error {
	return a.prepare(ctx, b, s, true)
}

// goByLog is what the other commands call before they write: people who make
// an export or an account do not mean to change the hours.
func (a *app) goByLog(ctx context.Context, b openBox, s *settings) error {
	return a.prepare(ctx, b, s, false)
}

func (a *app) prepare(ctx context.Context, b openBox, s *settings, reschedule bool) error {
	differs, err := s.compare(ctx, b)
	switch {
	case err != nil:
		return err
	case !differs:
	case b.held == nil:
		a.warn("box.served-schedule")
	case !reschedule:
		a.warn("box.log-schedule")
	default:
		if err := b.held.Reschedule(ctx, s.schedule); err != nil {
			return err
		}
		a.warn("box.rescheduled")
	}
	return b.CloseDays(ctx)
}

// compare checks that the configuration is that of the box, and reports
// whether its schedule is another than the one in force.
func (s *settings) compare(ctx context.Context, b openBox) (differs bool, err error) {
	state, err := b.State(ctx)
	if err != nil {
		return false, err
	}
	return !state.Schedule.Equal(s.schedule), s.fits(state)
}

// fits checks that the configuration is that of the box.
func (s *settings) fits(state entry.State) error {
	for _, k := range []struct{ key, config, log string }{
		{"keys.archive", s.archive.String(), state.Keys.Archive}, {"keys.office", s.office.String(), state.Keys.Office},
	} {
		if k.config != k.log {
			return intake.Explain(intake.ErrKeysDiffer, "keys.differ", "%s: %.24s… in %s, %.24s… in the log", k.key, k.config, s.path, k.log)
		}
	}
	if s.Demo != nil && !state.Demo {
		return fail("box.no-demo", "File", s.path)
	}
	return nil
}
