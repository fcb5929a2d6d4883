package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"dengwen/intake"
)

// Rough sizes of what age adds, for allocating once: the header's lines for
// one recipient, and the rest of the header with a first chunk's tag.
const (
	perRecipient = 1620
	perFile      = 128
	perChunk     = 16
	chunk        = 64 << 10
)

// maxPart is the longest plaintext of a part, in bytes: a decoded mail of the
// largest size still fits when JSON escapes every character of it.
const maxPart = 256 << 20

// Seal pads plaintext with spaces to its bucket and seals it to every
// recipient. The length of the result depends on the bucket and the number of
// recipients alone. It fails without recipients (intake.ErrKey), and over
// 256 MiB (intake.ErrTooLong). It may be called from several goroutines.
func Seal(plaintext []byte, least int, to ...Recipient) ([]byte, error) {
	if len(plaintext) > maxPart || least > maxPart {
		return nil, fmt.Errorf("seal: %d bytes: %w", len(plaintext), intake.ErrTooLong)
	}
	keys, err := recipients(to)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	size := Bucket(len(plaintext), least)
	var out bytes.Buffer
	out.Grow(perFile + perRecipient*len(to) + size + size/chunk*perChunk)
	w, err := age.Encrypt(&out, keys...)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if _, err := w.Write(plaintext); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := fill(w, spaces[:], int64(size-len(plaintext))); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return out.Bytes(), nil
}

// Open opens what Seal made, of at most max bytes padded (intake.ErrTooLong),
// and returns the plaintext with its padding.
func Open(sealed []byte, max int, with ...Identity) ([]byte, error) {
	keys, err := identities(with)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	// age's ReaderAt knows the length beforehand and decrypts into one buffer;
	// its Reader would take two of 64 KiB for the smallest part.
	r, size, err := age.DecryptReaderAt(bytes.NewReader(sealed), int64(len(sealed)), keys...)
	if err != nil {
		return nil, fmt.Errorf("open: %w", mapError(err))
	}
	if size > int64(max) {
		return nil, fmt.Errorf("open: %d bytes, at most %d: %w", size, max, intake.ErrTooLong)
	}
	if size > maxPart || int(size) != Bucket(int(size), 0) {
		return nil, fmt.Errorf("open: %d bytes are not the size of a part: %w", size, intake.ErrDamaged)
	}
	plaintext := make([]byte, size)
	if _, err := r.ReadAt(plaintext, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("open: %w", mapError(err))
	}
	return plaintext, nil
}

func recipients(to []Recipient) ([]age.Recipient, error) {
	if len(to) == 0 {
		return nil, fmt.Errorf("no recipients: %w", intake.ErrKey)
	}
	keys := make([]age.Recipient, len(to))
	for i, r := range to {
		if r.key == nil {
			return nil, fmt.Errorf("recipient %d is not set: %w", i+1, intake.ErrKey)
		}
		keys[i] = r.key
	}
	return keys, nil
}

func identities(with []Identity) ([]age.Identity, error) {
	keys := make([]age.Identity, 0, len(with))
	for _, id := range with {
		if id.key != nil {
			keys = append(keys, id.key)
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("no secret key: %w", intake.ErrKey)
	}
	return keys, nil
}

// mapError tells a key that does not fit from bytes that are not what was sealed.
func mapError(err error) error {
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return fmt.Errorf("it is sealed to other keys: %w", intake.ErrKey)
	}
	// age quotes the line that it stumbles over, however long it is.
	return fmt.Errorf("%w: %.200s", intake.ErrDamaged, err)
}

// The padding of parts and of files.
var (
	spaces = [4 << 10]byte(bytes.Repeat([]byte(" "), 4<<10))
	zeros  [32 << 10]byte
)

// fill writes n bytes of padding, taken from pad over and over.
func fill(w io.Writer, pad []byte, n int64) error {
	for n > 0 {
		m, err := w.Write(pad[:min(n, int64(len(pad)))])
		if err != nil {
			return err
		}
		n -= int64(m)
	}
	return nil
}
