package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (a *app) compactCommand() *cobra.Command {
	cmd := a.command("compact --config FILE", "compact", 0)
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, _ []string) error {
		before := fileSize(filepath.Join(s.Box.Dir, "box.db"))
		if err := b.Compact(ctx); err != nil {
			return err
		}
		a.say("compact.done", "Before", before, "After", fileSize(filepath.Join(s.Box.Dir, "box.db")))
		return nil
	})
}

// fileSize is for telling people; a file that cannot be looked at has none.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
