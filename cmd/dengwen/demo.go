package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dengwen/web/ui"
)

// demoStart is what the demo's clock shows when it starts: a Friday morning in
// the first week of the sample inspection.
const demoStart = "2026-09-11T10:00:00+08:00"

func (a *app) demoCommand() *cobra.Command {
	cmd := a.command("demo [--dir DIR] [--at RFC3339]", "demo", 0)
	dir, at := cmd.Flags().String("dir", "", a.words.Text("flag.dir-demo")), cmd.Flags().String("at", demoStart, a.words.Text("flag.at"))
	return runs(cmd, func(ctx context.Context, _ []string) error {
		start, err := time.Parse(time.RFC3339, *at)
		if err != nil {
			return misuse(cmd, "usage.invalid", "Flag", "--at", "Value", *at)
		}
		err = a.demo(ctx, *dir, start)
		if ctx.Err() != nil {
			return nil // somebody has seen enough
		}
		return err
	})
}

// demo runs the commands that an inspection runs, one after another, in dir or
// in a directory that is gone afterwards.
func (a *app) demo(ctx context.Context, dir string, start time.Time) (err error) {
	keep := dir != ""
	if keep {
		if err := freshDir(dir); err != nil {
			return err
		}
	} else {
		if dir, err = os.MkdirTemp("", "dengwen-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	// The offset is in whole seconds, for it is written down.
	if err := a.furnish(dir, start.Sub(a.now()).Round(time.Second)); err != nil {
		return err
	}
	d := demo{app: a, dir: dir}
	a.say("demo.begin", "Time", start.Format("2006-01-02 15:04"), "Dir", dir)
	for _, step := range []func(context.Context) error{d.makeBox, d.takeLedger, d.export, d.openExport} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if keep {
		a.say("demo.next", "Dir", dir)
	} else {
		a.say("demo.gone")
	}
	return nil
}

// freshDir makes the directory, or takes one that is there and empty.
func freshDir(dir string) error {
	names, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.MkdirAll(dir, 0o700)
	case err != nil:
		return err
	case len(names) > 0:
		return fail("demo.not-empty", "Dir", dir)
	}
	return nil
}

type demo struct {
	*app
	dir string
}

func (d demo) path(name string) string { return filepath.Join(d.dir, name) }

// do runs a command as if it had been typed, and shows it.
func (d demo) do(ctx context.Context, id string, args ...string) error {
	fmt.Fprintf(d.out, "\n# %s\n$ dengwen %s\n", d.words.Text(id), ui.Visible(strings.Join(args, " ")))
	if run(ctx, args, d.console) != exitDone {
		return errSaid
	}
	return nil
}

func (d demo) makeBox(ctx context.Context) error {
	err := d.do(ctx, "demo.init", "init", "--config", d.path("dengwen.toml"), "--passphrase-file", d.path("passphrase.txt"))
	if err != nil {
		return err
	}
	s, err := readConfig(d.path("dengwen.toml"))
	if err != nil {
		return err
	}
	b, err := d.open(s)
	if err != nil {
		return err
	}
	state, err := b.State(ctx)
	if err := errors.Join(err, b.Close()); err != nil {
		return err
	}
	return writeOut(d.path("verifier.key"), []byte(state.Key+"\n"))
}

func (d demo) takeLedger(ctx context.Context) error {
	if err := d.do(ctx, "demo.import", "import", "--config", d.path("dengwen.toml"), d.path("ledger.csv")); err != nil {
		return err
	}
	return d.do(ctx, "demo.status", "status", "--config", d.path("dengwen.toml"))
}

func (d demo) export(ctx context.Context) error {
	if err := d.do(ctx, "demo.export", "export", "--config", d.path("dengwen.toml"), "--out", d.path("export.tar")); err != nil {
		return err
	}
	return d.do(ctx, "demo.verify", "verify", d.path("export.tar"), "--key", d.path("verifier.key"))
}

func (d demo) openExport(ctx context.Context) error {
	if err := d.do(ctx, "demo.open", "open", d.path("export.tar"), "--identity", d.path("archive.key"), "--out", d.path("opened")); err != nil {
		return err
	}
	return d.showRecords(d.path("opened/records.jsonl"))
}
