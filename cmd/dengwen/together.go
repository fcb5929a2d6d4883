package main

import (
	"context"
	"errors"
	"sync"
)

// A service works until its context ends, and then returns nil. An error ends
// all that run beside it.
type service func(ctx context.Context) error

// together runs services side by side until ctx ends or one of them fails.
// When it returns, none of them runs any more.
func together(ctx context.Context, services ...service) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	failed := make([]error, len(services))
	for i, s := range services {
		all.Go(func() {
			if failed[i] = s(ctx); failed[i] != nil {
				stop()
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
