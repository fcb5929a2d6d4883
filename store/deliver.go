package store

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

var (
	// errChanged says that a report was sealed to keys that are no longer in
	// force, and that its files cannot be read again.
	errChanged = fmt.Errorf("the keys changed at this moment; send again: %w", intake.ErrSchedule)
	// errAgain says that what was found out before the transaction is not so any
	// more. Whoever delivers begins again, so no caller ever sees it.
	errAgain = errors.New("the schedule or the keys changed at this moment")
)

// A delivery is what goes in together: the one report of Submit or Add, or all
// reports of a group. It is judged twice, before anything is sealed and in its
// transaction.
type delivery struct {
	box    *Box
	subs   []submission
	cursor intake.Cursor
	group  bool // errors say which report they are about

	outs    []intake.Outcome
	parcels []parcel  // of what was sealed so far; the others have no header
	keys    *standing // that they were sealed by; nil before the first is
}

// deliver brings one submission in, with its cursor.
func (b *Box) deliver(ctx context.Context, sub submission) (intake.Outcome, error) {
	outs, err := b.bring(ctx, &delivery{subs: []submission{sub}, cursor: sub.Source.Cursor})
	if err != nil {
		return intake.Outcome{}, err
	}
	return outs[0], nil
}

// bring brings in all submissions of a delivery, or none. It begins again when
// it met a file that may fail, or a change of the rules; what is sealed by then
// stays so, for files are not read twice.
func (b *Box) bring(ctx context.Context, d *delivery) ([]intake.Outcome, error) {
	d.box, d.outs, d.parcels = b, make([]intake.Outcome, len(d.subs)), make([]parcel, len(d.subs))
	defer func() { b.settleBlobs(blobsOf(d.parcels)) }()
	for {
		switch err := d.once(ctx); {
		case errors.Is(err, errAgain):
		case errors.Is(err, errPending):
			if err := b.fileDone(ctx); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			return d.outs, nil
		}
	}
}

func (d *delivery) once(ctx context.Context) error {
	// First without sealing anything: most of what is not taken ends here.
	st := d.box.now.Load()
	if err := d.box.view(func(tx *bbolt.Tx) error { return d.foresee(tx, st) }); err != nil {
		return err
	}
	if err := d.dropStale(st); err != nil {
		return err
	}
	if err := d.seal(ctx, st); err != nil {
		return err
	}
	// Then for good, by the schedule and the keys in force when the entries are
	// made. A crash leaves all of it or nothing.
	return d.box.update(ctx, d.write)
}

// foresee judges each submission by what is known before the transaction.
func (d *delivery) foresee(tx *bbolt.Tx, st *standing) error {
	if err := checkCursor(tx, d.cursor); err != nil {
		return err
	}
	now := d.box.opts.Now()
	twice := map[string]bool{}
	for i, sub := range d.subs {
		if staged(tx, sub.mac) {
			return errPending
		}
		out, err := sub.judge(tx, st.state, now)
		if err != nil {
			return d.about(i, err)
		}
		if sub.mac != nil && out.Verdict == intake.Accepted {
			if twice[string(sub.mac)] {
				out.Verdict = intake.Duplicate // of one that will have an id
			}
			twice[string(sub.mac)] = true
		}
		d.outs[i] = out
	}
	return nil
}

// dropStale drops what was sealed to keys that are no longer in force, unless
// files were read for it.
func (d *delivery) dropStale(st *standing) error {
	if d.keys == nil || d.keys.state.Keys == st.state.Keys {
		return nil
	}
	for i := range d.parcels {
		if d.parcels[i].header.ID != "" && d.subs[i].Files != nil {
			return d.about(i, errChanged)
		}
		d.parcels[i] = parcel{}
	}
	d.keys = nil
	return nil
}

// write judges each submission for good and writes what comes of it, then the
// cursor.
func (d *delivery) write(t *txn) error {
	for i, sub := range d.subs {
		if staged(t.Tx, sub.mac) {
			return errPending
		}
		out, err := sub.judge(t.Tx, t.state, t.now)
		if err != nil {
			return d.about(i, err)
		}
		p := &d.parcels[i]
		if out.Verdict == intake.Accepted {
			if p.header.ID == "" || t.state.Keys != d.keys.state.Keys {
				return errAgain
			}
			out.ID, out.Receipt = p.header.ID, p.receipt.code()
		}
		if err := sub.write(t, p, out); err != nil {
			return d.about(i, err)
		}
		d.outs[i] = out
	}
	return t.keepCursor(d.cursor)
}

func blobsOf(parcels []parcel) (all []*blob) {
	for _, p := range parcels {
		all = append(all, p.blobs...)
	}
	return all
}
