package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dengwen/store/export"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := a.command("export --config FILE --out FILE [--since CHECKPOINT]", "export", 0)
	out := cmd.Flags().String("out", "", a.words.Text("flag.out-export"))
	since := cmd.Flags().String("since", "", a.words.Text("flag.since-export"))
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, _ []string) error {
		note, err := readCheckpoint(*since)
		if err != nil {
			return err
		}
		if err := a.goByLog(ctx, b, s); err != nil {
			return err
		}
		f, err := createOut(*out)
		if err != nil {
			return err
		}
		sum, err := export.Write(ctx, f, b, note)
		if err := f.finish(err); err != nil {
			return err
		}
		a.say("export.made", "Count", sum.Size, "File", *out, "Bytes", sum.Bytes)
		if sum.From > 0 {
			a.say("verify.from", "From", sum.From)
		}
		a.say("export.note")
		fmt.Fprint(a.out, sum.Note)
		return nil
	}, "out")
}
