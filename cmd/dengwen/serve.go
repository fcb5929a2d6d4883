package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/store"
	"dengwen/store/socket"
)

func (a *app) serveCommand() *cobra.Command {
	cmd := a.command("serve --config FILE", "serve", 0)
	config := a.text(cmd, "config")
	return runs(cmd, func(ctx context.Context, _ []string) error {
		s, err := readConfig(*config)
		if err != nil {
			return err
		}
		return a.serve(ctx, s)
	}, "config")
}

// serve holds the box until ctx ends: it answers on the socket and closes the
// days. When it returns, what was accepted is on disk and nobody uses the box.
func (a *app) serve(ctx context.Context, s *settings) (err error) {
	b, err := store.Open(s.Box.Dir, a.storeOptions(s))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	state, err := b.State(ctx)
	if err != nil {
		return err
	}
	if state.Demo {
		return fail("serve.demo", "Dir", s.Box.Dir)
	}
	if err := a.apply(ctx, openBox{b, b}, s); err != nil {
		return err
	}
	a.warnUnserved(s)
	listener, err := socket.Listen(filepath.Join(s.Box.Dir, fileSocket))
	if err != nil {
		return err
	}
	a.log.Info("serving", "box", s.Box.Dir, "origin", state.Origin)
	ctx, stop := context.WithCancel(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		keepDays(ctx, b, a.now, a.log)
	}()
	err = listener.Serve(ctx, b, a.log)
	stop()
	<-kept
	a.log.Info("stopped")
	return err
}

// warnUnserved names the parts of the configuration that this version reads
// and does not act on, so that nobody takes silence for a running site.
func (a *app) warnUnserved(s *settings) {
	for _, part := range []struct {
		section string
		there   bool
	}{{"public", s.Public != nil}, {"mail", s.Mail != nil}, {"metrics", s.Metrics != nil}} {
		if part.there {
			a.warn("serve.unserved", "Section", "["+part.section+"]")
		}
	}
}
