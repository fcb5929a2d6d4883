package mailpoll

import (
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// kindOf tells from the first words of a line what it is.
func kindOf(piece []byte) kind {
	if piece[0] != '*' {
		return text // the end of a command, or a request to go on
	}
	words := strings.FieldsFunc(strings.ToUpper(string(piece[:min(len(piece), 64)])), func(r rune) bool { return strings.ContainsRune(" ([\r\n", r) })
	if len(words) > 2 || len(words) == 2 {
		if _, err := strconv.ParseUint(words[1], 10, 32); err == nil {
			words = words[1:]
		}
	}
	if len(words) < 2 {
		return other
	}
	switch words[1] {
	case "OK", "NO", "BAD", "BYE", "PREAUTH", "CAPABILITY", "FLAGS", "EXISTS", "RECENT", "EXPUNGE":
		return text
	case "SEARCH":
		return number
	case "ESEARCH":
		return set
	case "FETCH":
		return fetch
	}
	return other
}

var (
	unclosed   = regexp.MustCompile(`^\S+ +[A-Za-z]+ +\[[^\]]*$`) // go-imap would look for the end in later lines
	anyLiteral = regexp.MustCompile(`\{(\d{1,18})\+?\} ?\r?\n$`)
	bodyFollow = regexp.MustCompile(`(?i)[ (]BODY\[\](?:<\d{1,10}>)? \{(\d{1,18})\}\r?\n$`)
	capability = regexp.MustCompile(`(?i)^\S+ +(?:[A-Z]+ *\[)?CAPABILITY`)
	endless    = regexp.MustCompile(capability.String() + `[^\]]*\(`) // go-imap would wait in a loop for the parenthesis to go
	bothKinds  = regexp.MustCompile(`(?i) IMAP4rev1\b`)
	newerKind  = regexp.MustCompile(`(?i) IMAP4rev2\b`)
)

// words lets a line of words through, and changes the few that go-imap would
// draw the wrong conclusions from.
func (s *sieve) words(piece []byte, whole bool) {
	if s.size > maxText {
		s.fail(errFlood)
		return
	}
	s.pass(piece)
	if !whole {
		if s.size == len(piece) && (bytes.IndexByte(piece, '[') >= 0 || capability.Match(piece)) {
			s.fail(errFlood) // what is that long says nothing to us
		}
		return
	}
	tag, rest, _ := strings.Cut(strings.TrimRight(string(piece), "\r\n"), " ")
	said, _, _ := strings.Cut(strings.ToUpper(strings.TrimLeft(rest, " ")), " ")
	switch {
	case unclosed.Match(bytes.TrimRight(piece, "\r\n")), endless.Match(piece):
		s.fail(errNotIMAP)
	case tag == "*" && !s.opened && (said == "OK" || said == "PREAUTH"):
		s.out = s.out[:0]
		s.greet("* " + said)
	case tag == "*" && said == "BYE": // nothing of use comes after it
		s.err = io.EOF
	case tag == "*" && said == "CAPABILITY" && bothKinds.Match(piece):
		s.out = newerKind.ReplaceAll(piece, nil)
	case tag != "*" && said == "OK" && s.entering.Load():
		s.out = append(s.out[:0], tag+" OK [CAPABILITY IMAP4rev1] -\r\n"...)
	}
	s.opened = true
}

// fetched lets a piece of the answer to a FETCH through.
func (s *sieve) fetched(piece []byte, ends bool) {
	for _, c := range piece {
		switch {
		case s.escape:
			s.escape = false
		case s.quoted:
			s.escape, s.quoted = c == '\\', c != '"'
		case c == '"':
			s.quoted = true
		case c == '(':
			s.depth++
		case c == ')':
			s.depth--
		}
		if s.depth > maxDepth {
			s.fail(errNotIMAP)
			return
		}
	}
	if s.size > maxText {
		s.fail(errFlood)
		return
	}
	s.pass(piece)
	if !ends {
		return
	}
	m := bodyFollow.FindSubmatch(s.last)
	switch {
	case s.quoted, s.depth > 0 && m == nil:
		s.fail(errNotIMAP)
	case s.depth > 0:
		s.body, _ = strconv.ParseInt(string(m[1]), 10, 64) // at most 18 digits
	default:
		s.line = fresh
	}
}
