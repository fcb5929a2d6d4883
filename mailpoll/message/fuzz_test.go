package message

import (
	"errors"
	"testing"

	"dengwen/intake"
)

func FuzzGuard(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
	}
	f.Add([]byte(nest(21, false)))
	f.Add([]byte(nest(21, true)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := Guard(raw); err != nil && !errors.Is(err, intake.ErrTooLong) {
			t.Fatalf("an error of no kind: %v", err)
		}
		// However a mail is cut, its pieces stand in it one after the other.
		head, body := splitMail(raw)
		if len(head)+len(body) > len(raw) {
			t.Fatalf("a header of %d bytes and a body of %d in %d", len(head), len(body), len(raw))
		}
		var n int
		for field := range fields(head) {
			n += len(field.raw)
		}
		if n != len(head) {
			t.Fatalf("fields of %d bytes in a header of %d", n, len(head))
		}
		pieces, err := split(raw, "b", maxParts)
		n = 0
		for _, p := range pieces {
			n += len(p.bytes)
		}
		if n > len(raw) || len(pieces) > maxParts || err != nil && pieces != nil {
			t.Fatalf("%d pieces of %d bytes in %d, %v", len(pieces), n, len(raw), err)
		}
	})
}

const oddPage = "Content-Type: text/html\n\n<!--<p>--><a href='x:y'>&amp;</a><pre>\n</pre><img alt=\"b\" src=data:><style>"

func FuzzRead(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
	}
	for _, raw := range []string{nest(20, false), nest(21, true), many(1000, "image/gif"), many(3, mailType), oddPage} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { holds(t, raw) })
}
