package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

// failingBox is a real box whose long answers fail in the middle.
type failingBox struct {
	*storetest.Box
	fail func() error
}

func (b failingBox) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for rec, err := range b.Box.Entries(ctx, from, from+2) {
			if !yield(rec, err) {
				return
			}
		}
		yield(entry.Record{}, b.fail())
	}
}

func (b failingBox) Views(context.Context, int64) iter.Seq2[entry.View, error] {
	return func(yield func(entry.View, error) bool) {
		if yield(entry.View{Sealed: []byte("one")}, nil) {
			yield(entry.View{}, b.fail())
		}
	}
}

func (b failingBox) Part(context.Context, int64, int) (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat("half", 1<<14)), &late{b.fail})), nil
}

type late struct{ fail func() error }

func (l *late) Read([]byte) (int, error) { return 0, l.fail() }

func (b failingBox) Backup(_ context.Context, w io.Writer) error {
	if _, err := w.Write(bytes.Repeat([]byte("half"), 1<<14)); err != nil {
		return err
	}
	return b.fail()
}

func (b failingBox) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(int, intake.Outcome)) error {
	n := 0
	return errors.Join(b.Box.SubmitAll(ctx, true, func(yield func(*intake.Report, error) bool) {
		for r, err := range reports {
			if n++; n == 300 {
				yield(nil, b.fail())
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}, each))
}

// streams makes every call with a long answer and returns how it ended.
func streams(t *testing.T, b *storetest.Box, c *socket.Client) map[string]error {
	t.Helper()
	_, entriesErr := gather(c.Entries(t.Context(), 0, 4))
	_, viewsErr := gather(c.Views(t.Context(), 0))
	_, partErr := part(c, 0, 0)
	var backup bytes.Buffer
	return map[string]error{"entries": entriesErr, "views": viewsErr, "part": partErr, "backup": c.Backup(t.Context(), &backup),
		"submit all": c.SubmitAll(t.Context(), false, rows(b, 20000), func(int, intake.Outcome) {})}
}

func TestErrorInTheMiddle(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, failingBox{b, func() error { return fmt.Errorf("entry 2: 坏了\n: %w", intake.ErrDamaged) }})
	for name, err := range streams(t, b, c) {
		if !errors.Is(err, intake.ErrDamaged) || !strings.Contains(err.Error(), "entry 2: 坏了\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if entries, _ := gather(c.Entries(t.Context(), 0, 4)); len(entries) != 2 {
		t.Errorf("%d entries came before the error", len(entries))
	}
}

// TestPanicInTheMiddle: the caller learns that the answer is not whole, and
// nobody what the panic said.
func TestPanicInTheMiddle(t *testing.T) {
	b := storetest.New(t)
	var log bytes.Buffer
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- l.Serve(ctx, failingBox{b, func() error { panic("canary 举报人 1380000") }}, slog.New(slog.NewTextHandler(&log, nil)))
	}()
	c, err := socket.Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range streams(t, b, c) {
		if !errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "a call panicked"); n != 5 || !strings.Contains(log.String(), "fail_test.go") {
		t.Errorf("the log does not say where: %s", &log)
	}
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the log tells what the panic said: %s", &log)
	}
}

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
