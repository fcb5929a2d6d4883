package main

import "syscall"

// noCoreDumps sets the limit on the size of core files to nothing.
func noCoreDumps() error {
	return syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}
