package mailpoll

import (
	"bytes"
	"context"
	"time"

	"dengwen/intake"
)

// courtesy is how long a poller waits before it takes over removals that
// another one has left: a command run by hand beside serve may be at work on
// them, and a message that both move ends up in the folder twice.
const courtesy = 5 * time.Second

// takeOver makes sure that the removals in the place are nobody else's any
// more, and claims them. The error is intake.ErrMoved when another poller is at
// work.
func (r *round) takeOver(ctx context.Context) error {
	if len(r.at.pending) == 0 || r.at.owner == r.poller.name || r.rehearsal {
		return nil
	}
	if !sleep(ctx, r.poller.courtesy) {
		return ctx.Err()
	}
	value, err := r.poller.box.Cursor(ctx, r.poller.cursorName())
	if err != nil {
		return err
	}
	if !bytes.Equal(value, r.value) {
		return inUse(intake.ErrMoved)
	}
	// A crash before this leaves them to the next. Whoever had them and lives
	// after all finds out when it stores its own place.
	return r.store(ctx, r.at, nil)
}
