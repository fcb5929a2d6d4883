package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/merkle"
)

func (a *app) verifyCommand() *cobra.Command {
	cmd := a.command("verify FILE|DIR --key VKEY|FILE [--since CHECKPOINT] [--json]", "verify", 1)
	key, asJSON := a.text(cmd, "key"), a.toggle(cmd, "json")
	since := cmd.Flags().String("since", "", a.words.Text("flag.since-verify"))
	return runs(cmd, func(ctx context.Context, args []string) error {
		opts, err := verifyOptions(*key, *since)
		if err != nil {
			return err
		}
		v, err := verify(ctx, args[0], opts)
		if err != nil {
			return fail("verify.unread", "File", args[0]).because(err)
		}
		if *asJSON {
			err = a.printJSON(v.Report)
		} else {
			a.showVerified(args[0], v)
		}
		if err == nil && !v.OK {
			err = errSaid
		}
		return err
	})
}

// verifyOptions reads what the verifier holds against the log: its key, as
// text or in a file, and an older checkpoint.
func verifyOptions(key, since string) (opts export.Options, err error) {
	if opts.Since, err = readCheckpoint(since); err != nil || key == "" {
		return opts, err
	}
	opts.Key = strings.TrimSpace(key)
	_, err = merkle.ParseVerifier(opts.Key)
	if err == nil {
		return opts, nil
	}
	text, unread := readSmall(key, maxCheckpoint)
	if _, there := errors.AsType[*intake.Detail](unread); there {
		return opts, unread
	}
	if unread != nil {
		return opts, err // more likely a mistyped key than the name of a file
	}
	opts.Key = strings.TrimSpace(string(text))
	if _, err := merkle.ParseVerifier(opts.Key); err != nil {
		return opts, fmt.Errorf("%s: %w", key, err)
	}
	return opts, nil
}

// verify checks an export or a proof, or, in a directory, a box.
func verify(ctx context.Context, path string, opts export.Options) (v verdict, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return v, err
	}
	if info.IsDir() {
		v.Report, err = verifyBox(ctx, path, opts)
		return v, err
	}
	f, err := openRegular(path)
	if err != nil {
		return v, err
	}
	defer f.Close()
	if isProof(f) {
		return verifyProof(path, opts)
	}
	v.Report, err = export.Verify(ctx, f, opts)
	return v, err
}

func (a *app) showVerified(path string, v verdict) {
	r := v.Report
	switch {
	case v.proof:
		a.showProof(path, v)
	case r.OK:
		a.say("verify.ok", "File", path, "Count", r.Entries, "Root", r.Root)
		if r.From > 0 {
			a.say("verify.from", "From", r.From)
		}
	default:
		a.say("verify.bad", "File", path, "Count", r.Entries)
		a.showProblems(r)
	}
}

func (a *app) showProblems(r export.Report) {
	t := table{}
	for _, p := range r.Problems {
		t = append(t, []string{a.entryName(p.Entry), a.problem(p)})
	}
	fmt.Fprint(a.out, t.String())
}

// entryName names an entry; a negative number is the log as a whole.
func (a *app) entryName(n int64) string {
	if n < 0 {
		return a.words.Text("verify.whole")
	}
	return a.words.Text("verify.entry", "Entry", n)
}

// problem is what is wrong, as the package says it, but for the one that is
// the caller's own to mend.
func (a *app) problem(p entry.Problem) string {
	if p.What == intake.ErrUnanchored.Error() {
		return a.words.Text("error.unanchored")
	}
	return p.What
}
