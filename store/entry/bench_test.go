package entry_test

import (
	"fmt"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

func BenchmarkDecodeHeader(b *testing.B) {
	for _, files := range []int{0, 4} {
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			h := entry.Header{V: 1, ID: id(7), Kind: entry.KindAccepted, Date: "2026-09-07", Channel: intake.Web,
				Parts: []entry.Part{part(entry.RoleReport, "r"), part(entry.RoleIdentity, "i")}}
			for i := range files {
				h.Parts = append(h.Parts, part(entry.RoleFile, fmt.Sprint(i)))
			}
			raw := h.Encode()
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := entry.DecodeHeader(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncodeHeader(b *testing.B) {
	h := entry.Header{V: 1, ID: id(7), Kind: entry.KindAccepted, Date: "2026-09-07", Channel: intake.Web,
		Parts: []entry.Part{part(entry.RoleReport, "r"), part(entry.RoleIdentity, "i")}}
	b.ReportAllocs()
	for b.Loop() {
		h.Encode()
	}
}

// BenchmarkChecker feeds one decoded header after another, each a report of
// its own, as verify does.
func BenchmarkChecker(b *testing.B) {
	l := newLog(b)
	for i := range 1 << 16 {
		l.accepted(intake.LiveChannels()[i%3], fmt.Sprintf("2026-09-%02d", 7+i%5))
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		c := entry.NewChecker()
		b.StartTimer()
		for i, h := range l.headers {
			c.Entry(int64(i), h, l.bodies[i])
		}
		if p := c.Problems(); len(p) > 0 {
			b.Fatal(p[0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(l.headers)), "ns/entry")
}

func BenchmarkVerifySig(b *testing.B) {
	l := newLog(b)
	n := l.staff(entry.KindRead, l.accepted(intake.Web, "2026-09-07"), "ling")
	for b.Loop() {
		if err := l.state.CheckSigner(l.headers[n]); err != nil {
			b.Fatal(err)
		}
	}
}
