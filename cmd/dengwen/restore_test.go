package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// stopsLater is a context that ends after it was looked at so many times.
type stopsLater struct {
	context.Context
	looks int
}

func (c *stopsLater) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Wherever a restore is interrupted, it does not call the backup damaged, and
// leaves nothing.
func TestInterruptedRestore(t *testing.T) {
	config, dir := inspection(t)
	backup, to := filepath.Join(dir, "backup.tar"), filepath.Join(dir, "restored")
	for _, args := range [][]string{{"import", "--config", config, filepath.Join(dir, "ledger.csv")}, {"backup", "--config", config, "--out", backup}} {
		if code, _, errs := here(t.Context(), nil, args...); code != exitDone {
			t.Fatal(errs)
		}
	}
	before := len(names(t, dir))
	for looks := 0; ; looks++ {
		code, _, errs := here(&stopsLater{t.Context(), looks}, nil, "restore", backup, "--dir", to)
		if code == exitDone && looks > 0 {
			return
		}
		if code != exitFailed || !strings.Contains(errs, "Interrupted") || strings.Contains(errs, "fit together") {
			t.Errorf("after %d looks: %d %q", looks, code, errs)
		}
		if now := names(t, dir); len(now) != before {
			t.Fatalf("after %d looks: %v", looks, now)
		}
	}
}
