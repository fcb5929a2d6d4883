package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
)

func TestVerify(t *testing.T) {
	l := fullLog(t)
	size := int64(len(l.headers))
	b := l.export(nil)
	got := sound(t, b, export.Options{Key: l.key()})
	want := export.Report{OK: true, Entries: size, Root: entry.Hash(l.root(size)), Problems: []entry.Problem{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	js, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"ok":true,"entries":13,"root":"` + got.Root.String() + `","problems":[]}`; string(js) != want {
		t.Errorf("%s\nnot\n%s", js, want)
	}
	// The export is recorded after its range, and the record is in the next.
	if k := l.headers[size].Kind; k != entry.KindExported {
		t.Errorf("entry %d is a %s entry", size, k)
	}
	sound(t, l.export(nil), export.Options{Key: l.key()})
}

func TestVerifyReadsInPieces(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	for _, r := range []io.Reader{iotest.OneByteReader(bytes.NewReader(b)), iotest.HalfReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
		if rep, err := export.Verify(context.Background(), r, export.Options{Key: l.key()}); err != nil || !rep.OK {
			t.Error(rep, err)
		}
	}
}

func TestVerifyWithoutJudgement(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	broken := errors.New("the disk is broken")
	for n := 0; n < len(b); n += 997 {
		r := io.MultiReader(bytes.NewReader(b[:n]), iotest.ErrReader(broken))
		if rep, err := export.Verify(context.Background(), r, export.Options{Key: l.key()}); !errors.Is(err, broken) || rep.OK {
			t.Fatalf("broken after %d bytes: %v, %v", n, rep, err)
		}
	}
	if rep, err := export.Verify(context.Background(), bytes.NewReader(b), export.Options{Key: "dengwen.example/2f6b+00000000+AAAA"}); !errors.Is(err, intake.ErrKey) || rep.OK {
		t.Error("a key that is none:", rep, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if rep, err := export.Verify(ctx, bytes.NewReader(b), export.Options{Key: l.key()}); !errors.Is(err, context.Canceled) || rep.OK {
		t.Error("an ended context:", rep, err)
	}
}

func TestVerifyKey(t *testing.T) {
	l := fullLog(t)
	first := l.key()
	b := l.export(nil)
	check := func(name string, b []byte, key, want string) {
		t.Helper()
		r := verify(t, b, export.Options{Key: key})
		if len(r.Problems) != 1 || r.Problems[0].Entry != -1 || !strings.Contains(r.Problems[0].What, want) {
			t.Errorf("%s: %v, want one problem of the container: %s", name, r.Problems, want)
		}
	}
	check("no key", b, "", "unanchored")
	check("another log's key", b, newSigner(t, "dengwen.example/other").Key(), "wrong key")
	check("another key of the same name", b, newSigner(t, "dengwen.example/2f6b").Key(), "wrong key")

	l.restore("dengwen.example/9c01")
	l.accept(intake.Web, entry.Report{Text: "第三件"}, intake.Identity{})
	b = l.export(nil)
	sound(t, b, export.Options{Key: l.key()})
	check("the key before the restoring", b, first, "restored in entry 14")
}
