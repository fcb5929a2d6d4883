package main

import (
	"syscall"
	"testing"
)

// Once any command ran, the process can be dumped and looked into by nobody.
func TestMemoryIsHidden(t *testing.T) {
	here(t.Context(), nil, "--help")
	const getDumpable = 3
	dumpable, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, getDumpable, 0, 0)
	if errno != 0 || dumpable != 0 {
		t.Errorf("dumpable: %d, %v", dumpable, errno)
	}
}
