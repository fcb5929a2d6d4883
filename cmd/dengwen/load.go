package main

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"dengwen/intake"
	"dengwen/store/seal"
)

// maxConfig is the size of the largest configuration that is read, in bytes.
const maxConfig = 1 << 20

// settings is a configuration that has been read and checked.
type settings struct {
	Config
	path            string
	schedule        intake.Schedule
	ledgerZone      *time.Location // of the times in ledgers
	callZone        *time.Location // of those in call records; nil while nobody has declared it
	archive, office seal.Recipient
}

// readConfig reads the configuration at path. Everything about it that can be
// known without touching the box is checked, and every error says where.
func readConfig(path string) (*settings, error) {
	text, err := readSmall(path, maxConfig)
	if err != nil {
		return nil, fail("config.read", "File", path).because(err)
	}
	s := &settings{path: path}
	// Editors on Windows put a byte order mark before the first line.
	d := toml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).DisallowUnknownFields()
	if err := d.Decode(&s.Config); err != nil {
		return nil, misplaced(path, err)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// misplaced says on which line and column a configuration is wrong.
func misplaced(path string, err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		first := strict.Errors[0]
		line, column := first.Position()
		return fail("config.unknown-key", "File", path, "Line", line, "Column", column, "Key", strings.Join(first.Key(), "."))
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := wrong.Position()
		switch key := strings.Join(wrong.Key(), "."); {
		case strings.Contains(wrong.Error(), "already"): // go-toml tells it by its text alone
			return fail("config.twice", "File", path, "Line", line, "Column", column, "Key", key)
		case key != "":
			return fail("config.type", "File", path, "Line", line, "Column", column, "Key", key)
		}
		return fail("config.syntax", "File", path, "Line", line, "Column", column, "What", strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return fail("config.read", "File", path).because(err)
}

// Duration is a length of time in a configuration: "1m", "36h".
type Duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText is the inverse of UnmarshalText.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// beside resolves a path in the configuration: it is relative to the file.
func (s *settings) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(s.path), path)
}

// readSmall reads a file of at most limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, intake.Explain(intake.ErrTooLong, "file.size", "%s: more than %d bytes", path, limit)
	}
	return b, nil
}
