package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/spf13/cobra"
)

// stays declares a command whose process stays and serves. Its hidden flag is
// for the processes that the demo starts: such a child takes a demo's box,
// listens where the demo listens already, says only what went wrong, and ends
// with the demo, however that ends, for its standard input is a pipe that the
// demo holds.
func (a *app) stays(use, id string, do func(ctx context.Context, s *settings, given net.Listener) error) *cobra.Command {
	cmd := a.command(use, id, 0)
	config, child := a.text(cmd, "config"), cmd.Flags().Bool("child", false, "")
	cmd.Flag("child").Hidden = true
	return runs(cmd, func(ctx context.Context, _ []string) error {
		s, err := readConfig(*config)
		if err != nil {
			return err
		}
		a.tuneCollector()
		begin := func(ctx context.Context, given net.Listener) error {
			err := do(ctx, s, given)
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil // it was told to end before it had begun
			}
			return err
		}
		if *child {
			return a.asChild(ctx, begin)
		}
		return begin(ctx, nil)
	}, "config")
}

// asChild does something with a child's context, log and listener.
func (a *app) asChild(ctx context.Context, do func(ctx context.Context, given net.Listener) error) error {
	a.log = slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	given, err := givenListener()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return do(ctx, given)
}
