package main

import "syscall"

// hideMemory keeps this process's memory from other processes of its user, and
// from a program that the system starts to take a core dump, which asks for no
// limit: PR_SET_DUMPABLE of prctl(2).
func hideMemory() error {
	const setDumpable = 4
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setDumpable, 0, 0); errno != 0 {
		return errno
	}
	return nil
}
