package storetest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Traces are the forms in which a text can lie in a file that holds it in no
// sealed form, by the name of the form: seven encodings, base64 at each of its
// three alignments and in both alphabets.
func Traces(text string) map[string][]byte {
	traces := map[string][]byte{"UTF-8": []byte(text), "hex": []byte(hex.EncodeToString([]byte(text)))}
	if utf8.ValidString(text) { // a hash, say, is not
		for _, u := range utf16.Encode([]rune(text)) {
			traces["UTF-16LE"] = append(traces["UTF-16LE"], byte(u), byte(u>>8))
			traces["UTF-16BE"] = append(traces["UTF-16BE"], byte(u>>8), byte(u))
			traces["escapes"] = fmt.Appendf(traces["escapes"], `\u%04x`, u)
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if err != nil {
			panic(err) // GB18030 has every character
		}
		traces["GB18030"] = gb
	}
	for before := range 3 {
		for name, alphabet := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			coded := alphabet.EncodeToString(append(make([]byte, before), text...))
			// The first and the last digits also hold bits of their neighbours.
			cut := []int{0, 2, 3}[before]
			traces[fmt.Sprintf("%s+%d", name, before)] = []byte(coded[cut : len(coded)-(before+len(text))%3])
		}
	}
	return traces
}

// FindTraces searches every file below the roots, and their names, for each of
// the canaries, and says what it found where.
func FindTraces(t testing.TB, canaries map[string]string, roots ...string) (found []string) {
	t.Helper()
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			data := []byte(path)
			if d.Type().IsRegular() {
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				data = append(append(data, 0), text...)
			}
			found = append(found, TracesIn(path, data, canaries)...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// upper is a trace with its hex digits in upper case, if it has any.
func upper(form string, trace []byte) []byte {
	switch form {
	case "hex":
		return bytes.ToUpper(trace)
	case "escapes":
		return bytes.ReplaceAll(bytes.ToUpper(trace), []byte(`\U`), []byte(`\u`))
	}
	return trace
}

// TracesIn searches one text for each of the canaries.
func TracesIn(where string, data []byte, canaries map[string]string) (found []string) {
	for what, canary := range canaries {
		for form, trace := range Traces(canary) {
			if high := upper(form, trace); bytes.Contains(data, trace) || !bytes.Equal(high, trace) && bytes.Contains(data, high) {
				found = append(found, fmt.Sprintf("%s holds the %s in %s", where, what, form))
			}
		}
	}
	return found
}
