package main

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/socket"
)

// A cutOff box does what it is asked, and the connection breaks before the
// answer.
type cutOff struct{ socket.Box }

func (b cutOff) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(int, intake.Outcome)) error {
	if err := b.Box.SubmitAll(ctx, dryRun, reports, func(int, intake.Outcome) {}); err != nil {
		return err
	}
	panic(http.ErrAbortHandler)
}

func (b cutOff) Checkpoint(context.Context) ([]byte, error) { panic(http.ErrAbortHandler) }

// When only the answer is lost, nobody is told that nothing was done.
func TestAnswerIsLost(t *testing.T) {
	config, dir := inspection(t)
	b, err := store.Open(filepath.Join(dir, "box"), store.Options{Now: clockAt(testNow)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	listener, err := socket.Listen(filepath.Join(dir, "box", fileSocket))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- listener.Serve(ctx, cutOff{b}, slog.New(slog.NewTextHandler(io.Discard, nil))) }()
	for want, args := range map[string][]string{
		"It is not known whether " + filepath.Join(dir, "ledger.csv") + " went in": {"import", "--config", config, filepath.Join(dir, "ledger.csv")},
		"It is not known whether it has done":                                      {"checkpoint", "--config", config},
		"nothing of it was taken":                                                  {"import", "--config", config, filepath.Join(dir, "ledger.csv"), "--dry-run"},
	} {
		if code, _, errs := here(t.Context(), nil, args...); code != exitFailed || !strings.Contains(errs, want) {
			t.Errorf("%d %q, want %q", code, errs, want)
		}
	}
	if n, err := b.Size(ctx); err != nil || n != 12 {
		t.Errorf("%d entries, %v", n, err)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
