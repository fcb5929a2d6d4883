package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
)

// A note that was mailed or printed reads as it was signed; another text is
// said to be no note.
func TestReadCheckpoint(t *testing.T) {
	const note = "dengwen/a\n7\nAAAA\n\n— dengwen/a BBBB\n"
	for name, tt := range map[string]struct {
		text, want string
		id         string
	}{
		"as signed":          {note, note, ""},
		"from Windows":       {"\ufeff" + strings.ReplaceAll(note, "\n", "\r\n"), note, ""},
		"blank lines behind": {note + "\r\n \n\n", note, ""},
		"no last line end":   {strings.TrimSuffix(note, "\n"), note, ""},
		"of blanks":          {"\r\n\n", "", "file.no-checkpoint"},
		"a key":              {"dengwen/a+0123+BBBB\n", "", "file.not-checkpoint"},
		"a letter":           {"Dear all,\nseven\nyours\n\n— us\n", "", "file.not-checkpoint"},
		"unsigned":           {"dengwen/a\n7\nAAAA\n\nBBBB\n", "", "file.not-checkpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "note")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readCheckpoint(path)
			id := ""
			if d, is := errors.AsType[*intake.Detail](err); is {
				id = d.ID
			}
			if string(got) != tt.want || id != tt.id {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
