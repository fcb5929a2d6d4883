package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	// One more than the cores: the box's writer mostly waits for the disk, and
	// the thread that waits should not keep a core from sealing.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	os.Exit(run(untilSignal(), os.Args[1:], processConsole()))
}

// untilSignal returns a context that ends when the process is asked to end. A
// reader that goes away, as in demo | head, is no such request: what a command
// cleans up at its end would be left behind.
func untilSignal() context.Context {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	return ctx
}
