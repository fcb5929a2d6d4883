package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"dengwen/intake"
	"dengwen/web/ui"
)

// A fault is an error that this program itself finds, said in words of the
// catalogue. Its cause, if any, follows it.
type fault struct {
	id    string
	pairs []any
	cause error
}

// fail makes a fault. The pairs are those of ui.Words.Text.
func fail(id string, pairs ...any) *fault { return &fault{id: id, pairs: pairs} }

// because gives the fault its cause.
func (f *fault) because(err error) *fault {
	f.cause = err
	return f
}

// Error is the fault in English, for logs.
func (f *fault) Error() string { return f.text(ui.Words{}) }
func (f *fault) Unwrap() error { return f.cause }

func (f *fault) text(w ui.Words) string {
	text := w.Text(f.id, f.pairs...)
	if f.cause == nil {
		return text
	}
	return above(text, explain(w, f.cause))
}

// sentinels has the catalogue's sentence for each error that a package may
// return. The first that fits is shown, so the more telling come first: an
// error may wrap several. What the package adds (which file, which entry) is
// shown below the sentence; see detail.
var sentinels = []struct {
	err error
	id  string
}{
	{context.Canceled, "error.interrupted"}, // what it broke off may look damaged
	{intake.ErrFull, "error.full"},
	{intake.ErrKeysDiffer, "error.keys-differ"},
	{intake.ErrWidened, "error.widened"},
	{intake.ErrSchedule, "error.schedule"},
	{intake.ErrExists, "error.exists"},
	{intake.ErrNoBox, "error.no-box"},
	{intake.ErrInUse, "error.in-use"},
	{intake.ErrMoved, "error.moved"},
	{intake.ErrVersion, "error.version"},
	{intake.ErrEarly, "error.early"},
	{intake.ErrBehind, "error.behind"},
	{intake.ErrClock, "error.clock"},
	{intake.ErrClosed, "error.closed"},
	{intake.ErrStopped, "error.stopped"},
	{intake.ErrDamaged, "error.damaged"},
	{intake.ErrPassphrase, "error.passphrase"},
	{intake.ErrForbidden, "error.forbidden"},
	{intake.ErrKey, "error.key"},
	{intake.ErrUnanchored, "error.unanchored"},
	{intake.ErrProof, "error.proof"},
	{intake.ErrMistyped, "error.mistyped"},
	{intake.ErrEmpty, "error.empty"},
	{intake.ErrTooLong, "error.too-long"},
	{intake.ErrInvalid, "error.invalid"},
	{intake.ErrNotFound, "error.not-found"},
	{fs.ErrExist, "error.file-exists"},
	{fs.ErrNotExist, "error.no-file"},
	{fs.ErrPermission, "error.permission"},
}

// explain says in the reader's language what went wrong, and below it what and
// where. It is the one place where errors become sentences.
func explain(w ui.Words, err error) string {
	if f, ok := errors.AsType[*fault](err); ok {
		return f.text(w)
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return above(w.Text(s.id), detail(w, err))
		}
	}
	if _, ok := errors.AsType[syscall.Errno](err); ok {
		return above(w.Text("error.system"), detail(w, err))
	}
	return detail(w, err)
}

// above puts a sentence over what there is to add to it.
func above(sentence, more string) string {
	if more == "" {
		return sentence
	}
	return sentence + "\n  " + strings.ReplaceAll(more, "\n", "\n  ")
}
