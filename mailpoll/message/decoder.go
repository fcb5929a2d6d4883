package message

import "io"

const (
	// chunk is how many decoded bytes are made at a time, about.
	chunk = 8 << 10
	// ahead is how far a decoder looks to understand a byte, at most.
	ahead = 2 << 10
)

// A decoder undoes a transfer encoding while it is read. What is not of the
// encoding is junk, which RFC 2045 asks to ignore; an error is the source's.
type decoder struct {
	in   span           // what is still to come into src
	src  []byte         // encoded
	last bool           // nothing comes behind src
	box  []byte         // where src lies
	out  []byte         // decoded, not read yet
	buf  []byte         // where out lies
	fill func(*decoder) // decodes about a chunk of src onto out, up to limit
	err  error
}

func newDecoder(s span, fill func(*decoder)) *decoder { return &decoder{in: s, fill: fill} }

func (d *decoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err == nil {
			d.err = d.refill()
		}
		if d.err != nil {
			return 0, d.err
		}
		d.out = d.buf[:0]
		d.fill(d)
		d.buf = d.out
		if d.last && len(d.src) == 0 && len(d.out) == 0 {
			d.err = io.EOF
		}
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// limit is how many bytes of src have what they need behind them.
func (d *decoder) limit() int {
	if d.last {
		return len(d.src)
	}
	return len(d.src) - ahead
}

// stop leaves out all that is still to come.
func (d *decoder) stop() { d.src, d.last = nil, true }

// refill gets more of the source once there is nothing left up to limit.
func (d *decoder) refill() error {
	if d.last || d.limit() > 0 {
		return nil
	}
	if d.in.src.box != nil {
		b, err := d.in.src.box.bytes()
		if err == nil {
			d.src, d.last = b[d.in.off:d.in.end], true
		}
		return err
	}
	if d.box == nil {
		d.box = make([]byte, min(d.in.size(), int64(max(d.in.src.window, 2*ahead))))
	}
	kept := copy(d.box, d.src)
	n := int(min(d.in.size(), int64(len(d.box)-kept)))
	if _, err := d.in.src.ReadAt(d.box[kept:kept+n], d.in.off); err != nil {
		return err
	}
	d.src = d.box[:kept+n]
	d.in.off += int64(n)
	d.last = d.in.size() == 0
	return nil
}
