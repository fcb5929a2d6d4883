package mailpoll_test

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// A watched box is a real one with a hook around what makes something durable.
// What the hook returns, the poller gets in place of the box's answer.
type watched struct {
	*storetest.Box
	step  func(what string) error
	asked error // when not nil, the answer to every question and submission
	// unfit, where there is one, is what the box would never take; a group with
	// one of these is refused whole.
	unfit func(*intake.Report) bool
}

func (w *watched) around(what string, do func() error) error {
	if w.step == nil {
		return do()
	}
	if err := w.step("before " + what); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return w.step("after " + what)
}

func (w *watched) Submit(ctx context.Context, r *intake.Report) (out intake.Outcome, err error) {
	if w.asked != nil {
		return out, w.asked
	}
	err = w.around("SubmitGroup", func() (err error) { // of one
		if w.unfit != nil && w.unfit(r) {
			return fmt.Errorf("a report: %w", intake.ErrTooLong)
		}
		out, err = w.Box.Submit(ctx, r)
		return err
	})
	return out, err
}

func (w *watched) SubmitGroup(ctx context.Context, reports []*intake.Report, cursor intake.Cursor) (out []intake.Outcome, err error) {
	if w.asked != nil {
		return out, w.asked
	}
	err = w.around("SubmitGroup", func() (err error) {
		if w.unfit != nil && slices.ContainsFunc(reports, w.unfit) {
			return fmt.Errorf("a report of %d: %w", len(reports), intake.ErrTooLong)
		}
		out, err = w.Box.SubmitGroup(ctx, reports, cursor)
		return err
	})
	return out, err
}

func (w *watched) SetAside(ctx context.Context, a intake.Aside) error {
	if w.asked != nil {
		return w.asked
	}
	return w.around("SetAside", func() error { return w.Box.SetAside(ctx, a) })
}

func (w *watched) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(int, intake.Outcome)) error {
	if w.asked != nil {
		for range reports {
			return w.asked
		}
	}
	return w.Box.SubmitAll(ctx, dryRun, reports, each)
}

func (w *watched) Forget(ctx context.Context, ch intake.Channel, meanings [][]byte, cursor intake.Cursor) error {
	return w.around("Forget", func() error { return w.Box.Forget(ctx, ch, meanings, cursor) })
}
