package reader

import (
	"context"
	"errors"
	"sync"

	"dengwen/intake"
	"dengwen/store/entry"
)

// held is what a custodian's desk keeps in memory of the call records and of
// the ledger, so that each is opened once: what matching needs, and no name,
// no remark and no word. It is safe for several goroutines.
type held struct {
	mu   sync.Mutex
	shut bool
	book
}

// A book is what is held up to an entry. Both lists are in the order of the log,
// and only grow.
type book struct {
	size       int64 // entries below it are in
	calls      []intake.Call
	indices    []int64 // of the calls' entries
	reports    []ledgerReport
	unreadable int
	aboutTeam  int
}

// now returns what is held.
func (h *held) now() book {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.book
}

// take replaces what is held with what it has grown to, unless the desk was
// locked.
func (h *held) take(b book) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.shut {
		h.book = b
	}
}

// close forgets everything and takes nothing any more.
func (h *held) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shut, h.book = true, book{}
}

// hold opens what is new below size, on all cores, and returns the book with
// it. What is opened before an error stays.
func (d *Desk) hold(ctx context.Context, m moment, size int64, told func(done, total int)) (book, error) {
	b := d.held.now()
	first, total := b.size, max(0, size-b.size)
	tell := func() {
		if told != nil {
			told(int(b.size-first), int(total))
		}
	}
	var batch []entry.Record
	next := b.size
	for rec, err := range d.box.Entries(ctx, b.size, max(size, b.size)) {
		if err == nil {
			err = checkRecord(rec, next)
		}
		if err != nil {
			return b, err
		}
		batch = append(batch, rec)
		if next++; len(batch) < syncBatch && next < size {
			continue
		}
		if err := d.holdBatch(ctx, m, &b, batch); err != nil {
			return b, err
		}
		d.held.take(b)
		batch = batch[:0]
		tell()
	}
	if total == 0 {
		tell()
	}
	return b, nil
}

// holdBatch opens the entries that follow in the log, and enters them all or
// none.
func (d *Desk) holdBatch(ctx context.Context, m moment, b *book, batch []entry.Record) error {
	opened := make([]entry.Inner, len(batch))
	errs := make([]error, len(batch))
	onAllCores(len(batch), func(i int) {
		if part, ok := matters(batch[i].Header); ok && ctx.Err() == nil {
			opened[i], errs[i] = d.open(ctx, m, batch[i], part, m.custodians)
		}
	})
	if err := errors.Join(ctx.Err(), d.unlocked()); err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil && !damage(err) {
			return err
		}
	}
	for i, rec := range batch {
		if _, ok := matters(rec.Header); ok {
			b.enter(rec, opened[i], errs[i])
		}
		b.size = rec.Index + 1
	}
	return nil
}

// matters reports whether an entry is held, and which of its parts.
func matters(h entry.Header) (part int, ok bool) {
	switch {
	case h.Kind == entry.KindCall:
		return 0, true
	case h.Kind == entry.KindAccepted && h.Channel == intake.Hotline:
		return 1, true // who called
	}
	return 0, false
}

// enter takes in what was opened. The identity of a report that no key of the
// custodian's opens is sealed to the office. Of it the day is known, and it may
// well tell of a call; but held against the calls by the day alone, without a
// number, it could be matched with none. So it is counted, and so are parts
// that are damaged or erased.
func (b *book) enter(rec entry.Record, in entry.Inner, err error) {
	report := rec.Header.Kind == entry.KindAccepted
	switch {
	case report && errors.Is(err, intake.ErrKey):
		b.aboutTeam++
	case err != nil:
		b.unreadable++
	case report:
		b.reports = append(b.reports, ledgerReport{index: rec.Index, id: idOf(rec.Header), day: shared(rec.Header.Date), phone: in.Identity.Phone})
	default:
		c := in.Call
		b.calls = append(b.calls, intake.Call{At: c.At, Caller: c.Caller, Callee: shared(c.Callee), Seconds: c.Seconds, Answered: c.Answered})
		b.indices = append(b.indices, rec.Index)
	}
}
