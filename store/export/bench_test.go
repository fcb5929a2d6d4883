package export_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"os"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
)

// bulkLog has n accepted reports with parts of the usual size. The parts are
// random bytes: whoever has no key cannot tell.
func bulkLog(b *testing.B, n int) *testLog {
	l := newLog(b)
	report, identity := make([]byte, seal.LeastReport+3400), make([]byte, seal.LeastIdentity+3400)
	for range n {
		for _, p := range [][]byte{report, identity} {
			rand.Read(p)
		}
		l.add(entry.Header{Kind: entry.KindAccepted, Channel: intake.Web}, []entry.Role{entry.RoleReport, entry.RoleIdentity}, bytes.Clone(report), bytes.Clone(identity))
	}
	l.clear(entry.ClosedDay{At: l.at, Day: "2026-09-07", Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Web, N: int64(n)}}})
	return l
}

func exportFile(b *testing.B, l *testLog) *os.File {
	f, err := os.CreateTemp(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	if _, err := export.Write(context.Background(), f, l, nil); err != nil {
		b.Fatal(err)
	}
	return f
}

// BenchmarkVerify compares verifying an export with hashing the same file.
// The ratio is the share of sha256's speed that is reached; at least 0.5 is
// aimed for.
func BenchmarkVerify(b *testing.B) {
	l := bulkLog(b, 20_000)
	f := exportFile(b, l)
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		b.Fatal(err)
	}
	rewind := func() {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(size)
	b.ReportAllocs()
	var hashing time.Duration
	for b.Loop() {
		b.StopTimer()
		rewind()
		start, h := time.Now(), sha256.New()
		if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, make([]byte, 1<<20)); err != nil {
			b.Fatal(err)
		}
		hashing += time.Since(start)
		rewind()
		b.StartTimer()
		r, err := export.Verify(context.Background(), f, export.Options{Key: l.key()})
		if err != nil || !r.OK {
			b.Fatal(err, r.Problems)
		}
	}
	b.ReportMetric(hashing.Seconds()/b.Elapsed().Seconds(), "of-sha256")
	b.ReportMetric(float64(size)*float64(b.N)/hashing.Seconds()/1e6, "sha256-MB/s")
}

// BenchmarkWrite writes the same export to nowhere.
func BenchmarkWrite(b *testing.B) {
	l := bulkLog(b, 5_000)
	n, state := len(l.headers), l.state.Clone()
	b.ReportAllocs()
	for b.Loop() {
		l.headers, l.parts, l.state = l.headers[:n], l.parts[:n], state // without the exported entry
		sum, err := export.Write(context.Background(), io.Discard, l, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(sum.Bytes)
	}
}

// BenchmarkOpen opens an export of real reports; it is bound by the opening of
// two parts each.
func BenchmarkOpen(b *testing.B) {
	l := newLog(b)
	const n = 500
	for range n {
		l.accept(intake.Web, entry.Report{Text: "第一件"}, intake.Identity{Name: "钱某"})
	}
	exported := l.export(nil)
	dir := b.TempDir()
	for b.Loop() {
		if _, err := export.Open(context.Background(), bytes.NewReader(exported), []seal.Identity{l.archive}, dir); err != nil {
			b.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
