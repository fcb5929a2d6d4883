package export

import (
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// entry reads the members of the entry that is due.
func (r *reading) entry(i int64) {
	raw, ok := r.take(member{i, rankHeader}, entry.MaxHeader)
	if !ok {
		if !r.stopped && !r.atEnd() {
			r.stop(i, "its header is missing")
		}
		return
	}
	leaf := merkle.LeafHash(raw)
	h, err := entry.DecodeHeader(raw)
	if err != nil {
		// Its leaf still counts in the tree, and later entries can be hashed.
		r.problem(i, "%w", err)
		r.blind = true
		r.pass(i)
		r.grow(leaf)
		return
	}
	if h.Kind.Clear() {
		r.clear(i, h, leaf)
		return
	}
	if !r.blind {
		r.checker.Entry(i, h, nil)
	}
	if i < r.manifest.From {
		r.gaps.omit(h)
	} else {
		r.sealed(i, h)
	}
	r.grow(leaf)
}

// grow adds an entry to the tree.
func (r *reading) grow(leaf merkle.Hash) {
	r.roller.Add(leaf)
	r.size++
	if r.each != nil {
		r.each()
	}
}

// clear reads the body of a clear entry and puts it in force.
func (r *reading) clear(i int64, h entry.Header, leaf merkle.Hash) {
	m := member{i, rankBody}
	body, ok := r.take(m, h.Parts[0].Size)
	switch {
	case r.stopped:
		return
	case !ok:
		r.problem(i, "%s: missing", m)
	case int64(len(body)) != h.Parts[0].Size || entry.HashOf(body) != h.Parts[0].SHA256:
		r.problem(i, "%s: its bytes are not those that the header names", m)
		ok = false
	}
	if !ok {
		r.blind = true // what it put in force is not known
	}
	if !r.blind {
		r.checker.Entry(i, h, body)
		r.state = r.checker.State()
	}
	if ok {
		r.claims(i, h, body)
	}
	r.grow(leaf)
}

// claims checks what a clear entry says about the entries before it and only a
// reader of the whole log can know.
func (r *reading) claims(i int64, h entry.Header, body []byte) {
	if k := h.Kind; k != entry.KindErased && k != entry.KindExported && k != entry.KindRestored {
		return
	}
	b, err := entry.DecodeBody(h.Kind, body)
	if err != nil {
		return // the Checker says so
	}
	switch b := b.(type) {
	case entry.Erased:
		for _, sum := range r.gaps.erase(b) {
			r.rule(i, "says that part %.16s… of entry %s was erased, but it is not missing", sum, b.Entry)
		}
	case entry.Exported:
		r.claimsRoot(i, b.Size, b.Root)
	case entry.Restored:
		r.claimsRoot(i, b.Size, b.Root)
	}
}

// claimsRoot checks a root that entry i says of the tree. The box takes it in
// the same transaction, so that it is the one before the entry.
func (r *reading) claimsRoot(i, size int64, root entry.Hash) {
	if size == i && entry.Hash(r.roller.Root()) != root {
		r.rule(i, "says a root of the first %d entries that is not theirs", size)
	}
}

// sealed reads the sealed parts of an entry.
func (r *reading) sealed(i int64, h entry.Header) {
	if r.opener != nil {
		r.opener.begin(i, h, &r.state)
	}
	m := member{entry: i}
	var absent []string
	for k, p := range h.Parts {
		m.rank = nextRank(m.rank, p.Role)
		size, there := r.expect(m, p.Size)
		switch {
		case r.stopped:
			return
		case there:
			r.part(k, m, p, size)
		default:
			r.gaps.miss(m, h, p.SHA256)
			absent = append(absent, m.String())
		}
		if r.stopped {
			return
		}
	}
	if r.opener != nil {
		if err := r.opener.end(absent); err != nil {
			r.fail(m, err)
		}
	}
}

// part reads a sealed part, for which the container gives a size.
func (r *reading) part(k int, m member, p entry.Part, size int64) {
	r.tape.begin(size)
	if r.opener != nil && size == p.Size {
		if err := r.opener.part(k, m, r.tape); err != nil {
			r.fail(m, err)
			return
		}
	}
	if sum, ok := r.finish(m); ok && (size != p.Size || sum != p.SHA256) {
		r.problem(m.entry, "%s: its bytes are not those that the header names", m)
	}
}

// pass moves past the parts of an entry whose header cannot be read.
func (r *reading) pass(i int64) {
	for !r.stopped {
		b, err := r.tape.peek()
		if err != nil {
			return // the end is judged when it comes up
		}
		name, size, ok := b.parse()
		m, known := parseMember(name)
		if !ok || !known || m.entry != i {
			return
		}
		r.tape.skip()
		r.tape.begin(size)
		r.finish(m)
	}
}
