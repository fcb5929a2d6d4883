package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/spf13/cobra"
)

// child declares the hidden flag of a process that the demo starts. Such a
// process takes a demo's box, listens where the demo listens already, says only
// what went wrong, and ends with the demo, however that ends: its standard
// input is a pipe that the demo holds.
func (a *app) child(cmd *cobra.Command) *bool {
	is := cmd.Flags().Bool("child", false, "")
	cmd.Flag("child").Hidden = true
	return is
}

// asChild gives a child's context and log.
func (a *app) asChild(ctx context.Context) (context.Context, context.CancelFunc) {
	a.logTroubleOnly()
	ctx, stop := context.WithCancel(ctx)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return ctx, stop
}

// logTroubleOnly is for commands that say themselves what they do.
func (a *app) logTroubleOnly() {
	a.log = slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// listener is where a site is to listen: at its address, or, for a child, on
// the listener that it was given.
func (a *app) listener(s *settings, d address, child bool) (net.Listener, error) {
	if child {
		return givenListener()
	}
	return d.open(s)
}
