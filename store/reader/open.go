package reader

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// maxSealed bounds a sealed part that is not a file, in bytes: the largest
// plaintext and what sealing adds to it.
const maxSealed = entry.MaxInner + entry.MaxInner/1024

// open opens a part of an entry and checks it from the outside in: the stored
// bytes are those that the header names, a key of the account opens them, and
// what they repeat is what the header says. A part that is sealed to others
// wraps intake.ErrKey, everything else that is wrong intake.ErrDamaged.
func (d *Desk) open(ctx context.Context, m moment, rec entry.Record, part int, with []seal.Identity) (in entry.Inner, err error) {
	fail := func(err error) (entry.Inner, error) {
		return entry.Inner{}, fmt.Errorf("entry %d, part %d: %w", rec.Index, part, err)
	}
	stored, err := stored(ctx, d.box, rec, part)
	if err != nil {
		return fail(err)
	}
	plain, err := seal.Open(stored, entry.MaxInner, with...)
	if err != nil {
		return fail(err)
	}
	defer clear(plain)
	if in, err = entry.DecodeInner(plain); err != nil {
		return fail(err)
	}
	if err := in.Match(rec.Header, m.state.OriginOf(rec.Index)); err != nil {
		return fail(err)
	}
	if in.Role != rec.Header.Parts[part].Role {
		return fail(fmt.Errorf("it is a %s: %w", in.Role, intake.ErrDamaged))
	}
	return in, nil
}

// stored reads the stored bytes of a part that is not a file.
func stored(ctx context.Context, box Box, rec entry.Record, part int) (b []byte, err error) {
	p := rec.Header.Parts[part]
	if p.Size > maxSealed {
		return nil, fmt.Errorf("%d bytes, at most %d: %w", p.Size, int64(maxSealed), intake.ErrDamaged)
	}
	src, err := box.Part(ctx, rec.Index, part)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if b, err = io.ReadAll(io.LimitReader(src, p.Size+1)); err != nil {
		return nil, err
	}
	if int64(len(b)) != p.Size || entry.HashOf(b) != p.SHA256 {
		return nil, errNotNamed
	}
	return b, nil
}

var errNotNamed = fmt.Errorf("the stored bytes are not those that the header names: %w", intake.ErrDamaged)

// A checked reads stored bytes and does not end before they were found to be
// those that the header names.
type checked struct {
	src  io.Reader
	hash hash.Hash
	size int64
	want entry.Part
}

func newChecked(src io.Reader, want entry.Part) *checked {
	return &checked{src: src, hash: sha256.New(), want: want}
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.hash.Write(p[:n])
	c.size += int64(n)
	if err == io.EOF && (c.size != c.want.Size || entry.Hash(c.hash.Sum(nil)) != c.want.SHA256) {
		return n, errNotNamed
	}
	return n, err
}

// report finds the accepted entry with this id.
func (d *Desk) report(ctx context.Context, id string) (entry.Record, error) {
	index, err := d.box.Find(ctx, id)
	if err != nil {
		return entry.Record{}, err
	}
	rec, err := d.entry(ctx, index)
	if err == nil && (rec.Header.Kind != entry.KindAccepted || rec.Header.ID != id) {
		err = fmt.Errorf("entry %s is not a report: %w", id, intake.ErrNotFound)
	}
	return rec, err
}

func (d *Desk) entry(ctx context.Context, index int64) (entry.Record, error) {
	for rec, err := range d.box.Entries(ctx, index, index+1) {
		if err == nil {
			err = checkRecord(rec, index)
		}
		return rec, err
	}
	return entry.Record{}, fmt.Errorf("entry %d: %w", index, intake.ErrNotFound)
}
