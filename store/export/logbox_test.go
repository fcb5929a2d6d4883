package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/merkle"
)

func (l *testLog) root(size int64) merkle.Hash {
	var r merkle.Roller
	for _, h := range l.headers[:size] {
		r.Add(merkle.LeafHash(h.Encode()))
	}
	return r.Root()
}

// checkpoint signs the tree of the first size entries.
func (l *testLog) checkpoint(size int64) []byte {
	l.t.Helper()
	note, err := l.signer.Sign(merkle.Checkpoint{Origin: l.signer.Origin(), Size: size, Root: l.root(size)})
	l.must(err)
	return note
}

func (l *testLog) State(context.Context) (entry.State, error) { return l.state.Clone(), nil }

func (l *testLog) Size(context.Context) (int64, error) { return int64(len(l.headers)), nil }

func (l *testLog) Entries(_ context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for i := from; i < to; i++ {
			if !yield(entry.Record{Index: i, Header: l.headers[i], Raw: l.headers[i].Encode()}, nil) {
				return
			}
		}
	}
}

func (l *testLog) Part(_ context.Context, index int64, part int) (io.ReadCloser, error) {
	if l.parts[index][part] == nil {
		return nil, fmt.Errorf("part %d: %w", part, intake.ErrNotFound)
	}
	return io.NopCloser(bytes.NewReader(l.parts[index][part])), nil
}

func (l *testLog) Export(_ context.Context, from int64) ([]byte, int64, error) {
	size := int64(len(l.headers))
	note := l.checkpoint(size)
	l.clear(entry.Exported{At: l.at, From: from, Size: size, Root: entry.Hash(l.root(size))})
	return note, size, nil
}

// export writes an export of the log.
func (l *testLog) export(since []byte) []byte {
	l.t.Helper()
	out, err := l.tryExport(since)
	l.must(err)
	return out
}

func (l *testLog) tryExport(since []byte) ([]byte, error) {
	var out bytes.Buffer
	sum, err := export.Write(context.Background(), &out, l, since)
	if err == nil && sum.Bytes != int64(out.Len()) {
		err = errors.New("the summary does not know how long the export is")
	}
	return out.Bytes(), err
}

// key is the verifier key that the log has now.
func (l *testLog) key() string { return l.signer.Key() }

// verify verifies an export and fails the test if no judgement is reached.
func verify(t testing.TB, b []byte, opts export.Options) export.Report {
	t.Helper()
	r, err := export.Verify(context.Background(), bytes.NewReader(b), opts)
	if err != nil {
		t.Fatal(err)
	}
	if r.OK != (len(r.Problems) == 0) {
		t.Fatalf("ok is %v with problems %v", r.OK, r.Problems)
	}
	return r
}

// sound fails the test unless the export verifies.
func sound(t testing.TB, b []byte, opts export.Options) export.Report {
	t.Helper()
	r := verify(t, b, opts)
	for _, p := range r.Problems {
		t.Errorf("entry %d: %s", p.Entry, p.What)
	}
	return r
}
