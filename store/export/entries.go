package export

import "dengwen/store/entry"

// entry reads the members of the entry that is due.
func (r *reading) entry(i int64) {
	raw, ok := r.take(member{i, rankHeader}, entry.MaxHeader)
	if !ok {
		if !r.stopped && !r.atEnd() {
			r.stop(i, "its header is missing")
		}
		return
	}
	h, ok := r.header(raw)
	switch {
	case !ok:
		r.pass(i)
	case h.Kind.Clear():
		r.body(i, h)
	default:
		r.sealed(h)
		r.parts(i, h)
	}
	if !r.stopped {
		r.grow()
	}
}

// body reads the body of a clear entry.
func (r *reading) body(i int64, h entry.Header) {
	m := member{i, rankBody}
	body, there := r.take(m, h.Parts[0].Size)
	if !r.stopped {
		r.clear(h, m.String(), body, there)
	}
}

// parts reads the sealed parts of an entry.
func (r *reading) parts(i int64, h entry.Header) {
	if i < r.manifest.From {
		r.gaps.omit(h)
		if r.opener != nil {
			r.opener.pass(h)
		}
		return
	}
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
			r.gaps.miss(i, h, k, m.String())
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
		r.altered(m.entry, m.String())
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
