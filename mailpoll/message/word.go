package message

import "strings"

// decodeWords decodes the encoded words (RFC 2047) in s. Adjacent words of one
// character set are joined first, because mailers cut them by bytes, between
// the two of a Chinese character as well.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	var label string  // of the words not yet written
	var joined []byte // their bytes; nil when there are none
	flush := func() {
		if joined != nil {
			out.WriteString(convert(joined, label))
			joined = nil
		}
	}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		between := s[:i]
		charset, b, rest, ok := cutWord(s[i:])
		if !ok {
			flush()
			out.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		if joined == nil || strings.Trim(between, " \t") != "" {
			flush()
			out.WriteString(between)
			label = charset
		} else if !strings.EqualFold(charset, label) {
			flush()
			label = charset
		}
		if joined == nil {
			joined = []byte{}
		}
		joined = append(joined, b...)
		s = rest
	}
	flush()
	out.WriteString(s)
	return out.String()
}

// cutWord cuts an encoded word from the front of s.
func cutWord(s string) (charset string, b []byte, rest string, ok bool) {
	const longest = 64 // of a character set's name
	head := s[2:min(len(s), longest)]
	i := strings.IndexByte(head, '?')
	if i <= 0 || len(s) < 2+i+3 || s[2+i+2] != '?' {
		return "", nil, "", false
	}
	charset, how := head[:i], s[2+i+1]
	text := s[2+i+3:]
	end := strings.IndexByte(text, '?')
	if end < 0 || !strings.HasPrefix(text[end:], "?=") {
		return "", nil, "", false
	}
	text, rest = text[:end], text[end+2:]
	charset, _, _ = strings.Cut(charset, "*") // RFC 2231: a language may follow
	switch how {
	case 'B', 'b':
		b, _ := decodeAll(newBase64(inMemory([]byte(text))), len(text)/4*3) // memory does not fail
		return charset, b, rest, true
	case 'Q', 'q':
		return charset, unescapeQ(text), rest, true
	}
	return "", nil, "", false
}

// unescapeQ undoes the Q encoding.
func unescapeQ(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			b = append(b, ' ')
		case c == '=' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			b = append(b, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return b
}
