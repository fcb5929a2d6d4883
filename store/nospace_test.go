package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"dengwen/intake"
)

func TestNoSpaceHasOneName(t *testing.T) {
	for _, c := range []struct {
		err  error
		full bool
	}{
		{nil, false},
		{errors.New("something else"), false},
		{syscall.ENOSPC, true},
		{&os.PathError{Op: "write", Path: "box.db", Err: syscall.EDQUOT}, true},
		{fmt.Errorf("file resize error: %s", syscall.EFBIG), true}, // as bbolt has it
		{errors.Join(errors.New("first"), noSpace(syscall.ENOSPC)), true},
	} {
		if got := noSpace(c.err); errors.Is(got, intake.ErrFull) != c.full || c.err != nil && !errors.Is(got, c.err) {
			t.Errorf("%v became %v", c.err, got)
		}
	}
}
