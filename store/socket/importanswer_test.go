package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// An answer may be large, and one over what may cross is an error. What went in is in then.
func TestLargeAnswers(t *testing.T) {
	const most = socket.MaxRecord / 4 * 3 // base64 makes four bytes of three
	for n, want := range map[int]error{most / 16: nil, most: intake.ErrTooLong} {
		b := storetest.New(t)
		sheet := bytes.Repeat([]byte("行,"), n/4)
		c, _, _ := serve(t, importBox{b, func(_ intake.ImportOrder, a *intake.ImportAnswer) { a.Sheet = sheet }})
		a, err := c.Import(t.Context(), intake.ImportOrder{}, strings.NewReader("第一行"), unheard)
		if !errors.Is(err, want) || err == nil && !bytes.Equal(a.Sheet, sheet) || err != nil && !cmp.Equal(a, intake.ImportAnswer{}) {
			t.Errorf("a sheet of %d: came back with %d, %v", n, len(a.Sheet), err)
		}
		if size, err := b.Size(t.Context()); err != nil || size != 5 {
			t.Errorf("%d entries, %v", size, err)
		}
	}
}

// An importer that has seen enough is heard although the file has no end.
func TestAnswerBeforeTheFileEnds(t *testing.T) {
	c, _, _ := serve(t, curtBox{})
	file := new(endless)
	a, err := c.Import(t.Context(), intake.ImportOrder{}, file, unheard)
	if err != nil || a.Fault != "not a ledger" {
		t.Errorf("%+v, %v", a, err)
	}
	if file.read > 8<<20 {
		t.Errorf("%d bytes were read of a file that nobody wants", file.read)
	}
}

type curtBox struct{ socket.Box }

func (curtBox) Import(context.Context, intake.ImportOrder, io.Reader, func(int)) (intake.ImportAnswer, error) {
	return intake.ImportAnswer{Fault: "not a ledger"}, nil
}

// TestCancelAtTheEndOfAnImport cancels when everything was sent. Whatever the
// client says then is true.
func TestCancelAtTheEndOfAnImport(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, importBox{Box: b})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := io.MultiReader(strings.NewReader(ledger(300)), &gate{func() { go cancel() }, strings.NewReader("")})
	_, err := c.Import(ctx, intake.ImportOrder{}, file, unheard)
	size, sizeErr := b.Size(t.Context())
	if sizeErr != nil {
		t.Fatal(sizeErr)
	}
	if in := size > 4; in != (err == nil) {
		t.Errorf("%d entries, and the client says %v", size, err)
	}
}

// TestImportSpoolsNothing looks at the disk while a file is taken in, and after:
// what callers said lies nowhere in clear.
func TestImportSpoolsNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	b := storetest.New(t)
	canaries := map[string]string{"text": "金丝雀举报内容"}
	look := func(when string) {
		if found := storetest.FindTraces(t, canaries, b.Path, tmp); len(found) > 0 {
			t.Errorf("%s: %v", when, found)
		}
	}
	c, _, _ := serve(t, importBox{b, func(intake.ImportOrder, *intake.ImportAnswer) { look("before the answer") }})
	// Over 32 MiB, what mime/multipart would hold of a form that it spools.
	first, rest := strings.Repeat(canaries["text"], 1000)+"\n", strings.Repeat(" ", 40<<20)+canaries["text"]
	file := io.MultiReader(strings.NewReader(first), strings.NewReader(rest), &gate{func() { look("when it was sent") }, strings.NewReader("")})
	a, err := c.Import(t.Context(), intake.ImportOrder{}, file, unheard)
	if err != nil || a.Accepted != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	look("after it")
}
