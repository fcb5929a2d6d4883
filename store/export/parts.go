package export

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"dengwen/intake"
	"dengwen/store/entry"
)

// entry writes the members of one entry. Errors begin with the member.
func (e *exporter) entry(ctx context.Context, rec entry.Record) error {
	m := member{entry: rec.Index, rank: rankHeader}
	if err := e.out.put(m, rec.Raw); err != nil {
		return err
	}
	h := rec.Header
	if h.Kind.Clear() {
		return e.clear(ctx, rec)
	}
	if rec.Index < e.manifest.From {
		e.gaps.omit(h)
		return nil
	}
	for k, p := range h.Parts {
		m.rank = nextRank(m.rank, p.Role)
		src, err := e.box.Part(ctx, rec.Index, k)
		if errors.Is(err, intake.ErrNotFound) {
			e.gaps.miss(rec.Index, h, k, m.String())
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", m, err)
		}
		if err := errors.Join(e.out.copy(m, p, src), src.Close()); err != nil {
			return fmt.Errorf("%s: %w", m, err)
		}
	}
	return nil
}

// clear writes the body of a clear entry, which is never erased.
func (e *exporter) clear(ctx context.Context, rec entry.Record) error {
	m := member{rec.Index, rankBody}
	body, err := readBody(ctx, e.box, rec.Index)
	if errors.Is(err, intake.ErrNotFound) {
		err = fmt.Errorf("%w: %w", err, intake.ErrDamaged)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", m, err)
	}
	if err := e.out.copy(m, rec.Header.Parts[0], bytes.NewReader(body)); err != nil {
		return fmt.Errorf("%s: %w", m, err)
	}
	if rec.Header.Kind != entry.KindErased {
		return nil
	}
	b, err := entry.DecodeBody(entry.KindErased, body)
	if err != nil {
		return fmt.Errorf("%s: %w", m, err)
	}
	for _, sum := range e.gaps.erase(b.(entry.Erased)) {
		return fmt.Errorf("%s: says that part %.16s… of entry %s was erased, but it is not missing: %w", m, sum, b.(entry.Erased).Entry, intake.ErrDamaged)
	}
	return nil
}

// readBody reads the body of a clear entry, and of one that is too long only
// so much that it shows.
func readBody(ctx context.Context, box Log, index int64) ([]byte, error) {
	src, err := box.Part(ctx, index, 0)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(src, entry.MaxBody+1))
	return body, errors.Join(err, src.Close())
}

// A shelf writes members one after another.
type shelf struct {
	w       *bufio.Writer
	written int64 // bytes
	block   block
	name    []byte
	buf     []byte
}

func (s *shelf) write(b []byte) error {
	n, err := s.w.Write(b)
	s.written += int64(n)
	return err
}

// head writes the header block of a member.
func (s *shelf) head(m member, size int64) error {
	s.name = m.appendName(s.name[:0])
	s.block.format(s.name, size)
	return s.write(s.block[:])
}

// put writes a whole member.
func (s *shelf) put(m member, content []byte) error {
	size := int64(len(content))
	return errors.Join(s.head(m, size), s.write(content), s.write(zeroBlock[:padding(size)]))
}

// copy writes a member from src, which must have just the bytes of p.
func (s *shelf) copy(m member, p entry.Part, src io.Reader) error {
	if s.buf == nil {
		s.buf = make([]byte, readBuffer/4)
	}
	if err := s.head(m, p.Size); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(sum, struct{ io.Writer }{s.w}), io.LimitReader(src, p.Size+1), s.buf)
	s.written += n
	if err != nil {
		return err
	}
	if n != p.Size || entry.Hash(sum.Sum(nil)) != p.SHA256 {
		return fmt.Errorf("its stored bytes are not those that the header names: %w", intake.ErrDamaged)
	}
	return s.write(zeroBlock[:padding(p.Size)])
}

// end writes the two empty blocks.
func (s *shelf) end() error {
	return errors.Join(s.write(zeroBlock[:]), s.write(zeroBlock[:]), s.w.Flush())
}
