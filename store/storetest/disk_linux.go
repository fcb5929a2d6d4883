package storetest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk names, in the environment of a test's second process, the
// directory where that process mounts its disk.
const smallDisk = "DENGWEN_TEST_SMALL_DISK"

// A Disk is a small disk that a test can fill up.
type Disk struct{ dir, ballast string }

// OnSmallDisk runs the test that calls it again in a process of its own, where
// TMPDIR is a tmpfs with the given mount options, and returns the disk there.
// Here it returns nil, once that process has passed. It needs no root: a user
// namespace may mount a tmpfs.
func OnSmallDisk(t *testing.T, options string) *Disk {
	t.Helper()
	dir := os.Getenv(smallDisk)
	if dir == "" {
		inNamespace(t)
		return nil
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options+",mode=0700"); err != nil {
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Setenv("TMPDIR", dir)
	d := &Disk{dir: dir, ballast: filepath.Join(dir, "ballast")}
	d.Free(t)
	return d
}

func inNamespace(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), smallDisk+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if cmd.Process == nil {
		t.Fatalf("this test needs a user namespace, and this machine gives it none (see user_namespaces(7)): %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()+" ") {
		t.Fatalf("in its namespace: %v\n%s", err, out)
	}
}

// Fill takes all the space but for some bytes.
func (d *Disk) Fill(t testing.TB, leave int64) {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &disk); err != nil {
		t.Fatal(err)
	}
	take := int64(disk.Bavail)*disk.Bsize - leave
	if take <= 0 {
		return
	}
	file, err := os.CreateTemp(d.ballast, "space-*")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(syscall.Fallocate(int(file.Fd()), 0, 0, take), file.Close()); err != nil {
		t.Fatal(err)
	}
}

// FillInodes leaves space, but no way to make another file.
func (d *Disk) FillInodes(t testing.TB) {
	t.Helper()
	for {
		file, err := os.CreateTemp(d.ballast, "inode-*")
		if errors.Is(err, syscall.ENOSPC) {
			return
		}
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// Free gives back what Fill and FillInodes took.
func (d *Disk) Free(t testing.TB) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(d.ballast), os.Mkdir(d.ballast, 0o700)); err != nil {
		t.Fatal(err)
	}
}
