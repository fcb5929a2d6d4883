package export_test

import (
	"slices"

	"dengwen/store/entry"
)

// What a box could do that is not honest: the header names what is stored, and
// everything is signed.

// rename makes an entry's header name the parts that are stored for it.
func rename(l *testLog, n int) {
	h := &l.headers[n]
	h.Parts = slices.Clone(h.Parts)
	for k, p := range l.parts[n] {
		h.Parts[k].SHA256, h.Parts[k].Size = entry.HashOf(p), int64(len(p))
	}
	if h.By != "" {
		h.Sign(l.state.Origin, l.staff)
	}
}

// exchange gives two entries part k of each other.
func exchange(l *testLog, a, b, k int) {
	l.parts[a][k], l.parts[b][k] = l.parts[b][k], l.parts[a][k]
	rename(l, a)
	rename(l, b)
}

// rehang makes a staff entry about entry 4 one about entry 5.
func rehang(l *testLog, n int) {
	l.headers[n].Ref = l.headers[5].ID
	rename(l, n)
}
