package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/export"
)

// verifyBox checks a box where it stands: its log and parts as an export's,
// and everything stored beside the log. A box that serve holds is asked through
// its socket; any other is opened read only, so that one which open refuses can
// still be looked at.
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
	if report, err = export.VerifyBox(ctx, b, opts); err != nil {
		return report, err
	}
	stored, err := checkBox(ctx, b)
	return joined(report, stored), err
}

// checkBox asks the box to check itself. What a check that is interrupted
// could not read is no finding.
func checkBox(ctx context.Context, b openBox) ([]entry.Problem, error) {
	problems, err := b.Check(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return problems, err
}

// joined adds what the box found beside its log to a report. Both may have come
// upon the same part or entry, each in its own words: it is named once.
func joined(r export.Report, stored []entry.Problem) export.Report {
	named := map[entry.Problem]bool{}
	for _, p := range r.Problems {
		named[place(p)] = true
	}
	for _, p := range stored {
		if !named[place(p)] {
			r.Problems = append(r.Problems, p)
		}
	}
	slices.SortStableFunc(r.Problems, func(a, b entry.Problem) int { return cmp.Compare(a.Entry, b.Entry) })
	r.OK = len(r.Problems) == 0
	return r
}

// place is what a problem is about: an entry, and what of it the text names
// before it says what is wrong.
func place(p entry.Problem) entry.Problem {
	p.What, _, _ = strings.Cut(p.What, ": ")
	return p
}
