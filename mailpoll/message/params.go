package message

import (
	"strconv"
	"strings"
)

// params are the parameters of a Content-Type or Content-Disposition field, by
// name in lower case, as they stand but for quoting.
type params map[string]string

// parseParams cuts a field's value into what it says first and its parameters.
// It takes what mailers write: unquoted names with blanks and 8-bit characters
// in them, a missing semicolon, a quote that is never closed. Of parameters
// that are given twice the first counts.
func parseParams(v string) (first string, ps params) {
	first, rest, _ := strings.Cut(v, ";")
	if i := strings.IndexAny(first, " \t("); i >= 0 {
		// A comment, or a parameter without a semicolon before it.
		first, rest = first[:i], v[i:]
	}
	ps = params{}
	for rest = trimParam(rest); rest != ""; rest = trimParam(rest) {
		i := strings.IndexAny(rest, "=;")
		if i < 0 {
			break
		}
		if rest[i] == ';' {
			rest = rest[i:]
			continue
		}
		key := strings.ToLower(strings.TrimSpace(rest[:i]))
		var value string
		value, rest = cutValue(strings.TrimLeft(rest[i+1:], " \t"))
		if _, twice := ps[key]; !twice {
			ps[key] = value
		}
	}
	return strings.TrimSpace(first), ps
}

// trimParam cuts off what may stand before a parameter: semicolons, blanks and
// comments.
func trimParam(s string) string {
	for {
		s = strings.TrimLeft(s, "; \t")
		if !strings.HasPrefix(s, "(") {
			return s
		}
		i := strings.IndexByte(s, ')')
		if i < 0 {
			return ""
		}
		s = s[i+1:]
	}
}

// cutValue cuts a parameter's value from the front of s.
func cutValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	value, rest, _ = strings.Cut(s[1:], ";")
	return strings.TrimSpace(value), rest
}

// get is the parameter key, decoded: by RFC 2231, with its continuations, in
// any character set; else by the encoded words that mailers put there although
// RFC 2047 forbids it.
func (ps params) get(key string) string {
	if v, ok := ps[key+"*"]; ok {
		label, escaped := cutCharset(v)
		return convert(unescape(escaped), label)
	}
	var joined []byte
	var label string
	extended := false
	for n := 0; ; n++ {
		at := key + "*" + strconv.Itoa(n)
		if v, ok := ps[at+"*"]; ok {
			if n == 0 {
				label, v = cutCharset(v)
			}
			extended = true
			joined = append(joined, unescape(v)...)
		} else if v, ok := ps[at]; ok {
			joined = append(joined, v...)
		} else {
			break
		}
	}
	switch {
	case extended:
		return convert(joined, label)
	case joined != nil:
		return decodeWords(string(joined))
	}
	return decodeWords(ps[key])
}

// cutCharset cuts charset'language' from an extended value.
func cutCharset(v string) (label, escaped string) {
	label, rest, ok := strings.Cut(v, "'")
	if !ok {
		return "", v
	}
	if _, escaped, ok = strings.Cut(rest, "'"); !ok {
		return "", v
	}
	return label, escaped
}

// unescape undoes %XX; a percent sign that is none stays.
func unescape(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2]); hi >= 0 && lo >= 0 {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c - 'a' + 10)
	case 'A' <= c && c <= 'F':
		return int(c - 'A' + 10)
	}
	return -1
}
