package main

import (
	"bufio"
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/intake"
	"dengwen/store"
)

// maxCheckpoint is the size of the largest checkpoint file that is read, in
// bytes.
const maxCheckpoint = 64 << 10

func (a *app) restoreCommand() *cobra.Command {
	cmd := a.command("restore FILE --dir DIR [--since CHECKPOINT]", "restore", 1)
	dir, since := a.text(cmd, "dir"), cmd.Flags().String("since", "", a.words.Text("flag.since-restore"))
	return runs(cmd, func(ctx context.Context, args []string) error {
		note, err := readCheckpoint(*since)
		if err != nil {
			return err
		}
		f, err := os.Open(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		if err := os.MkdirAll(filepath.Dir(filepath.Clean(*dir)), 0o700); err != nil {
			return err
		}
		if err := store.Restore(ctx, bufio.NewReaderSize(f, 1<<20), *dir, note, store.Options{Now: a.now, Log: a.log}); err != nil {
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

// readCheckpoint reads a signed note from a file; without one it is nil.
func readCheckpoint(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	note, err := readSmall(path, maxCheckpoint)
	if err == nil && len(note) == 0 {
		err = intake.Explain(intake.ErrInvalid, "file.no-checkpoint", "%s is empty; it should hold a checkpoint", path)
	}
	return note, err
}
