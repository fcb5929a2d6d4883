package main

import (
	"context"

	"github.com/spf13/cobra"
)

// The note goes to standard output as it was signed, and nothing beside it.
func (a *app) checkpointCommand() *cobra.Command {
	cmd := a.command("checkpoint --config FILE", "checkpoint", 0)
	return a.onBox(cmd, func(ctx context.Context, _ *settings, b openBox, _ []string) error {
		note, err := b.Checkpoint(ctx)
		if err == nil {
			_, err = a.out.Write(note)
		}
		return err
	})
}
