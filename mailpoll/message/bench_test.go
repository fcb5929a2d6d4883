package message

import (
	"bytes"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func readAll(b *testing.B, raw []byte) {
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Open(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			continue // measured, whichever way it goes
		}
		r, err := m.Report(arrived)
		if err != nil {
			b.Fatal(err)
		}
		for f := range r.Files {
			if _, err := io.Copy(io.Discard, f.Body); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkMixed is a mail of 1 MB: a text, its page, and a photo.
func BenchmarkMixed(b *testing.B) {
	m := &maker{Rand: rand.New(rand.NewPCG(1, 2))}
	text := strings.Repeat(m.say(), 1000)
	photo := make([]byte, 700<<10)
	for i := range photo {
		photo[i] = byte(m.UintN(256))
	}
	encoded := base64.StdEncoding.EncodeToString(photo)
	var lines strings.Builder
	for ; len(encoded) > 76; encoded = encoded[76:] {
		lines.WriteString(encoded[:76] + "\r\n")
	}
	readAll(b, []byte("Subject: x\r\n"+m.multipart("mixed",
		m.multipart("alternative", m.text(plainText, text), m.text(htmlText, text)),
		"Content-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"+lines.String()+encoded)))
}

// BenchmarkNested is 1 MB in as many multiparts as the guard lets pass.
func BenchmarkNested(b *testing.B) {
	readAll(b, []byte(nest(20, false)+strings.Repeat("more deep words\r\n", 1<<20/17)))
}

// BenchmarkBeyond is what the guard refuses: 1 MB of nothing but nesting.
func BenchmarkBeyond(b *testing.B) { readAll(b, []byte(nest(1<<20/75, false))) }

// BenchmarkParts is as many parts as the guard lets pass.
func BenchmarkParts(b *testing.B) { readAll(b, []byte(many(999, "image/gif"))) }
