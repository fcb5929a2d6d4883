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
		return a.checkBacked(ctx, b)
	}, "out")
}

// checkBacked looks at the box that a backup was made of: a copy of what is
// damaged is better than none, but must not be taken for a good one.
func (a *app) checkBacked(ctx context.Context, b openBox) error {
	problems, err := checkBox(ctx, b)
	if err != nil {
		return fail("backup.unchecked").because(err)
	}
	if len(problems) == 0 {
		return nil
	}
	a.warn("backup.problems", "Count", len(problems))
	for _, p := range problems {
		a.warn("open.problem", "Entry", a.entryName(p.Entry), "What", p.What)
	}
	return errSaid
}
