package message

import (
	"bytes"
	"strings"
)

// Kinds of lines in a header's block.
type lineKind int

const (
	blankLine    lineKind = iota
	fieldLine             // begins a field: a name and a colon
	foldedLine            // goes on with the field above
	postmarkLine          // the line that mailbox files put above a mail
	strangeLine           // none of these
)

func kindOf(line []byte) lineKind {
	switch {
	case len(bytes.TrimRight(line, "\r\n")) == 0:
		return blankLine
	case line[0] == ' ' || line[0] == '\t':
		return foldedLine
	case fieldName(line) != "":
		return fieldLine
	case bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From ")):
		return postmarkLine
	}
	return strangeLine
}

// fieldName is the name, in lower case, of the field that line begins.
func fieldName(line []byte) string {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return ""
	}
	name := bytes.TrimRight(line[:i], " \t")
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return strings.ToLower(string(name))
}

// cutLine cuts b after its first line, which keeps its end.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}

func lineEnd(b []byte) int {
	line, _ := cutLine(b)
	return len(line)
}
