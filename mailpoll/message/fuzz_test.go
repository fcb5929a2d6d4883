package message

import "testing"

func FuzzOpen(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
	}
	f.Add([]byte(nest(21, false)))
	f.Add([]byte(nest(21, true)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := openRaw(raw); err != nil && Why(err) == "" {
			t.Fatalf("an error of no kind: %v", err)
		}
		// However a mail is cut, its pieces stand in it one after the other.
		all := inMemory(raw)
		head, body := splitMail(all)
		if head.off < 0 || head.size() < 0 || body.size() < 0 || head.end > body.off && head.size() > 0 || body.end > all.end {
			t.Fatalf("a header from %d to %d and a body from %d to %d in %d", head.off, head.end, body.off, body.end, len(raw))
		}
		var n int64
		for field := range fields(head.bytes()) {
			n += int64(len(field.raw))
		}
		if n != head.size() {
			t.Fatalf("fields of %d bytes in a header of %d", n, head.size())
		}
		pieces, err := split(all, "b", maxParts)
		at := int64(0)
		for _, p := range pieces {
			if p.off < at || p.size() < 0 {
				t.Fatalf("a piece from %d to %d behind %d", p.off, p.end, at)
			}
			at = p.end
		}
		if at > all.end || len(pieces) > maxParts || err != nil && pieces != nil {
			t.Fatalf("%d pieces to %d in %d, %v", len(pieces), at, len(raw), err)
		}
	})
}

const oddPage = "Content-Type: text/html\n\n<!--<p>--><a href='x:y'>&amp;</a><pre>\n</pre><img alt=\"b\" src=data:><style>"

func FuzzReport(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
	}
	for _, raw := range []string{nest(20, false), nest(21, true), many(1000, "image/gif"), many(3, mailType), oddPage} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { holds(t, raw) })
}
