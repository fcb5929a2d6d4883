package reader_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"iter"
	"slices"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"
)

// A lying is a real box that shows entries which are not in its log, all at
// one place, as whoever writes to box.db could make it do. Those after them
// move on.
type lying struct {
	*box
	at    int64
	extra []entry.Draft
	wraps map[string]map[string][]byte // those that came with each appended entry, by its id
}

// lie puts an entry at the end of what there is and returns its index.
func (l *lying) lie(t testing.TB, d entry.Draft) int64 {
	t.Helper()
	if len(l.extra) == 0 {
		var err error
		l.at, err = l.box.Size(t.Context())
		check(t, err)
	}
	l.extra = append(l.extra, d)
	return l.at + int64(len(l.extra)) - 1
}

func (l *lying) shown(real int64) int64 {
	if len(l.extra) > 0 && real >= l.at {
		return real + int64(len(l.extra))
	}
	return real
}

// real is the place in the log of what is shown at index, or the lie.
func (l *lying) real(index int64) (int64, *entry.Draft) {
	switch n := index - l.at; {
	case len(l.extra) == 0 || n < 0:
		return index, nil
	case n < int64(len(l.extra)):
		return 0, &l.extra[n]
	default:
		return index - int64(len(l.extra)), nil
	}
}

func (l *lying) Size(ctx context.Context) (int64, error) {
	n, err := l.box.Size(ctx)
	return l.shown(n), err
}

func (l *lying) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for index := from; index < to; index++ {
			at, lie := l.real(index)
			if lie != nil {
				if !yield(entry.Record{Index: index, Header: lie.Header, Raw: lie.Header.Encode()}, nil) {
					return
				}
				continue
			}
			for rec, err := range l.box.Entries(ctx, at, at+1) {
				rec.Index = index
				if !yield(rec, err) {
					return
				}
			}
		}
	}
}

func (l *lying) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	at, lie := l.real(index)
	if lie != nil {
		return io.NopCloser(bytes.NewReader(lie.Bodies[part])), nil
	}
	return l.box.Part(ctx, at, part)
}

func (l *lying) Find(ctx context.Context, id string) (int64, error) {
	n, err := l.box.Find(ctx, id)
	return l.shown(n), err
}

func (l *lying) About(ctx context.Context, id string) ([]int64, error) {
	list, err := l.box.About(ctx, id)
	for i := range list {
		list[i] = l.shown(list[i])
	}
	for i, d := range l.extra {
		if d.Header.Ref == id {
			list = append(list, l.at+int64(i))
		}
	}
	slices.Sort(list)
	return list, err
}

func (l *lying) Append(ctx context.Context, d entry.Draft) (int64, error) {
	n, err := l.box.Append(ctx, d)
	if err == nil && len(d.Wraps) > 0 {
		if l.wraps == nil {
			l.wraps = map[string]map[string][]byte{}
		}
		l.wraps[d.Header.ID] = d.Wraps
	}
	return l.shown(n), err
}

var _ reader.Box = (*lying)(nil)

// header begins the header of an entry recorded now.
func (b *box) header(t testing.TB, kind entry.Kind, ref, by string) entry.Header {
	t.Helper()
	_, day, err := b.Now(t.Context())
	check(t, err)
	return entry.Header{V: entry.Version, ID: entry.NewID(), Kind: kind, Date: day, Ref: ref, By: by}
}

// origin is the name of the log.
func (b *box) origin(t testing.TB) string {
	t.Helper()
	state, err := b.State(t.Context())
	check(t, err)
	return state.Origin
}

// forged is an entry with one part, rightly sealed to the team, as any key
// signs it; nil signs nothing.
func (b *box) forged(t testing.TB, h entry.Header, in entry.Inner, key ed25519.PrivateKey) entry.Draft {
	t.Helper()
	state, err := b.State(t.Context())
	check(t, err)
	in.V, in.Origin, in.ID, in.Kind, in.Ref, in.Role = h.V, state.Origin, h.ID, h.Kind, h.Ref, entry.RoleNote
	if in.Reply != nil {
		in.Role, in.Reply.At = entry.RoleReply, b.clock.Now()
	} else {
		in.Note.At = b.clock.Now()
	}
	plain, err := in.Encode()
	check(t, err)
	team, err := seal.ParseRecipient(state.Keys.Team)
	check(t, err)
	return signed(h, state.Origin, in.Role, sealTo(t, plain, team), key)
}

// plainly is an entry with a clear body.
func (b *box) plainly(t testing.TB, body entry.Body, by string, key ed25519.PrivateKey) entry.Draft {
	t.Helper()
	raw, err := entry.EncodeBody(body)
	check(t, err)
	return signed(b.header(t, body.Kind(), "", by), b.origin(t), entry.RoleBody, raw, key)
}

func signed(h entry.Header, origin string, role entry.Role, body []byte, key ed25519.PrivateKey) entry.Draft {
	h.Parts = []entry.Part{{Role: role, SHA256: entry.HashOf(body), Size: int64(len(body))}}
	if key != nil {
		h.Sign(origin, key)
	}
	return entry.Draft{Header: h, Bodies: [][]byte{body}}
}

// stored is an entry of the log as it is.
func (b *box) stored(t testing.TB, index int64) entry.Draft {
	t.Helper()
	rec := record(t, b, index)
	d := entry.Draft{Header: rec.Header}
	for part := range rec.Header.Parts {
		r, err := b.Part(t.Context(), index, part)
		check(t, err)
		body, err := io.ReadAll(r)
		check(t, err)
		check(t, r.Close())
		d.Bodies = append(d.Bodies, body)
	}
	return d
}

// names fails unless err is about damage in that entry.
func names(t testing.TB, err error, index int64) {
	t.Helper()
	wants(t, err, intake.ErrDamaged)
	if want := fmt.Sprintf("entry %d", index); !bytes.Contains([]byte(err.Error()), []byte(want)) {
		t.Errorf("the error does not name %s: %v", want, err)
	}
}
