package main

import (
	"runtime/debug"
)

// How the garbage collector works in serve and desk, unless GOMEMLIMIT or GOGC
// say otherwise. A receipt's Argon2id needs a megabyte that is garbage a
// millisecond later: collecting whenever a small heap has doubled takes a third
// of the reports that a second can take in. So it may grow fivefold, and the
// collector works harder near the aim, which is in bytes.
const (
	memoryAim = 256 << 20
	growth    = 400 // per cent
)

// harden is for the processes that stay: what reporters write passes through
// the memory of one, and the other holds unlocked keys.
func (a *app) harden() {
	if err := hideMemory(); err != nil {
		a.log.Warn("the process stays open to debuggers of its own user", "error", err)
	}
	if a.env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryAim)
	}
	if a.env("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}
