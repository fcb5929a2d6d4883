package message

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dengwen/intake"
)

// marks says what stands in a mail's text besides what its sender meant to
// report: a signature, and older mails that are quoted. Both may name the
// sender. The text stays as it is; whoever reads it is warned. The order is
// always this one.
//
// It goes by how mailers and people begin lines, reads every line once, and of
// long ones only the first sign: nothing here is a line of more than maxHint
// bytes. It warns too often rather than too seldom, but not of a plain report.
func marks(text string) []intake.Mark {
	var h hints
	for line := range strings.Lines(text) {
		if h.line(line); h.signature && h.quotes {
			break
		}
	}
	h.endBlock()
	var found []intake.Mark
	if h.signature {
		found = append(found, intake.MarkSignature)
	}
	if h.quotes {
		found = append(found, intake.MarkQuotes)
	}
	return found
}

const (
	maxHint  = 300 // bytes of a line that can be a hint
	maxShort = 40  // characters of a line in a signature
	maxBlock = 10  // lines of a signature
	nearby   = 6   // lines in which a quoted header's fields stand together
)

// hints is what was seen in the lines so far.
type hints struct {
	signature, quotes bool

	n        int      // lines read that are not blank
	block    []string // the last lines, as long as they are short ones
	closing  bool     // a signature's delimiter or a closing phrase stands above
	previous string   // the line before, lest an attribution be wrapped
	arrows   int      // lines that begin with >
	// The lines where a quoted header's sender and another of its fields stood
	// last; 0 is nowhere.
	senderAt, otherAt int
}

// line reads one line of the text.
func (h *hints) line(line string) {
	if strings.HasPrefix(line, ">") {
		h.arrow(line)
	}
	if len(line) > maxHint {
		h.n++
		h.block, h.previous = nil, ""
		return
	}
	line = strings.ToLower(strings.TrimFunc(line, isSpace))
	if line == "" {
		return
	}
	h.n++
	if isDelimiter(line) {
		h.closing = true
		return
	}
	if h.quoted(line) {
		h.endBlock()
	} else if !strings.HasPrefix(line, ">") && !isNote(line) {
		h.signed(line)
		h.remember(line)
	}
	h.previous = line
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' }

// isDelimiter reports the line above a signature (RFC 3676, section 4.3), which
// loses its blank on the way as often as not.
func isDelimiter(line string) bool { return line == "--" || line == "——" }

// isNote reports a line that this package itself puts into the text.
func isNote(line string) bool {
	return strings.HasPrefix(line, "〔") && strings.HasSuffix(line, "〕")
}

// remember keeps a line of what may turn out to be the last block. A whole
// sentence ends it: what is above was text.
func (h *hints) remember(line string) {
	last, _ := utf8.DecodeLastRuneInString(line)
	if utf8.RuneCountInString(line) > maxShort || strings.ContainsRune("。！？；", last) {
		h.block = nil
		return
	}
	if len(h.block) == maxBlock {
		h.block = append(h.block[:0], h.block[1:]...)
	}
	h.block = append(h.block, line)
}

// endBlock looks at the block in which a text ends, which is a signature if it
// says how to reach somebody.
func (h *hints) endBlock() {
	ways := 0
	for _, line := range h.block {
		switch {
		case hasNumber(line) || strings.Contains(line, "@") && !strings.Contains(line, "://"):
			ways += 2
		case labelled(line, reachLabels):
			ways += 2
		case labelled(line, placeLabels):
			ways++
		}
	}
	h.signature = h.signature || ways >= 2
	h.block = nil
}

// labelled reports whether a line begins with one of the labels and a colon,
// and goes on.
func labelled(line string, labels []string) bool {
	if !strings.Contains(line, ":") && !strings.Contains(line, "：") {
		return false
	}
	for _, label := range labels {
		rest, ok := strings.CutPrefix(line, label)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " \u3000*")
		for _, colon := range []string{":", "："} {
			if value, ok := strings.CutPrefix(rest, colon); ok && strings.Trim(value, " \u3000*") != "" {
				return true
			}
		}
	}
	return false
}

// hasNumber reports whether a line has a telephone number: a mobile one of
// eleven digits, or seven and more behind an area code.
func hasNumber(line string) bool {
	digits, first := 0, byte(0)
	for i := 0; i <= len(line); i++ {
		c := byte(0)
		if i < len(line) {
			c = line[i]
		}
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits == 1 {
				first = c
			}
		case digits > 0 && (c == '-' || c == ' ' && i+1 < len(line) && line[i+1] >= '0' && line[i+1] <= '9'):
		default:
			if digits == 11 && first == '1' || digits >= 10 && digits <= 12 && first == '0' || digits == 13 && strings.Contains(line, "86") {
				return true
			}
			digits = 0
		}
	}
	return false
}
