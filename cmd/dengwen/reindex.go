package main

import (
	"context"

	"github.com/spf13/cobra"
)

// The rows can only be made again by who reads reports, so they are when the
// desk is next unlocked.
func (a *app) reindexCommand() *cobra.Command {
	cmd := a.command("reindex --config FILE", "reindex", 0)
	return a.onBox(cmd, func(ctx context.Context, _ *settings, b openBox, _ []string) error {
		if err := b.DropViews(ctx); err != nil {
			return err
		}
		a.say("reindex.done")
		return nil
	})
}
