package main

import (
	"errors"
	"os"
	"syscall"

	"dengwen/intake"
)

// openRegular opens a file to be read, and refuses what is none: to open or
// read a pipe waits for whoever writes to it, and no signal ends that wait.
func openRegular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if errors.Is(err, syscall.ENXIO) { // a socket, or a device that is not there
		return nil, irregular(path)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = irregular(path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func irregular(path string) error {
	return intake.Explain(intake.ErrInvalid, "file.irregular", "%s is not a file, but a directory, a pipe or a device", path)
}
