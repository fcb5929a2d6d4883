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
	return b.Box.SubmitAll(ctx, true, failLate(reports, b.fail), each)
}

func (b failingBox) SubmitCalls(ctx context.Context, dryRun bool, calls iter.Seq2[*intake.Call, error], each func(int, intake.Outcome)) error {
	return b.Box.SubmitCalls(ctx, true, failLate(calls, b.fail), each)
}

func (b failingBox) Import(_ context.Context, _ intake.ImportOrder, file io.Reader, told func(int)) (intake.ImportAnswer, error) {
	_, err := io.CopyN(io.Discard, file, 100)
	told(7)
	return intake.ImportAnswer{Fault: "half"}, errors.Join(err, b.fail())
}

// failLate fails in place of the 300th.
func failLate[T any](list iter.Seq2[T, error], fail func() error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		n := 0
		for v, err := range list {
			if n++; n == 300 {
				err = fail()
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// streams makes every call with a long answer and returns how it ended.
func streams(t *testing.T, b *storetest.Box, c *socket.Client) map[string]error {
	t.Helper()
	_, entriesErr := gather(c.Entries(t.Context(), 0, 4))
	_, viewsErr := gather(c.Views(t.Context(), 0))
	_, partErr := part(c, 0, 0)
	var backup bytes.Buffer
	_, importErr := c.Import(t.Context(), intake.ImportOrder{}, strings.NewReader(ledger(5000)), unheard)
	return map[string]error{"import": importErr,
		"submit calls": c.SubmitCalls(t.Context(), false, phoned(b, 5000), func(int, intake.Outcome) {}),
		"entries":      entriesErr, "views": viewsErr, "part": partErr, "backup": c.Backup(t.Context(), &backup),
		"submit all": c.SubmitAll(t.Context(), false, rows(b, 5000), func(int, intake.Outcome) {})}
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
	if n := strings.Count(log.String(), "a call panicked"); n != 7 || !strings.Contains(log.String(), "fail_test.go") {
		t.Errorf("the log does not say where: %s", &log)
	}
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the log tells what the panic said: %s", &log)
	}
}
