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

func (l line) kind() lineKind {
	if k := kindOf(l.b); k != blankLine || !l.cut() {
		return k
	}
	return strangeLine
}

// spaces reports whether the line shows nothing.
func (l line) spaces() bool { return !l.cut() && len(bytes.TrimSpace(l.b)) == 0 }

func kindOf(line []byte) lineKind {
	switch {
	case len(bytes.TrimRight(line, "\r\n")) == 0:
		return blankLine
	case line[0] == ' ' || line[0] == '\t':
		return foldedLine
	case isField(line):
		return fieldLine
	case bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From ")):
		return postmarkLine
	}
	return strangeLine
}

// nameEnd is the length of the name of the field that line begins, or 0.
func nameEnd(line []byte) int {
	i := bytes.IndexByte(line[:min(len(line), lineHead)], ':')
	if i <= 0 {
		return 0
	}
	name := bytes.TrimRight(line[:i], " \t")
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return 0
		}
	}
	return len(name)
}

func isField(line []byte) bool { return nameEnd(line) > 0 }

// fieldName is the name, in lower case, of the field that line begins.
func fieldName(line []byte) string { return strings.ToLower(string(line[:nameEnd(line)])) }

// cutLine cuts b after its first line, which keeps its end.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}
