package export_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/storetest"
)

// A brokenBox is a log whose answers a test changes.
type brokenBox struct {
	*testLog
	records func(iter.Seq2[entry.Record, error]) iter.Seq2[entry.Record, error]
	part    func(io.ReadCloser, error) (io.ReadCloser, error)
}

func (b brokenBox) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	seq := b.testLog.Entries(ctx, from, min(to, int64(len(b.headers))))
	if b.records == nil {
		return seq
	}
	return b.records(seq)
}

func (b brokenBox) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	src, err := b.testLog.Part(ctx, index, part)
	if b.part == nil {
		return src, err
	}
	return b.part(src, err)
}

func verifyBox(t testing.TB, box export.Log, opts export.Options) export.Report {
	t.Helper()
	r, err := export.VerifyBox(context.Background(), box, opts)
	if err != nil {
		t.Fatal(err)
	}
	if r.OK != (len(r.Problems) == 0) || r.Problems == nil {
		t.Fatalf("ok is %v with problems %v", r.OK, r.Problems)
	}
	return r
}

// A box and an export of all of it get the same verdict, whatever the log says
// and whatever is held against it.
func TestVerifyBoxAsItsExport(t *testing.T) {
	same := func(name string, l *testLog, opts export.Options) export.Report {
		t.Helper()
		box := verifyBox(t, l, opts)
		l = &testLog{t: t, at: l.at, signer: l.signer, staff: l.staff, state: l.state.Clone(), headers: l.headers, parts: l.parts}
		if diff := cmp.Diff(verify(t, l.export(nil), opts), box); diff != "" {
			t.Errorf("%s: the box's verdict is another than the export's: %s", name, diff)
		}
		return box
	}
	l := fullLog(t)
	if r := same("a sound log", l, export.Options{Key: l.key()}); !r.OK || r.Entries != 13 {
		t.Errorf("%+v", r)
	}
	one(t, same("no key", l, export.Options{}), "unanchored")
	one(t, same("another's key", l, export.Options{Key: newSigner(t, "dengwen.example/other").Key()}), "the key given is not the log's")
	for size := int64(1); size <= 13; size++ {
		if r := same("since", l, export.Options{Key: l.key(), Since: l.checkpoint(size)}); !r.OK {
			t.Errorf("since %d: %v", size, r.Problems)
		}
	}
	one(t, same("no checkpoint", l, export.Options{Key: l.key(), Since: []byte("x")}), "not signed by this log")
	ahead := *l
	ahead.accept(intake.Web, entry.Report{Text: "第三件"}, intake.Identity{})
	one(t, same("cut off", l, export.Options{Key: l.key(), Since: ahead.checkpoint(14)}), "the log is behind the older checkpoint: 13 entries")

	changed := fullLog(t)
	published := changed.checkpoint(13)
	changed.headers = slices.Clone(changed.headers)
	changed.headers[5].Channel = intake.Mail // the counts of the day do not fit any more, either
	r := same("changed", changed, export.Options{Key: changed.key(), Since: published})
	if len(r.Problems) < 2 || !strings.Contains(r.Problems[0].What, "the first 13 entries are not those") || r.Problems[1].Entry != 11 {
		t.Errorf("changed: %v", r.Problems)
	}

	l.clear(entry.Exported{At: l.at, Size: 13, Root: entry.HashOf(nil)})
	if r := same("a root that was never the tree's", l, export.Options{Key: l.key()}); len(r.Problems) != 1 || r.Problems[0].Entry != 13 {
		t.Errorf("%v", r.Problems)
	}
	l = fullLog(t)
	first := l.key()
	old := l.checkpoint(13)
	l.restore("dengwen.example/9c01")
	l.accept(intake.Web, entry.Report{Text: "第三件"}, intake.Identity{})
	if r := same("restored", l, export.Options{Key: l.key(), Since: old}); !r.OK {
		t.Errorf("restored: %v", r.Problems)
	}
	one(t, same("the key before", l, export.Options{Key: first}), "restored in entry 13")
}

// What a box says of itself counts for nothing.
func TestVerifyBoxBelievesNoState(t *testing.T) {
	l := fullLog(t)
	other := newSigner(t, l.signer.Origin())
	l.state.Key, l.state.Origins[0].Key = other.Key(), other.Key()
	one(t, verifyBox(t, l, export.Options{Key: other.Key()}), "the key given is not the log's")
	if r := verifyBox(t, l, export.Options{Key: l.key()}); !r.OK {
		t.Error(r.Problems)
	}
}

func TestVerifyBoxNamesWhatIsWrong(t *testing.T) {
	flip := func(l *testLog, entry, part int) {
		b := bytes.Clone(l.parts[entry][part])
		b[len(b)/2] ^= 1
		l.parts[entry][part] = b
	}
	at := func(n int64, change func(*entry.Record)) func(iter.Seq2[entry.Record, error]) iter.Seq2[entry.Record, error] {
		return func(seq iter.Seq2[entry.Record, error]) iter.Seq2[entry.Record, error] {
			return func(yield func(entry.Record, error) bool) {
				for rec, err := range seq {
					if rec.Index == n {
						change(&rec)
					}
					if !yield(rec, err) {
						return
					}
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		tamper func(b *brokenBox)
		entry  int64
		what   string
	}{
		{"a report altered", func(b *brokenBox) { flip(b.testLog, 4, 0) }, 4, "part 0 (report): its bytes are not those that the header names"},
		{"a file altered", func(b *brokenBox) { flip(b.testLog, 4, 2) }, 4, "part 2 (file): its bytes"},
		{"a file longer", func(b *brokenBox) { b.parts[4][2] = append(bytes.Clone(b.parts[4][2]), 0) }, 4, "part 2 (file): its bytes"},
		{"an original cut short", func(b *brokenBox) { b.parts[4][3] = b.parts[4][3][:100] }, 4, "part 3 (original): its bytes"},
		{"an identity lost", func(b *brokenBox) { b.parts[4][1] = nil }, 4, "part 1 (identity): missing, and no erased entry names it"},
		{"an erased part put back", func(b *brokenBox) { b.parts[5][1] = []byte("x") }, 5, "part 1 (identity): its bytes"},
		{"a body altered", func(b *brokenBox) { flip(b.testLog, 11, 0) }, 11, "part 0 (body): its bytes"},
		{"a body lost", func(b *brokenBox) { b.parts[3][0] = nil }, 3, "part 0 (body): missing"},
		{"a header that is none", func(b *brokenBox) {
			b.records = at(7, func(r *entry.Record) { r.Raw = append([]byte(" "), r.Raw...) })
		}, 7, "header"},
		{"an entry out of its place", func(b *brokenBox) { b.records = at(7, func(r *entry.Record) { r.Index = 8 }) }, 7, "entry 8 comes in its place; what follows was not checked"},
		{"an entry that the box cannot read", func(b *brokenBox) {
			b.records = func(seq iter.Seq2[entry.Record, error]) iter.Seq2[entry.Record, error] {
				return func(yield func(entry.Record, error) bool) {
					for rec, err := range seq {
						if rec.Index == 7 {
							yield(entry.Record{}, intake.ErrDamaged)
							return
						}
						if !yield(rec, err) {
							return
						}
					}
				}
			}
		}, 7, "damaged; what follows was not checked"},
		{"a header replaced", func(b *brokenBox) { b.headers[4].Channel = intake.Mail }, 11, "says"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := fullLog(t)
			b := &brokenBox{testLog: l}
			c.tamper(b)
			r := verifyBox(t, b, export.Options{Key: l.key()})
			if len(r.Problems) == 0 || r.Problems[0].Entry != c.entry || !strings.Contains(r.Problems[0].What, c.what) {
				t.Errorf("%v, want entry %d: %s", r.Problems, c.entry, c.what)
			}
		})
	}
}

// shortBox says that it has more than it gives.
type shortBox struct{ brokenBox }

func (b shortBox) Size(context.Context) (int64, error) { return int64(len(b.headers)) + 2, nil }

func TestVerifyBoxMissesTheEnd(t *testing.T) {
	l := fullLog(t)
	r := verifyBox(t, shortBox{brokenBox{testLog: l}}, export.Options{Key: l.key()})
	if len(r.Problems) != 1 || r.Problems[0].Entry != 13 || !strings.Contains(r.Problems[0].What, "the box counts 15 entries") {
		t.Error(r.Problems)
	}
	// An erased part is missed only if it is still there.
	l = fullLog(t)
	was := l.parts[4][2]
	l.erase(4, 2)
	if r := verifyBox(t, l, export.Options{Key: l.key()}); !r.OK {
		t.Error(r.Problems)
	}
	l.parts[4][2] = was
	r = verifyBox(t, l, export.Options{Key: l.key()})
	if len(r.Problems) != 1 || r.Problems[0].Entry != 13 || !strings.Contains(r.Problems[0].What, "but it is not missing") {
		t.Error(r.Problems)
	}
}

func TestVerifyBoxWithoutJudgement(t *testing.T) {
	l := fullLog(t)
	broken := errors.New("the disk is broken")
	for name, b := range map[string]brokenBox{
		"opening a part": {testLog: l, part: func(io.ReadCloser, error) (io.ReadCloser, error) { return nil, broken }},
		"reading a part": {testLog: l, part: func(src io.ReadCloser, err error) (io.ReadCloser, error) {
			return io.NopCloser(iotest.ErrReader(broken)), nil
		}},
		"reading entries": {testLog: l, records: func(iter.Seq2[entry.Record, error]) iter.Seq2[entry.Record, error] {
			return func(yield func(entry.Record, error) bool) { yield(entry.Record{}, broken) }
		}},
	} {
		if r, err := export.VerifyBox(context.Background(), b, export.Options{Key: l.key()}); !errors.Is(err, broken) || r.OK || r.Problems == nil {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if r, err := export.VerifyBox(context.Background(), l, export.Options{Key: "dengwen.example/2f6b+00000000+AAAA"}); !errors.Is(err, intake.ErrKey) || r.OK {
		t.Error("a key that is none:", r, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := export.VerifyBox(ctx, l, export.Options{Key: l.key()}); !errors.Is(err, context.Canceled) || r.OK {
		t.Error("an ended context:", r, err)
	}
}

func TestVerifyBoxOfARealOne(t *testing.T) {
	b := storetest.New(t)
	r := withFiles(storetest.Web(b.Clock.Now(), "有附件"), intake.File{Name: "a", Body: strings.NewReader("x")})
	if _, err := b.Submit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, _ := exportBox(t, b.Box, nil)
	size, err := b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r := verifyBox(t, b.Box, export.Options{Key: state.Key}); !r.OK || r.Entries != size {
		t.Errorf("%+v", r)
	}
	sound(t, all, export.Options{Key: state.Key})
}
