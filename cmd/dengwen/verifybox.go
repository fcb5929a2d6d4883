package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/merkle"
)

// verifyBox checks a box where it stands: that its log obeys the rules, as for
// an export, and that everything stored beside the log fits it. A box that
// serve holds is asked through its socket; any other is opened read only, so
// that one which open refuses can still be looked at.
func verifyBox(ctx context.Context, dir string, opts export.Options) (report export.Report, err error) {
	b, served, err := dial(dir)
	if err != nil {
		return report, err
	}
	if !served {
		held, err := store.Inspect(dir)
		if err != nil {
			return report, err
		}
		b = openBox{held, held}
	}
	defer func() { err = errors.Join(err, b.Close()) }()

	// What is recorded meanwhile is for the next time.
	size, err := b.Size(ctx)
	if err != nil {
		return report, err
	}
	state, err := b.State(ctx)
	if err != nil {
		return report, err
	}
	v := boxVerifier{box: b, rules: entry.NewChecker()}
	v.anchor(opts, state)
	if err := v.read(ctx, size); err != nil {
		return report, err
	}
	stored, err := b.Check(ctx)
	if err != nil {
		return report, err
	}
	problems := slices.Concat(v.problems, v.rules.Problems(), stored)
	slices.SortStableFunc(problems, func(a, b entry.Problem) int { return int(min(max(a.Entry-b.Entry, -1), 1)) })
	if problems == nil {
		problems = []entry.Problem{}
	}
	return export.Report{OK: len(problems) == 0, Entries: v.roller.Size(), Root: entry.Hash(v.roller.Root()), Problems: problems}, nil
}

type boxVerifier struct {
	box      openBox
	rules    *entry.Checker
	roller   merkle.Roller
	since    *merkle.Checkpoint
	problems []entry.Problem
}

// whole stands for the log as a whole where a problem names an entry.
const whole = -1

func (v *boxVerifier) problem(format string, a ...any) {
	v.problems = append(v.problems, entry.Problem{Entry: whole, What: fmt.Sprintf(format, a...)})
}

// anchor compares the log's key with the one that the caller has, and opens
// the older checkpoint by the key that the log had then.
func (v *boxVerifier) anchor(opts export.Options, state entry.State) {
	switch opts.Key {
	case state.Key:
	case "":
		v.problem("%v", intake.ErrUnanchored)
	default:
		v.problem("the key given is not the log's: its checkpoints are signed under %q", state.Origin)
	}
	if opts.Since == nil {
		return
	}
	for _, o := range state.Origins {
		verifier, err := merkle.ParseVerifier(o.Key)
		if err != nil {
			continue // the rules name it
		}
		if c, err := verifier.Open(opts.Since); err == nil && state.OriginOf(max(c.Size-1, 0)) == c.Origin {
			v.since = &c
			return
		}
	}
	v.problem("the older checkpoint is not signed by this log")
}

// read follows the log from its first entry to its last.
func (v *boxVerifier) read(ctx context.Context, size int64) error {
	for rec, err := range v.box.Entries(ctx, 0, size) {
		if errors.Is(err, intake.ErrDamaged) || errors.Is(err, intake.ErrNotFound) {
			break // Check names it
		}
		if err != nil {
			return err
		}
		var body []byte
		if rec.Header.Kind.Clear() {
			if body, err = v.body(ctx, rec.Index); err != nil {
				return err
			}
		}
		v.rules.Entry(rec.Index, rec.Header, body)
		v.roller.Add(merkle.LeafHash(rec.Raw))
		if c := v.since; c != nil && c.Size == v.roller.Size() && c.Root != v.roller.Root() {
			v.problem("the first %d entries are not those that the older checkpoint covers", c.Size)
		}
	}
	v.rules.Done()
	if c := v.since; c != nil && c.Size > v.roller.Size() {
		v.problem("the log has %d entries, the older checkpoint covers %d", v.roller.Size(), c.Size)
	}
	return nil
}

// body reads a clear body; one that is missing is nil, as the rules want it.
func (v *boxVerifier) body(ctx context.Context, index int64) ([]byte, error) {
	r, err := v.box.Part(ctx, index, 0)
	if errors.Is(err, intake.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, entry.MaxBody+1))
	return body, errors.Join(err, r.Close())
}
