package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

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
	if f.cause != nil {
		text += "\n  " + strings.ReplaceAll(explain(w, f.cause), "\n", "\n  ")
	}
	return text
}

// sentinels has the catalogue's sentence for each error that a package may
// return. The first that fits is shown, so the more telling come first: an
// error may wrap several. What the package adds (which file, which entry) is
// shown below the sentence as it is, in English.
var sentinels = []struct {
	err error
	id  string
}{
	{intake.ErrFull, "error.full"},
	{intake.ErrKeysDiffer, "error.keys-differ"},
	{intake.ErrWidened, "error.widened"},
	{intake.ErrSchedule, "error.schedule"},
	{intake.ErrExists, "error.exists"},
	{intake.ErrNoBox, "error.no-box"},
	{intake.ErrInUse, "error.in-use"},
	{intake.ErrVersion, "error.version"},
	{intake.ErrBehind, "error.behind"},
	{intake.ErrClock, "error.clock"},
	{intake.ErrClosed, "error.closed"},
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
	{context.Canceled, "error.interrupted"},
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
		if !errors.Is(err, s.err) {
			continue
		}
		text := w.Text(s.id)
		if more := detail(err, s.err); more != "" {
			text += "\n  " + more
		}
		return text
	}
	return err.Error()
}

// detail is what err says beside the sentinel in it.
func detail(err, sentinel error) string {
	text, name := err.Error(), sentinel.Error()
	for _, joint := range []string{": " + name, name + ": ", name} {
		text = strings.ReplaceAll(text, joint, "")
	}
	return strings.TrimSpace(text)
}
