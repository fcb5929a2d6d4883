package message

import (
	"bytes"
	"slices"
	"strings"

	"dengwen/intake"
)

// splitMail cuts a mail at the first blank line. The lines above belong to the
// header however broken they are, because part of a broken Received or From
// must not become text; but for a boundary line of the mail's own parts. A
// mail that does not begin like one has no header.
func splitMail(raw span) (head, body span) {
	l := raw.line(raw.off)
	for l.n > 0 && l.kind() == blankLine {
		l = raw.line(l.end())
	}
	start := l.off
	if !opens(raw.cut(start, raw.end)) {
		return raw.cut(raw.off, raw.off), raw
	}
	contentType := int64(-1) // where it stands, once there is one
	delimiter := ""
	for l = raw.line(start); l.n > 0; l = raw.line(l.end()) {
		fits := l.off-start <= intake.MaxHeaders // else it is beyond the limit, wherever it ends
		switch l.kind() {
		case blankLine:
			return raw.cut(start, l.off), raw.cut(l.end(), raw.end)
		case fieldLine:
			if contentType < 0 && fieldName(l.b) == "content-type" {
				contentType = l.off
			}
		case foldedLine:
			if after := raw.cut(l.end(), raw.end); fits && l.spaces() && separates(after) {
				return raw.cut(start, l.off), after
			}
		case strangeLine:
			if contentType < 0 || !fits || l.cut() || !bytes.HasPrefix(l.b, []byte("--")) {
				break
			}
			mark := strings.TrimRight(string(l.b), " \t\r\n")
			if delimiter == "" {
				delimiter = "--" + boundaryOf(raw.cut(contentType, l.off).bytes())
			}
			if len(delimiter) > 2 && mark == delimiter {
				return raw.cut(start, l.off), raw.cut(l.off, raw.end)
			}
		}
	}
	return raw.cut(start, raw.end), raw.cut(raw.end, raw.end)
}

// separates reports whether a line of nothing but spaces, before rest, ends
// the header as a blank one would: not when more of a header follows.
func separates(rest span) bool {
	l := rest.line(rest.off)
	for i := 0; i < nearLines && l.n > 0; i++ {
		switch k := l.kind(); {
		case k == blankLine:
			return i > 0
		case i == 0 && (k == fieldLine || k == foldedLine):
			return false
		case k == fieldLine && (isMachineField(fieldName(l.b)) || slices.Contains(commonFields, fieldName(l.b))):
			return false
		}
		l = rest.line(l.end())
	}
	return true
}

func boundaryOf(contentType []byte) string {
	for f := range fields(contentType) {
		_, ps := parseParams(f.value())
		return ps.get("boundary")
	}
	return ""
}

// nearLines is how far is looked ahead for more of a header.
const nearLines = 20

// commonFields are names of which a mail's header has some. People write them
// into letters too, but hardly two, and not those that machines write.
var commonFields = []string{"from", "to", "cc", "subject", "date", "sender"}

func isMachineField(name string) bool {
	switch name {
	case "received", "message-id", "return-path", "reply-to", "delivered-to", "mime-version", "content-type":
		return true
	}
	return strings.HasPrefix(name, "x-")
}

// opens reports whether raw begins with a header: with a field, even an
// indented one, or with a block that has two common fields in its first lines,
// or one that only machines write.
func opens(raw span) bool {
	common := 0
	l := raw.line(raw.off)
	for i := 0; i < nearLines && l.n > 0; i++ {
		switch l.kind() {
		case blankLine:
			return false
		case fieldLine:
			if i == 0 {
				return true
			}
			switch name := fieldName(l.b); {
			case isMachineField(name):
				return true
			case slices.Contains(commonFields, name):
				common++
			}
		case foldedLine:
			if i == 0 && isField(bytes.TrimLeft(l.b, " \t")) {
				return true
			}
		case postmarkLine:
			if i == 0 {
				return true
			}
		}
		if common == 2 {
			return true
		}
		l = raw.line(l.end())
	}
	return false
}

// splitPart cuts a part of a multipart at the first blank line. Nobody's
// identity stands in its header, so that it ends at the first strange line
// already, unless Content-* fields follow: then that line was badly folded.
func splitPart(raw span) (head, body span) {
	strange, content, blank := int64(-1), false, false
	l := raw.line(raw.off)
	for ; l.n > 0 && !blank; l = raw.line(l.end()) {
		switch l.kind() {
		case blankLine:
			if strange < 0 {
				return raw.cut(raw.off, l.off), raw.cut(l.end(), raw.end)
			}
			blank = true
		case fieldLine:
			if strings.HasPrefix(fieldName(l.b), "content-") {
				strange, content = -1, true
			}
		case strangeLine, postmarkLine:
			if strange < 0 {
				strange = l.off
			}
		case foldedLine:
			if l.off == raw.off && !isField(bytes.TrimLeft(l.b, " \t")) {
				return raw.cut(raw.off, raw.off), raw
			}
		}
	}
	switch {
	case !content:
		return raw.cut(raw.off, raw.off), raw
	case strange < 0:
		return raw, raw.cut(raw.end, raw.end)
	}
	return raw.cut(raw.off, strange), raw.cut(strange, raw.end)
}
