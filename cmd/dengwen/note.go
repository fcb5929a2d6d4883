package main

import (
	"bytes"
	"strings"
	"unicode"

	"dengwen/intake"
)

// maxCheckpoint is the size of the largest checkpoint file that is read, in
// bytes.
const maxCheckpoint = 64 << 10

// readCheckpoint reads a signed note from a file; without one it is nil. Notes
// are mailed and typed off paper, so line ends and blank lines behind the note
// are put back as they were signed.
func readCheckpoint(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	note, err := readSmall(path, maxCheckpoint)
	if err != nil {
		return nil, err
	}
	note = asSigned(note)
	switch {
	case len(note) == 0:
		return nil, intake.Explain(intake.ErrInvalid, "file.no-checkpoint", "%s is empty; it should hold a checkpoint", path)
	case !isNote(string(note)):
		return nil, intake.Explain(intake.ErrInvalid, "file.not-checkpoint", "%s does not hold a checkpoint; give it the note as dengwen checkpoint prints it", path)
	}
	return note, nil
}

func asSigned(note []byte) []byte {
	note = bytes.TrimPrefix(note, []byte("\ufeff"))
	note = bytes.ReplaceAll(note, []byte("\r\n"), []byte("\n"))
	if note = bytes.TrimRight(note, " \t\r\n"); len(note) == 0 {
		return nil
	}
	return append(note, '\n')
}

// isNote tells a checkpoint of any log from what is none, by its form alone: a
// name, a number of entries and a root, then signatures.
func isNote(text string) bool {
	body, signatures, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(body, "\n")
	if !ok || len(lines) < 3 || lines[1] == "" || strings.ContainsFunc(lines[1], func(r rune) bool { return !unicode.IsDigit(r) }) {
		return false
	}
	for line := range strings.Lines(signatures) {
		if !strings.HasPrefix(line, "— ") {
			return false
		}
	}
	return true
}
