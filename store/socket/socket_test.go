package socket_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The box and its client are the same to whoever calls them.
var (
	_ socket.Box = (*store.Box)(nil)
	_ socket.Box = (*socket.Client)(nil)
)

// serve serves box until the test ends or stop is called, and dials it.
func serve(t testing.TB, box socket.Box, set ...func(*socket.Listener)) (c *socket.Client, path string, stop func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "control.sock")
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range set {
		f(l)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- l.Serve(ctx, box, nil) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	t.Cleanup(stop)
	if c, err = socket.Dial(path); err != nil {
		t.Fatal(err)
	}
	return c, path, stop
}

func collect[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var all []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func gather[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}

func part(b socket.Box, index int64, n int) ([]byte, error) {
	r, err := b.Part(context.Background(), index, n)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func files(list ...intake.File) iter.Seq2[intake.File, error] {
	return func(yield func(intake.File, error) bool) {
		for _, f := range list {
			if !yield(f, nil) {
				return
			}
		}
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	b := storetest.New(t)
	_, path, _ := serve(t, b)
	ctx := t.Context()
	const clients, each = 8, 6
	ids := make(chan string, clients*each)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			c, err := socket.Dial(path)
			if err != nil {
				t.Error(err)
				return
			}
			for j := range each {
				out, err := c.Submit(ctx, storetest.Web(b.Clock.Now(), fmt.Sprintf("%d-%d", i, j)))
				if err != nil || out.Verdict != intake.Accepted {
					t.Errorf("%+v, %v", out, err)
					return
				}
				at, err := c.Find(ctx, out.ID)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := part(c, at, 1); err != nil {
					t.Error(err)
				}
				ids <- out.ID
			}
			if _, err := gather(c.Entries(ctx, 0, 4)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(ids)
	seen := map[string]bool{}
	for id := range ids {
		seen[id] = true
	}
	if n, err := b.Size(ctx); err != nil || n != 4+clients*each || len(seen) != clients*each {
		t.Errorf("%d entries, %d ids, %v", n, len(seen), err)
	}
}
