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

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/merkle"
)

// refused fails the test unless err wraps want and says what.
func refused(t testing.TB, err, want error, what string) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(err.Error(), what) {
		t.Errorf("error %v, want %v: %s", err, want, what)
	}
}

func TestWriteSinceIsCheckedFirst(t *testing.T) {
	l := fullLog(t)
	size := len(l.headers)
	other := fullLog(t)
	ahead := *l
	ahead.accept(intake.Web, entry.Report{Text: "x"}, intake.Identity{})
	for _, c := range []struct {
		name  string
		since []byte
		want  error
	}{
		{"nothing", []byte{}, intake.ErrProof},
		{"another log's", other.checkpoint(5), intake.ErrProof},
		{"of more entries", ahead.checkpoint(int64(size + 1)), intake.ErrBehind},
	} {
		out, err := l.tryExport(c.since)
		refused(t, err, c.want, "since")
		if len(out) != 0 || len(l.headers) != size {
			t.Errorf("%s: %d bytes written, %d entries recorded", c.name, len(out), len(l.headers)-size)
		}
	}
	// What the box has now is not what it once signed.
	note := l.checkpoint(6)
	l.headers[4].ID = entry.NewID()
	out, err := l.tryExport(note)
	refused(t, err, intake.ErrDamaged, "the first 6 entries are not those")
	if len(out) != 0 || len(l.headers) != size {
		t.Error("an export was recorded")
	}
}

// No byte leaves before the log says so.
func TestWriteIsRecordedFirst(t *testing.T) {
	l := fullLog(t)
	size := len(l.headers)
	first := true
	w := writerFunc(func(p []byte) (int, error) {
		if first && (len(l.headers) != size+1 || l.headers[size].Kind != entry.KindExported) {
			t.Error("bytes are written before the export is recorded")
		}
		first = false
		return 0, io.ErrClosedPipe
	})
	_, err := export.Write(context.Background(), w, l, nil)
	refused(t, err, io.ErrClosedPipe, "export")
	if first {
		t.Error("nothing was written")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestWriteRefusesADamagedBox(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(l *testLog)
		what   string
	}{
		{"a part is missing", func(l *testLog) { l.parts[4][2] = nil }, "entry 4, file-1.age: missing, and no entry before 13"},
		{"a clear body is missing", func(l *testLog) { l.parts[2][0] = nil }, "entry 2, body.json"},
		{"a part has another byte", func(l *testLog) { l.parts[5][0][100] ^= 1 }, "entry 5, report.age: its stored bytes"},
		{"a part is shorter", func(l *testLog) { l.parts[5][0] = l.parts[5][0][:100] }, "entry 5, report.age: its stored bytes"},
		{"a part is longer", func(l *testLog) { l.parts[5][0] = append(l.parts[5][0], 0) }, "entry 5, report.age: its stored bytes"},
		{"a clear body has another byte", func(l *testLog) { l.parts[1][0][9] ^= 1 }, "entry 1, body.json: its stored bytes"},
		{"an erased part is there", func(l *testLog) {
			was := l.parts[4][0]
			l.erase(4, 0)
			l.parts[4][0] = was
		}, "entry 13, body.json: says that part"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := fullLog(t)
			c.tamper(l)
			out, err := l.tryExport(nil)
			refused(t, err, intake.ErrDamaged, c.what)
			if verify(t, out, export.Options{Key: l.key()}).OK {
				t.Error("what was written verifies")
			}
		})
	}
}

// An oddBox is a log whose answers a test changes.
type oddBox struct {
	*testLog
	sign    func(note []byte, size int64) ([]byte, int64)
	entries func(entry.Record) []entry.Record
}

func (b oddBox) Export(ctx context.Context, from int64) ([]byte, int64, error) {
	note, size, err := b.testLog.Export(ctx, from)
	if b.sign != nil {
		note, size = b.sign(note, size)
	}
	return note, size, err
}

func (b oddBox) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for rec, err := range b.testLog.Entries(ctx, from, to) {
			list := []entry.Record{rec}
			if b.entries != nil {
				list = b.entries(rec)
			}
			for _, rec := range list {
				if !yield(rec, err) {
					return
				}
			}
		}
	}
}

func TestWriteChecksTheBoxsAnswers(t *testing.T) {
	l := fullLog(t)
	for _, c := range []struct {
		name string
		box  oddBox
		want error
		what string
	}{
		{"another size", oddBox{sign: func(note []byte, size int64) ([]byte, int64) { return note, size - 1 }}, intake.ErrDamaged, "the box signed 13 entries"},
		{"another's note", oddBox{sign: func(note []byte, size int64) ([]byte, int64) { return newLog(t).checkpoint(4), size }}, intake.ErrProof, "checkpoint"},
		{"another root", oddBox{sign: func(_ []byte, size int64) ([]byte, int64) {
			note, err := l.signer.Sign(merkle.Checkpoint{Origin: l.signer.Origin(), Size: size, Root: merkle.Hash{1}})
			l.must(err)
			return note, size
		}}, intake.ErrDamaged, "not those that the checkpoint of 13 covers"},
		{"an entry too few", oddBox{entries: func(r entry.Record) []entry.Record {
			if r.Index == 12 {
				return nil
			}
			return []entry.Record{r}
		}}, intake.ErrDamaged, "the 12 entries are not those"},
		{"an entry twice", oddBox{entries: func(r entry.Record) []entry.Record { return []entry.Record{r, r} }}, intake.ErrDamaged, "entry 0 comes where entry 1 is due"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := *l
			c.box.testLog = &l
			l.headers, l.parts = slices.Clone(l.headers), slices.Clone(l.parts)
			var out bytes.Buffer
			_, err := export.Write(context.Background(), &out, c.box, nil)
			refused(t, err, c.want, c.what)
		})
	}
}

func TestWriteStops(t *testing.T) {
	l := fullLog(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := export.Write(ctx, io.Discard, l, nil)
	refused(t, err, context.Canceled, "export")
}

// One log, cut at one size, is one export.
func TestWriteHasOneForm(t *testing.T) {
	l := fullLog(t)
	first, second := *l, *l
	if !bytes.Equal(first.export(nil), second.export(nil)) {
		t.Error("two exports of one log differ")
	}
}
