package store_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// withPhoto is a report with a photo between two other files.
func withPhoto(b *storetest.Box, photo intake.File) *intake.Report {
	r := storetest.Web(b.Clock.Now(), "有照片")
	r.Files = files(intake.File{Name: "before", Body: strings.NewReader("before")}, photo,
		intake.File{Name: "after", Body: strings.NewReader("after")})
	return r
}

// TestAPhotoThatDoesNotArrive: an error of the sender's side is never taken for
// one of the cleaner's, whatever that makes of it, and leaves nothing.
func TestAPhotoThatDoesNotArrive(t *testing.T) {
	errCut := errors.New("the line went dead")
	half := strings.Repeat("x", 100_000)
	cleaners := map[string]func(io.Reader) io.Reader{
		"passes it on": func(r io.Reader) io.Reader { return r },
		"rewords it":   cleaned(func(err error) error { return errUnclean }),
		"swallows it":  cleaned(func(err error) error { return io.EOF }),
		"had ended":    cleaner(0, 10, nil),
		"had failed":   cleaner(0, 10, errUnclean),
		"never looked": func(io.Reader) io.Reader { return strings.NewReader("a picture") },
	}
	for name, body := range map[string]struct {
		make func() io.Reader
		err  error
	}{
		"at once": {func() io.Reader { return iotest.ErrReader(errCut) }, errCut},
		"midway":  {func() io.Reader { return io.MultiReader(strings.NewReader(half), iotest.ErrReader(errCut)) }, errCut},
		"with some bytes": {func() io.Reader {
			return iotest.DataErrReader(io.MultiReader(strings.NewReader(half), iotest.ErrReader(errCut)))
		}, errCut},
		"cut off": {func() io.Reader {
			return io.MultiReader(strings.NewReader(half), iotest.ErrReader(io.ErrUnexpectedEOF))
		}, io.ErrUnexpectedEOF},
		"too long": {func() io.Reader { return iotest.ErrReader(fmt.Errorf("the form: %w", intake.ErrTooLong)) }, intake.ErrTooLong},
	} {
		for what, shown := range cleaners {
			t.Run(name+"/"+what, func(t *testing.T) {
				b := storetest.New(t)
				_, err := b.Submit(t.Context(), withPhoto(b, intake.File{Name: "photo", Body: body.make(), Shown: shown}))
				if !errors.Is(err, body.err) {
					t.Errorf("error %v; want %v", err, body.err)
				}
				noBlobs(t, b)
				if n, err := b.Size(t.Context()); err != nil || n != 4 {
					t.Errorf("%d entries, %v; want the first four", n, err)
				}
			})
		}
	}
}

// cleaned returns a Shown that shows everything and ends as how says.
func cleaned(how func(error) error) func(io.Reader) io.Reader {
	return func(r io.Reader) io.Reader {
		return readerFunc(func(p []byte) (int, error) {
			n, err := r.Read(p)
			if err != nil {
				err = how(err)
			}
			return n, err
		})
	}
}

// TestABodyIsNotReadAgain: neither after its end nor after its error, for there
// may be something else behind it.
func TestABodyIsNotReadAgain(t *testing.T) {
	for _, end := range []error{io.EOF, errTorn} {
		for _, shown := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return io.MultiReader(r, r) }, cleaner(3, 1000, errUnclean)} {
			b := storetest.New(t)
			ended := 0
			body := io.MultiReader(strings.NewReader("photo"), readerFunc(func([]byte) (int, error) { ended++; return 0, end }))
			_, err := b.Submit(t.Context(), withPhoto(b, intake.File{Body: cleaned(func(err error) error { return err })(body), Shown: shown}))
			if ended != 1 || end == io.EOF && err != nil || end != io.EOF && !errors.Is(err, end) {
				t.Errorf("it ended %d times, error %v", ended, err)
			}
		}
	}
}

// TestFaultsOfAPhoto fails every step of a report with a photo in turn: it is in
// whole, or nothing of it is, and a start sweeps what could not be removed.
func TestFaultsOfAPhoto(t *testing.T) {
	for what, c := range map[string]struct {
		shown func(io.Reader) io.Reader
		blobs int
	}{"shown": {cleaner(1, 100, nil), 4}, "not shown": {cleaner(1, 100, errUnclean), 3}} {
		for step, times := range map[store.Step]int{store.StepBlobWrite: 3, store.StepBlobSync: c.blobs, store.StepBlobLink: c.blobs,
			store.StepBlobUnlink: c.blobs, store.StepCommit: 1} {
			for nth := range 2 * times {
				f := &storetest.Fault{Step: step, After: nth%2 == 1, Nth: 1 + nth/2}
				t.Run(fmt.Sprintf("%s/%s/after=%v/%d", what, step, f.After, f.Nth), func(t *testing.T) {
					b := storetest.NewAround(t, f.Around)
					_, err := b.Submit(t.Context(), withPhoto(b, intake.File{Name: "photo", Body: strings.NewReader("contents"), Shown: c.shown}))
					if !f.Fired() {
						t.Fatal("the step is not reached")
					}
					// A file that could not be unlinked waits for the next start; a
					// commit that landed is found out.
					if step == store.StepBlobUnlink || step == store.StepCommit && f.After {
						if err != nil {
							t.Fatal(err)
						}
						b.Reopen(t)
						blobsLeft(t, b, c.blobs)
						return
					}
					if !errors.Is(err, storetest.ErrFault) {
						t.Errorf("error %v", err)
					}
					noBlobs(t, b)
				})
			}
		}
	}
}

// blobsLeft counts the sealed files, none of which may be staged.
func blobsLeft(t *testing.T, b *storetest.Box, want int) {
	t.Helper()
	for dir, want := range map[string]int{"blobs": want + 1, "blobs/incoming": 0} {
		if names, err := os.ReadDir(filepath.Join(b.Path, dir)); err != nil || len(names) != want {
			t.Errorf("%s: %v, %v; want %d names", dir, names, err, want)
		}
	}
}

// TestACrashBetweenTheTwo: one has its names and the other is unfinished, and
// nobody is left to remove either. The next start does.
func TestACrashBetweenTheTwo(t *testing.T) {
	links := 0
	b := storetest.NewAround(t, func(s store.Step, do func() error) error {
		switch s {
		case store.StepBlobLink:
			if links++; links == 2 {
				return storetest.ErrFault
			}
		case store.StepBlobUnlink:
			return storetest.ErrFault
		}
		return do()
	})
	r := storetest.Web(b.Clock.Now(), "有照片")
	r.Files = files(intake.File{Body: strings.NewReader("contents"), Shown: cleaner(1, 100, nil)})
	if _, err := b.Submit(t.Context(), r); !errors.Is(err, storetest.ErrFault) {
		t.Fatalf("error %v", err)
	}
	if names, err := os.ReadDir(filepath.Join(b.Path, "blobs")); err != nil || len(names) != 2 {
		t.Fatalf("%v, %v; want one that was left", names, err)
	}
	b.Reopen(t)
	noBlobs(t, b)
}

// TestAPanicInAPhotoLeavesNothing: wherever it is, in what comes or in what
// cleans it.
func TestAPanicInAPhotoLeavesNothing(t *testing.T) {
	half := strings.Repeat("x", 200_000)
	dies := readerFunc(func([]byte) (int, error) { panic("a reader with a fault") })
	whole := func(r io.Reader) io.Reader { return r }
	for name, c := range map[string]struct {
		photo  intake.File
		around store.Around
	}{
		"the call":              {photo: intake.File{Body: strings.NewReader(half), Shown: func(io.Reader) io.Reader { panic("a cleaner with a fault") }}},
		"no reader":             {photo: intake.File{Body: strings.NewReader(half), Shown: func(io.Reader) io.Reader { return nil }}},
		"no body":               {photo: intake.File{Shown: whole}},
		"at once":               {photo: intake.File{Body: strings.NewReader(half), Shown: func(io.Reader) io.Reader { return dies }}},
		"a lie":                 {photo: intake.File{Body: strings.NewReader(half), Shown: func(io.Reader) io.Reader { return lying }}},
		"midway":                {photo: intake.File{Body: strings.NewReader(half), Shown: func(r io.Reader) io.Reader { return io.MultiReader(io.LimitReader(r, 100_000), dies) }}},
		"at the end":            {photo: intake.File{Body: strings.NewReader(half), Shown: func(r io.Reader) io.Reader { return io.MultiReader(r, dies) }}},
		"the body":              {photo: intake.File{Body: io.MultiReader(strings.NewReader(half), dies), Shown: whole}},
		"the body lies":         {photo: intake.File{Body: io.MultiReader(strings.NewReader(half), lying), Shown: whole}},
		"the body, after it":    {photo: intake.File{Body: io.MultiReader(strings.NewReader(half), dies), Shown: cleaner(0, 10, nil)}},
		"the body, once failed": {photo: intake.File{Body: io.MultiReader(strings.NewReader(half), dies), Shown: cleaner(0, 10, errUnclean)}},
		"on its way":            {photo: intake.File{Body: strings.NewReader(half), Shown: whole}, around: panicAt(store.StepBlobLink, false)},
		"once it is in":         {photo: intake.File{Body: strings.NewReader(half), Shown: whole}, around: panicAt(store.StepBlobLink, true)},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.NewAround(t, c.around)
			r := storetest.Web(b.Clock.Now(), "有照片")
			r.Files = files(c.photo)
			func() {
				defer func() {
					if recover() == nil {
						t.Error("no panic")
					}
				}()
				_, _ = b.Submit(t.Context(), r)
			}()
			noBlobs(t, b)
			submit(t, b, storetest.Web(b.Clock.Now(), "照常"))
		})
	}
}
