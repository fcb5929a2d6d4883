package entry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"dengwen/intake"
)

// encodeJSON writes v as encoding/json does, in the order of its fields, but
// leaves < > & as they are: people read these bytes with jq.
func encodeJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return plainReplacement(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

// plainReplacement turns the escape \ufffd, which encoding/json writes for
// each byte that is not UTF-8, into the character itself. The text would come
// back from decoding with that character, and one value has one encoding.
func plainReplacement(b []byte) []byte {
	escape := []byte(`\ufffd`)
	if !bytes.Contains(b, escape) {
		return b
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		switch n := bytes.IndexByte(b, '\\'); {
		case n < 0:
			return append(out, b...)
		case bytes.HasPrefix(b[n:], escape):
			out = append(append(out, b[:n]...), "\uFFFD"...)
			b = b[n+len(escape):]
		default: // another escape, whose second character may be a backslash
			out = append(out, b[:n+2]...)
			b = b[n+2:]
		}
	}
	return out
}

// readJSON reads one value of known fields and nothing after it.
func readJSON(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}

// sameBytes checks that what was understood encodes to what was read.
func sameBytes(read, again []byte, err error) error {
	if err != nil {
		return err
	}
	if !bytes.Equal(read, again) {
		n := 0
		for n < len(read) && n < len(again) && read[n] == again[n] {
			n++
		}
		return fmt.Errorf("not canonical at byte %d: %w", n, intake.ErrDamaged)
	}
	return nil
}

// filled gives a list that has no items its one form, an empty one: nil would
// be written null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
