package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// lookAgain is how long keepDays waits at most. A timer does not notice
	// that the wall clock was set, or that the machine slept.
	lookAgain = time.Hour
	// tryAgain is how long it waits after a failure, such as a full disk.
	tryAgain = time.Minute
)

// A dayKeeper is what keepDays needs of the box.
type dayKeeper interface {
	CloseDays(ctx context.Context) error
	NextClosing(ctx context.Context) (time.Time, error)
}

// keepDays closes each day when its last window ends, until ctx ends. A
// failure is logged, told to health, and tried again: reports go on being taken
// meanwhile, and the next closing catches up.
func keepDays(ctx context.Context, b dayKeeper, now func() time.Time, log *slog.Logger, failing *atomic.Bool) {
	for {
		wait, err := untilClosing(ctx, b, now)
		failing.Store(err != nil)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			log.Error("closing the day failed; it will be tried again", "error", err)
			wait = tryAgain
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// untilClosing closes the days that are over and says how long to wait.
func untilClosing(ctx context.Context, b dayKeeper, now func() time.Time) (time.Duration, error) {
	if err := b.CloseDays(ctx); err != nil {
		return 0, err
	}
	next, err := b.NextClosing(ctx)
	if err != nil || next.IsZero() {
		return lookAgain, err
	}
	return min(max(next.Sub(now()), 0), lookAgain), nil
}
