package main

import "runtime/debug"

// harden keeps keys and reports in this process's memory from being written to
// disk when it crashes, and from other processes of its user. Where it cannot
// be done, the system's own limits hold.
func (a *app) harden() {
	if err := noCoreDumps(); err != nil {
		a.log.Warn("core dumps stay as the system has them", "error", err)
	}
	if err := hideMemory(); err != nil {
		a.log.Warn("the process stays open to debuggers of its own user", "error", err)
	}
}

// How the garbage collector works in serve and desk, unless GOMEMLIMIT or GOGC
// say otherwise. A receipt's Argon2id needs a megabyte that is garbage a
// millisecond later: collecting whenever a small heap has doubled takes a third
// of the reports that a second can take in. So it may grow fivefold, and the
// collector works harder near the aim, which is in bytes.
const (
	memoryAim = 192 << 20 // of Go's own: code, stacks and pages of the box come on top
	growth    = 400       // per cent
)

// tuneCollector is for the processes that stay.
func (a *app) tuneCollector() {
	if a.env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryAim)
	}
	if a.env("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}
