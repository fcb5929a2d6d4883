package message

import (
	"bytes"
	"slices"
	"strings"
)

// splitMail cuts a mail at the first blank line. The lines above belong to the
// header however broken they are, because part of a broken Received or From
// must not become text; but for a boundary line of the mail's own parts. A
// mail that does not begin like one has no header.
func splitMail(raw []byte) (head, body []byte) {
	rest := raw
	for len(rest) > 0 && kindOf(rest[:lineEnd(rest)]) == blankLine {
		rest = rest[lineEnd(rest):]
	}
	if !opens(rest) {
		return nil, raw
	}
	start := len(raw) - len(rest)
	var contentType []byte // from here on, once there is one
	var delimiter string
	for at := start; at < len(raw); {
		line, _ := cutLine(raw[at:])
		switch kindOf(line) {
		case blankLine:
			return raw[start:at], raw[at+len(line):]
		case fieldLine:
			if contentType == nil && fieldName(line) == "content-type" {
				contentType = raw[at:]
			}
		case foldedLine:
			if after := raw[at+len(line):]; len(bytes.TrimSpace(line)) == 0 && separates(after) {
				return raw[start:at], after
			}
		case strangeLine:
			if contentType == nil || !bytes.HasPrefix(line, []byte("--")) {
				break
			}
			if delimiter == "" {
				delimiter = "--" + boundaryOf(contentType)
			}
			if len(delimiter) > 2 && strings.TrimRight(string(line), " \t\r\n") == delimiter {
				return raw[start:at], raw[at:]
			}
		}
		at += len(line)
	}
	return raw[start:], nil
}

// separates reports whether a line of nothing but spaces, before rest, ends
// the header as a blank one would: not when more of a header follows.
func separates(rest []byte) bool {
	for i := 0; i < nearLines && len(rest) > 0; i++ {
		var line []byte
		line, rest = cutLine(rest)
		switch k := kindOf(line); {
		case k == blankLine:
			return i > 0
		case i == 0 && (k == fieldLine || k == foldedLine):
			return false
		case k == fieldLine && (isMachineField(fieldName(line)) || slices.Contains(commonFields, fieldName(line))):
			return false
		}
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
func opens(raw []byte) bool {
	common := 0
	for i := 0; i < nearLines && len(raw) > 0; i++ {
		var line []byte
		line, raw = cutLine(raw)
		switch kindOf(line) {
		case blankLine:
			return false
		case fieldLine:
			if i == 0 {
				return true
			}
			switch name := fieldName(line); {
			case isMachineField(name):
				return true
			case slices.Contains(commonFields, name):
				common++
			}
		case foldedLine:
			if i == 0 && fieldName(bytes.TrimLeft(line, " \t")) != "" {
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
	}
	return false
}

// splitPart cuts a part of a multipart at the first blank line. Nobody's
// identity stands in its header, so that it ends at the first strange line
// already, unless Content-* fields follow: then that line was badly folded.
func splitPart(raw []byte) (head, body []byte) {
	strange, content := -1, false
	for at := 0; at < len(raw); {
		line, _ := cutLine(raw[at:])
		switch kindOf(line) {
		case blankLine:
			if strange < 0 {
				return raw[:at], raw[at+len(line):]
			}
			return cutStrange(raw, strange, content)
		case fieldLine:
			if strings.HasPrefix(fieldName(line), "content-") {
				strange, content = -1, true
			}
		case strangeLine, postmarkLine:
			if strange < 0 {
				strange = at
			}
		case foldedLine:
			if at == 0 && fieldName(bytes.TrimLeft(line, " \t")) == "" {
				return nil, raw
			}
		}
		at += len(line)
	}
	if strange < 0 && content {
		return raw, nil
	}
	return cutStrange(raw, strange, content)
}

func cutStrange(raw []byte, strange int, content bool) (head, body []byte) {
	if !content || strange < 0 {
		return nil, raw
	}
	return raw[:strange], raw[strange:]
}
