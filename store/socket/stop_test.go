package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

// waitingBox is a real box on which some calls wait.
type waitingBox struct {
	*storetest.Box
	begun chan struct{}
	wait  func(context.Context) error
}

func (b waitingBox) Compact(ctx context.Context) error {
	close(b.begun)
	return b.wait(ctx)
}

func (b waitingBox) Check(ctx context.Context) ([]entry.Problem, error) {
	close(b.begun)
	return nil, b.wait(ctx)
}

func untilEnd(ctx context.Context) error {
	<-ctx.Done()
	return fmt.Errorf("compact: %w", ctx.Err())
}

func TestCancelCrosses(t *testing.T) {
	b := storetest.New(t)
	type caller = func(context.Context, *socket.Client) error
	for name, call := range map[string]caller{
		"change": func(ctx context.Context, c *socket.Client) error { return c.Compact(ctx) },
		"look": func(ctx context.Context, c *socket.Client) error {
			_, err := c.Check(ctx)
			return err
		},
	} {
		ended := make(chan struct{})
		box := waitingBox{b, make(chan struct{}), func(ctx context.Context) error {
			defer close(ended)
			return untilEnd(ctx)
		}}
		c, _, _ := serve(t, box)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-box.begun
			cancel()
		}()
		if err := call(ctx, c); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		<-ended
		if err := call(ctx, c); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, canceled before: %v", name, err)
		}
	}
	// A call that was carried out although its caller gave up says so.
	box := waitingBox{b, make(chan struct{}), func(ctx context.Context) error { <-ctx.Done(); return nil }}
	c, _, _ := serve(t, box)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Compact(ctx); err != nil || ctx.Err() == nil {
		t.Errorf("a call that was carried out: %v", err)
	}
	// A deadline is a deadline, whatever the server calls it.
	box = waitingBox{b, make(chan struct{}), untilEnd}
	c, _, _ = serve(t, box)
	if err := c.Compact(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("over its deadline: %v", err)
	}
}

func TestPartEndsWithItsContext(t *testing.T) {
	b := storetest.New(t)
	release := make(chan struct{})
	defer close(release)
	c, _, _ := serve(t, failingBox{b, func() error { <-release; return io.EOF }})
	ctx, cancel := context.WithCancel(t.Context())
	src, err := c.Part(ctx, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(src, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, src); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context: %v", err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

func TestStop(t *testing.T) {
	b := storetest.New(t)
	t.Run("calls under way finish", func(t *testing.T) {
		release := make(chan struct{})
		box := waitingBox{b, make(chan struct{}), func(ctx context.Context) error {
			<-release
			return ctx.Err()
		}}
		c, path, stop := serve(t, box)
		called := make(chan error, 1)
		go func() { called <- c.Compact(context.Background()) }()
		<-box.begun
		stopped := make(chan struct{})
		go func() {
			stop()
			close(stopped)
		}()
		// The socket goes first: who comes now is told that nobody serves it.
		for {
			if _, err := socket.Dial(path); err != nil {
				if !errors.Is(err, intake.ErrNotFound) {
					t.Errorf("while stopping: %v", err)
				}
				break
			}
		}
		select {
		case <-stopped:
			t.Error("stopped in the middle of a call")
		default:
		}
		close(release)
		if err := <-called; err != nil {
			t.Errorf("the call under way: %v", err)
		}
		<-stopped
	})
	t.Run("calls that do not are cut off", func(t *testing.T) {
		var during error
		box := waitingBox{b, make(chan struct{}), func(ctx context.Context) error {
			<-ctx.Done()
			_, during = b.Size(context.Background())
			return ctx.Err()
		}}
		c, _, stop := serve(t, box, func(l *socket.Listener) { l.SetGrace(10 * time.Millisecond) })
		called := make(chan error, 1)
		go func() { called <- c.Compact(context.Background()) }()
		<-box.begun
		stop()
		if err := <-called; err == nil {
			t.Error("a call that was cut off succeeded")
		}
		if during != nil {
			t.Errorf("serve returned while a call used the box: %v", during)
		}
	})
}
