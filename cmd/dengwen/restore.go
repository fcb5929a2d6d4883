package main

import (
	"bufio"
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/store"
)

func (a *app) restoreCommand() *cobra.Command {
	cmd := a.command("restore FILE --dir DIR [--since CHECKPOINT]", "restore", 1)
	dir, since := a.text(cmd, "dir"), cmd.Flags().String("since", "", a.words.Text("flag.since-restore"))
	return runs(cmd, func(ctx context.Context, args []string) error {
		note, err := readCheckpoint(*since)
		if err != nil {
			return err
		}
		f, err := openRegular(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		if err := os.MkdirAll(filepath.Dir(filepath.Clean(*dir)), 0o700); err != nil {
			return err
		}
		if err := store.Restore(ctx, bufio.NewReaderSize(f, 1<<20), *dir, note, store.Options{Now: a.now, Log: a.log}); err != nil {
			if ctx.Err() != nil {
				return ctx.Err() // what was not read to its end looks damaged
			}
			return err
		}
		return a.showRestored(ctx, *dir)
	}, "dir")
}

// showRestored says under which name the log goes on.
func (a *app) showRestored(ctx context.Context, dir string) error {
	b, err := store.Inspect(dir)
	if err != nil {
		return err
	}
	defer b.Close()
	state, err := b.State(ctx)
	if err != nil {
		return err
	}
	a.say("restore.made", "Dir", dir)
	if n := len(state.Origins); n > 1 && state.Origins[n-1].From == state.Last.Entry {
		a.say("restore.renamed")
	}
	a.say("init.key", "Key", state.Key)
	return nil
}
