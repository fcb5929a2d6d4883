package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"dengwen/intake"
)

// maxPath is the longest path that a socket can have, in bytes: the kernel's
// field for it has room for this and a zero. 107 on Linux.
const maxPath = len(syscall.RawSockaddrUnix{}.Path) - 1

// checkPath refuses what the kernel or package net would refuse or
// misunderstand.
func checkPath(path string) error {
	switch {
	case path == "" || path[0] == '@': // names without a file, which no file mode guards
		return fmt.Errorf("socket path %q: %w", path, intake.ErrInvalid)
	case len(path) > maxPath:
		return fmt.Errorf("socket path %s has %d bytes, a socket's path can have %d: choose a shorter directory for the box: %w",
			path, len(path), maxPath, intake.ErrTooLong)
	}
	return nil
}

// A Listener is a socket that is listened on.
type Listener struct {
	path  string
	ln    *net.UnixListener
	made  fs.FileInfo // the socket file, to remove it and no other
	close func() error
	peer  func(*net.UnixConn) (uint32, error)
	grace time.Duration // see Serve
	wait  patience
}

// Listen makes the socket at path. A socket there whose server is gone is
// replaced; one that is served gives intake.ErrInUse, and a file that is no
// socket is left alone. A path over 107 bytes gives intake.ErrTooLong.
func Listen(path string) (*Listener, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	// Two servers that start at once would both find the socket stale, and the
	// second would remove the one that the first just made.
	unlock, err := lockDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := removeStale(path); err != nil {
		return nil, err
	}
	ln, err := (&net.ListenConfig{Control: ownerOnly}).Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	l := &Listener{path: path, ln: ln.(*net.UnixListener), peer: peerUID, grace: grace, wait: patience{answerWait, fileWait}}
	l.ln.SetUnlinkOnClose(false)
	l.close = sync.OnceValue(l.leave)
	l.made, err = os.Lstat(path)
	if err == nil {
		err = os.Chmod(path, 0o600) // ownerOnly has done it already where the kernel is Linux
	}
	if err != nil {
		unlock() // Close locks too
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// ownerOnly gives a socket its mode before it has a name. Linux takes the mode
// of the file from it, so that there is no moment at which others could
// connect, and no umask that all goroutines share.
func ownerOnly(_, _ string, raw syscall.RawConn) error {
	var err error
	if e := raw.Control(func(fd uintptr) { err = syscall.Fchmod(int(fd), 0o600) }); e != nil {
		return e
	}
	return err
}

// removeStale removes the socket of a server that is gone.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is not a socket: %w", path, intake.ErrInvalid)
	}
	conn, err := net.Dial("unix", path)
	switch {
	case err == nil:
		return errors.Join(fmt.Errorf("%s: %w", path, intake.ErrInUse), conn.Close())
	case errors.Is(err, syscall.ECONNREFUSED):
		return os.Remove(path)
	}
	return err
}

// Close stops listening and removes the socket. Serve does so itself.
func (l *Listener) Close() error { return l.close() }

func (l *Listener) leave() error {
	unlock, err := lockDir(filepath.Dir(l.path))
	if err != nil {
		return errors.Join(err, l.ln.Close())
	}
	defer unlock()
	// Somebody may have removed the file by hand and started another server.
	if now, err := os.Lstat(l.path); err == nil && l.made != nil && os.SameFile(now, l.made) {
		return errors.Join(os.Remove(l.path), l.ln.Close())
	}
	return l.ln.Close()
}

// lockDir lets one process at a time make or remove a socket in dir.
func lockDir(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(d.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", dir, err), d.Close())
	}
	return func() { d.Close() }, nil
}
