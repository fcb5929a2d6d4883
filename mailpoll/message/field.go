package message

import (
	"bytes"
	"iter"
	"strings"
)

// A field is one of a header, with the lines folded under it.
type field struct {
	name string // in lower case; empty for lines that are no field
	raw  []byte // with its line ends
}

// value is the field's body, unfolded and in UTF-8; encoded words stand as
// they are.
func (f field) value() string {
	v := f.raw[bytes.IndexByte(f.raw, ':')+1:]
	v = bytes.ReplaceAll(bytes.ReplaceAll(v, []byte("\r"), nil), []byte("\n"), []byte(" "))
	return strings.TrimSpace(convert(v, ""))
}

// fields yields the fields of a header, and the strange lines among them. A
// strange line goes with the field above when it is plain that folding it was
// forgotten.
func fields(head []byte) iter.Seq[field] {
	return func(yield func(field) bool) {
		for at := 0; at < len(head); {
			line, rest := cutLine(head[at:])
			f := field{name: fieldName(bytes.TrimLeft(line, " \t"))}
			if k := kindOf(line); k == strangeLine || k == postmarkLine {
				f.name = ""
			}
			end := len(head) - len(rest)
			for len(rest) > 0 {
				line, rest = cutLine(rest)
				if !f.goesOn(line) {
					break
				}
				end += len(line)
			}
			f.raw = head[at:end]
			if !yield(f) {
				return
			}
			at = end
		}
	}
}

// goesOn reports whether line belongs to f.
func (f field) goesOn(line []byte) bool {
	switch k := kindOf(line); {
	case k == foldedLine:
		return true
	case k != strangeLine:
		return false
	case f.name == "subject":
		return bytes.HasPrefix(line, []byte("=?"))
	case strings.HasPrefix(f.name, "content-"):
		key, _, ok := bytes.Cut(line, []byte("="))
		return ok && isToken(string(bytes.TrimSpace(key)))
	}
	return false
}
