package seal

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"dengwen/intake"
)

// maxKeyFile is the size of the largest key file that is read, in bytes.
const maxKeyFile = 64 << 10

// ReadIdentities reads a key file as age-keygen -pq writes it: comments (#),
// empty lines, and one secret key per line. It must hold at least one, and no
// more than 64 KiB. The error wraps intake.ErrKey or intake.ErrTooLong and
// names the line, never what is on it.
func ReadIdentities(r io.Reader) ([]Identity, error) {
	var ids []Identity
	err := keyLines(r, func(line string) error {
		id, err := ParseIdentity(line)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("key file: it holds no secret key: %w", intake.ErrKey)
	}
	return ids, nil
}

// ReadRecipient reads a file that holds one recipient; comments (#) and empty
// lines are allowed. Its errors are like those of [ReadIdentities].
func ReadRecipient(r io.Reader) (Recipient, error) {
	var found []Recipient
	err := keyLines(r, func(line string) error {
		rec, err := ParseRecipient(line)
		found = append(found, rec)
		return err
	})
	if err != nil {
		return Recipient{}, err
	}
	if len(found) != 1 {
		return Recipient{}, fmt.Errorf("key file: it holds %d recipients, not one: %w", len(found), intake.ErrKey)
	}
	return found[0], nil
}

// keyLines calls each for every line of r that is neither empty nor a comment.
func keyLines(r io.Reader, each func(line string) error) error {
	b, err := io.ReadAll(io.LimitReader(r, maxKeyFile+1))
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if len(b) > maxKeyFile {
		return fmt.Errorf("key file: more than %d bytes: %w", maxKeyFile, intake.ErrTooLong)
	}
	// Editors on Windows put a byte order mark before the first line.
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if bytes.HasPrefix(b, []byte("age-encryption.org/")) || bytes.HasPrefix(b, []byte("-----BEGIN AGE")) {
		return fmt.Errorf("key file: it is itself encrypted, open it with age -d first: %w", intake.ErrKey)
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := each(line); err != nil {
			return fmt.Errorf("key file, line %d: %w", n, err)
		}
	}
	return nil
}
