package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Names inside a box's directory.
const (
	fileDB      = "box.db"
	fileCompact = "box.db.compact" // a compaction under way
	fileKey     = "log.key"
	dirBlobs    = "blobs"
	dirIncoming = "incoming" // below blobs: sealed files whose entry is not committed yet
	dirNotes    = "checkpoints"
)

// Options are what a box needs from the process that opens it.
type Options struct {
	Now    func() time.Time // the clock; nil is time.Now
	Log    *slog.Logger     // nil discards; never given anything of a report
	Around Around           // tests only
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// A Box is an open box. Its methods may be called from many goroutines.
// One process holds a box at a time.
type Box struct {
	dir  string
	opts Options

	mu sync.RWMutex // held for writing only while db is exchanged
	db *bbolt.DB

	now      atomic.Pointer[standing]
	signer   merkle.Signer
	requests chan request
	quit     chan struct{}
	stopped  chan struct{}
	closing  sync.Once
	cores    chan struct{} // bounds the sealing to the machine's cores
	lookups  chan struct{} // bounds the look-ups of receipts to half of them
	file     chan struct{} // held by the one file on its way in
	secrets  secrets
	unswept  atomic.Bool  // a failed file left rows behind; only the writer changes it
	unlooked atomic.Int64 // bytes of sealed files written since the last look at the free space
}

// Open opens the box in dir. It sweeps what a crash left behind, and refuses a
// box of another format version (ErrVersion), one held by another process
// (ErrInUse), one whose log.key is not the log's (ErrKey) and one that is not
// a continuation of its own newest checkpoint (ErrBehind, ErrDamaged).
func Open(dir string, opts Options) (*Box, error) {
	db, err := openDB(dir)
	if err != nil {
		return nil, err
	}
	b := newBox(dir, db, opts)
	if err := b.settle(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go b.write()
	return b, nil
}

func newBox(dir string, db *bbolt.DB, opts Options) *Box {
	n := runtime.GOMAXPROCS(0)
	return &Box{dir: dir, opts: opts.withDefaults(), db: db, requests: make(chan request), quit: make(chan struct{}),
		stopped: make(chan struct{}), file: make(chan struct{}, 1), cores: make(chan struct{}, n), lookups: make(chan struct{}, max(1, n/2))}
}

// settle brings a freshly opened database to the state that the rest of the
// package counts on.
func (b *Box) settle() error {
	for _, step := range []func() error{b.tidy, b.refresh, b.sweepRows, b.sweepBlobs, b.countReasons, b.loadSecrets, b.loadSigner, b.checkNewestNote} {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", b.dir, err)
		}
	}
	return nil
}

// Inspect opens the box in dir to be read only: nothing is swept, no note is
// compared, and whatever would write fails. It is for who wants to know what
// is wrong with a box that Open refuses, and for boxes of others.
func Inspect(dir string) (*Box, error) {
	path := filepath.Join(dir, fileDB)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", dir, intake.ErrNoBox, err)
	}
	db, err := openReadOnly(path)
	if err != nil {
		return nil, err
	}
	b := newBox(dir, db, Options{})
	close(b.stopped) // there is no writer
	b.closing.Do(func() { close(b.quit) })
	if err := b.refresh(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), db.Close())
	}
	return b, nil
}

// tidy makes the directories of a box that a copy left out because they were
// empty, and removes what a compaction that was cut off had copied.
func (b *Box) tidy() error {
	if err := discard(filepath.Join(b.dir, fileCompact)); err != nil {
		return err
	}
	for _, d := range boxDirs(b.dir) {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// Close finishes the writes under way and closes the database. Callers that
// come later get ErrStopped.
func (b *Box) Close() error {
	b.closing.Do(func() { close(b.quit) })
	<-b.stopped
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.db.Close()
}

// Dir is the box's directory.
func (b *Box) Dir() string { return b.dir }

// view runs fn in a read transaction. Where an exchange of the database
// failed, it has the writer try again first.
func (b *Box) view(fn func(*bbolt.Tx) error) error {
	err := b.read(fn)
	if !errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return err
	}
	if err := b.settled(context.Background()); err != nil {
		return err
	}
	return b.read(fn)
}

func (b *Box) read(fn func(*bbolt.Tx) error) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return guarded(func() error { return b.db.View(fn) })
}

// Now is the box's clock and the day it has, by the inspection's zone.
func (b *Box) Now(context.Context) (time.Time, string, error) {
	now := b.opts.Now()
	return now, b.now.Load().state.Schedule.Day(now), nil
}

// State is what the log's clear entries say at this moment.
func (b *Box) State(context.Context) (entry.State, error) { return *b.now.Load().state, nil }
