package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dengwen/web/ui"
)

// What the demo begins with unless flags say otherwise: a Friday morning in the
// first week of the sample inspection, and two addresses of this machine.
const (
	demoStart  = "2026-09-11T10:00:00+08:00"
	demoPublic = "127.0.0.1:8080"
	demoDesk   = "127.0.0.1:8081"
)

func (a *app) demoCommand() *cobra.Command {
	cmd := a.command("demo [--public ADDR] [--desk ADDR] [--dir DIR] [--at RFC3339]", "demo", 0)
	flag := func(name, value, id string) *string { return cmd.Flags().String(name, value, a.words.Text(id)) }
	dir, at := flag("dir", "", "flag.dir-demo"), flag("at", demoStart, "flag.at")
	d := &demo{app: a}
	cmd.Flags().StringVar(&d.public, "public", demoPublic, a.words.Text("flag.public"))
	cmd.Flags().StringVar(&d.desk, "desk", demoDesk, a.words.Text("flag.desk"))
	return runs(cmd, func(ctx context.Context, _ []string) error {
		start, err := time.Parse(time.RFC3339, *at)
		if err != nil {
			return misuse(cmd, "usage.invalid", "Flag", "--at", "Value", *at)
		}
		for flag, addr := range map[string]string{"--public": d.public, "--desk": d.desk} {
			if host, _, err := net.SplitHostPort(addr); err != nil || !isLoopback(host) {
				return misuse(cmd, "usage.loopback", "Flag", flag, "Value", addr)
			}
		}
		err = d.run(ctx, *dir, start)
		if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, errSaid)) {
			return nil // somebody has seen enough
		}
		return err
	})
}

// A demo is one day of a sample inspection: a box with a week's mails and calls
// in it, the public site, and the desk.
type demo struct {
	*app
	dir          string
	public, desk string // addresses
}

// run lays everything out in dir, or in a directory that is gone afterwards,
// and serves it until ctx ends.
func (d *demo) run(ctx context.Context, dir string, start time.Time) (err error) {
	// The sites open at the end; that they can is better known at the start.
	if err := d.tryAddresses(); err != nil {
		return err
	}
	keep, served := dir != "", false
	if keep {
		if err := freshDir(dir); err != nil {
			return err
		}
		// What ends before its day begins leaves nothing that the next try would
		// take for somebody else's.
		defer func() {
			if !served {
				err = errors.Join(err, emptyDir(dir))
			}
		}()
	} else {
		if dir, err = os.MkdirTemp("", "dengwen-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	d.dir = dir
	mailbox, err := openMailbox()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mailbox.Close()) }()
	// The offset is in whole seconds, for it is written down.
	err = d.furnish(dir, sample{Clock: start.Sub(d.now()).Round(time.Second).String(), Public: d.public, Address: demoAddress(d.public), Desk: d.desk, Mail: mailbox.address, Password: mailbox.password})
	if err != nil {
		return err
	}
	d.say("demo.begin", "Time", start.Format("2006-01-02 15:04"), "Dir", dir)
	for _, step := range []func(context.Context) error{d.makeBox, d.takeMail, d.takeHotline} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	served = true
	if err := d.serveBoth(ctx); err != nil {
		return err
	}
	if keep {
		d.say("demo.kept", "Dir", dir)
	} else {
		d.say("demo.gone")
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

// emptyDir takes everything out of a directory.
func emptyDir(dir string) error {
	names, err := os.ReadDir(dir)
	for _, n := range names {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, n.Name())))
	}
	return err
}

func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

// do runs a command as if it had been typed, and shows it.
func (d *demo) do(ctx context.Context, id string, args ...string) error {
	fmt.Fprintf(d.out, "\n# %s\n$ dengwen %s\n", d.words.Text(id), ui.Visible(strings.Join(args, " ")))
	if run(ctx, args, d.console) != exitDone {
		return errSaid
	}
	return nil
}

func (d *demo) makeBox(ctx context.Context) error {
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

func (d *demo) takeMail(ctx context.Context) error {
	return d.do(ctx, "demo.poll", "poll", "--config", d.path("dengwen.toml"))
}

func (d *demo) takeHotline(ctx context.Context) error {
	if err := d.do(ctx, "demo.import", "import", "--config", d.path("dengwen.toml"), d.path("ledger.csv")); err != nil {
		return err
	}
	if err := d.do(ctx, "demo.calls", "import", "--config", d.path("dengwen.toml"), "--tz", "UTC", d.path("calls.csv")); err != nil {
		return err
	}
	return d.do(ctx, "demo.status", "status", "--config", d.path("dengwen.toml"))
}
