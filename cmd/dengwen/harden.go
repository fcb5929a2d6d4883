package main

import (
	"runtime/debug"
)

// memoryAim is what serve and desk keep their memory below where they can, in
// bytes, unless GOMEMLIMIT says otherwise: the collector works harder near it.
const memoryAim = 256 << 20

// harden is for the processes that stay: what reporters write passes through
// the memory of one, and the other holds unlocked keys.
func (a *app) harden() {
	if err := hideMemory(); err != nil {
		a.log.Warn("the process stays open to debuggers of its own user", "error", err)
	}
	if a.env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryAim)
	}
}
