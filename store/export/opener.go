package export

import (
	"fmt"
	"io"
	"runtime"
	"slices"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// maxAtOnce is how many bytes of sealed parts an entry may have to be opened
// while the reading goes on. One that has more holds the reading up, so that
// memory holds one large entry and not as many as there are cores.
const maxAtOnce = 1 << 20

// maxSealed bounds a sealed part that is not a file, in bytes: age adds a tag
// to each 64 KiB and some kilobytes of header.
const maxSealed = entry.MaxInner + entry.MaxInner/4096 + 64<<10

// An opener takes the sealed parts of a reading and opens them on all cores,
// while a writer puts them down in the order of the log. Files are opened as
// they pass, after the part that describes them.
type opener struct {
	ids  []seal.Identity
	dest *destination
	job  *job // the entry that is being read

	order  chan *job // in the order of the log
	failed chan struct{}
	ended  chan struct{}
	err    error // of the writer; wait for failed or ended
	told   bool  // end has returned it

	records, actions, files int
	skipped                 []entry.Problem
	earlier                 map[string]bool // days of ledger reports that were passed
}

func newOpener(ids []seal.Identity, dest *destination) *opener {
	o := &opener{ids: ids, dest: dest, order: make(chan *job, 2*runtime.GOMAXPROCS(0)), failed: make(chan struct{}), ended: make(chan struct{}),
		earlier: map[string]bool{}}
	go o.write()
	return o
}

// pass takes the header of an entry whose sealed parts are in an earlier export.
func (o *opener) pass(h entry.Header) {
	if h.Kind == entry.KindAccepted && h.Channel == intake.Hotline {
		o.earlier[h.Date] = true
	}
}

// begin starts an entry with sealed parts. state is what is in force.
func (o *opener) begin(index int64, h entry.Header, state *entry.State) {
	n := len(h.Parts)
	o.job = &job{index: index, header: h, origin: state.Origin, schedule: state.Schedule, sealed: make([][]byte, n), written: make([]bool, n),
		inners: make([]*entry.Inner, n), done: make(chan struct{})}
}

// part takes part k, whose content src has.
func (o *opener) part(k int, m member, src io.Reader) error {
	j := o.job
	size := j.header.Parts[k].Size
	if j.header.Parts[k].Role.Blob() {
		return o.file(k, m, src)
	}
	if size > maxSealed {
		return fmt.Errorf("entry %d, %s: %d bytes, at most %d: %w", j.index, m, size, maxSealed, intake.ErrTooLong)
	}
	b, err := readPart(src, size)
	j.sealed[k], j.size = b, j.size+size
	return err
}

// readPart reads size bytes. Memory grows with what is really there.
func readPart(src io.Reader, size int64) ([]byte, error) {
	b := make([]byte, 0, min(size, maxAtOnce))
	for int64(len(b)) < size {
		b = slices.Grow(b, 1)
		n, err := src.Read(b[len(b):min(int64(cap(b)), size)])
		if b = b[:len(b)+n]; err != nil {
			return nil, err
		}
	}
	return b, nil
}

// file opens a file while it passes. The parts before it say how long it is.
func (o *opener) file(k int, m member, src io.Reader) error {
	j := o.job
	if err := o.opened(); err != nil {
		return err
	}
	info, ok := j.describes(m)
	if !ok {
		o.skipped = append(o.skipped, entry.Problem{Entry: j.index, What: fmt.Sprintf("%s: not opened, for the part that describes it was erased", m)})
		return nil
	}
	plain, err := seal.NewReader(src, info.Size, o.ids...)
	if err == nil {
		err = o.dest.file(j.path(k, info), plain)
	}
	if err != nil {
		return fmt.Errorf("entry %d, %s: %w", j.index, m, err)
	}
	j.written[k] = true
	o.files++
	return nil
}

// opened waits for the parts of the job that are not files.
func (o *opener) opened() error {
	j := o.job
	if !j.started {
		j.started = true
		j.open(o.ids)
	}
	<-j.done
	return j.err
}

// end hands the entry on. It is an error if the writer has given up.
func (o *opener) end(absent []string) error {
	j := o.job
	j.absent = absent
	if j.size > maxAtOnce {
		if err := o.opened(); err != nil {
			return err
		}
	}
	switch j.header.Kind {
	case entry.KindAccepted:
		o.records++
	case entry.KindCall: // counted when they are written
	default:
		o.actions++
	}
	select {
	case o.order <- j:
	case <-o.failed:
		o.told = true
		return o.err
	}
	if !j.started {
		j.started = true
		go j.open(o.ids)
	}
	return nil
}

// close waits until everything that was handed on is written. An error that
// end has returned is not repeated.
func (o *opener) close() error {
	close(o.order)
	<-o.ended
	if o.told {
		return nil
	}
	return o.err
}

// write puts the entries down in the order in which they were handed on.
func (o *opener) write() {
	defer close(o.ended)
	for j := range o.order {
		<-j.done
		if o.err != nil {
			continue
		}
		if o.err = j.err; o.err == nil {
			o.err = o.dest.put(j)
		}
		if o.err != nil {
			close(o.failed)
		}
	}
}
