package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (a *app) backupCommand() *cobra.Command {
	cmd := a.command("backup --config FILE --out FILE", "backup", 0)
	out := cmd.Flags().String("out", "", a.words.Text("flag.out-backup"))
	return a.onBox(cmd, func(ctx context.Context, _ *settings, b openBox, _ []string) error {
		f, err := createOut(*out)
		if err != nil {
			return err
		}
		if err := f.finish(b.Backup(ctx, f)); err != nil {
			return err
		}
		a.say("backup.made", "File", *out)
		return nil
	}, "out")
}
