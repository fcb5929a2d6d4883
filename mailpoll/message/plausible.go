package message

import (
	"io"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// A weight says how far decoded bytes look like what somebody wrote. Bytes of
// GB18030 nearly always mean something in Big5 too, and the other way round,
// but not what people write: about every second character is one that is
// hardly ever used, and commas and full stops become signs that stand nowhere.
type weight struct {
	chars int // that count; common punctuation counts twice
	// simple and traditional are those of them that are common in each script.
	// A text is in one; a mixture of both is a wrong decoding.
	simple, traditional int
	faults              int // broken characters, and those for private use
}

const (
	// plausible is the least share of a text that was decoded rightly. Of eight
	// characters of a right one, one at most was rare in any sentence tried; of
	// a wrong one four, on average.
	plausible = 0.85
	// margin is by how much one decoding must be better than another to be
	// more than chance.
	margin = 0.08
	// enough is how many characters must be weighed to disbelieve a label, and
	// plenty how many to be sure.
	enough, plenty = 8, 1024
)

// share is the part of the characters that is common, at most 1. Faults weigh
// against it.
func (w weight) share() float64 {
	if w.chars == 0 {
		return 1
	}
	return float64(max(w.simple, w.traditional)-2*w.faults) / float64(w.chars)
}

// speaks reports whether w is of Chinese sentences, and of nothing else.
func (w weight) speaks() bool {
	return w.chars >= enough && w.share() >= plausible && w.faults == 0
}

// outdoes reports whether w is plainly what was meant, and what the label says
// is not.
func (w weight) outdoes(labelled weight) bool {
	return w.chars >= enough && w.share() >= plausible && w.share()-labelled.share() >= margin
}

func weighAs(e encoding.Encoding, b []byte) weight {
	var s scale
	pieces(e, b, func(text []byte) bool {
		s.put(text)
		return s.chars < plenty
	})
	return s.weight
}

// weighLabel weighs b decoded by a label that is known.
func weighLabel(label string, b []byte) weight {
	r, _ := labelReader(label, b)
	return weigh(r)
}

// weigh reads a decoded text until it has seen plenty.
func weigh(decoded io.Reader) weight {
	buf := make([]byte, 4<<10)
	tail := 0 // bytes in buf of a character that is not whole yet
	var s scale
	for s.chars < plenty {
		n, err := decoded.Read(buf[tail:])
		text := buf[:tail+n]
		cut := len(text)
		if err == nil {
			cut = wholeRunes(text)
		}
		s.put(text[:cut])
		tail = copy(buf, text[cut:])
		if err != nil {
			break
		}
	}
	return s.weight
}

// A scale weighs a text that comes in pieces.
type scale struct {
	weight
	last rune
	run  int // letters of other scripts, one after the other
}

func (s *scale) put(text []byte) {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r != s.last || unicode.Is(unicode.Han, r) { // lines are drawn with one sign
			s.count(r, &s.run)
		}
		s.last, text = r, text[n:]
	}
}

// count counts one character. ASCII and signs that stand in text of any kind
// say nothing. Letters of other scripts come in words, and those that a wrong
// decoding gives come alone.
func (w *weight) count(r rune, run *int) {
	letters := *run
	*run = 0
	switch {
	case isBroken(r) || unicode.Is(unicode.Co, r):
		w.chars++
		w.faults++
	case r < 0x80:
	case isPunctuation(r):
		w.add(2, 2, true, true)
	case unicode.Is(unicode.Han, r):
		l := levelOne()
		w.add(1, 1, l.simple.has(r), l.traditional.has(r))
	case r < 0x2000 || r >= 0x3040 && r < 0x3100 || r >= 0xac00 && r < 0xd7b0:
		*run = letters + 1
		switch {
		case *run == 3: // now the two before are of a word too
			w.add(1, 3, true, true)
		default:
			w.add(1, 1, *run > 3, *run > 3)
		}
	case r < 0x3000 || r >= 0x10000:
	default: // forms for vertical text, bopomofo, narrow kana
		w.chars++
	}
}

func (w *weight) add(chars, n int, simple, traditional bool) {
	w.chars += chars
	if simple {
		w.simple += n
	}
	if traditional {
		w.traditional += n
	}
}

// isPunctuation reports what stands in any Chinese text, and hardly ever comes
// of a wrong decoding.
func isPunctuation(r rune) bool {
	return r >= 0x3001 && r <= 0x3003 || r >= 0x3008 && r <= 0x3011 || r >= 0x2014 && r <= 0x201d || r == 0x2026 || r >= 0xff01 && r <= 0xff5e
}

// wholeRunes is the length of text without a character cut at its end.
func wholeRunes(text []byte) int {
	for i := len(text) - 1; i >= 0 && i >= len(text)-3; i-- {
		if text[i] >= 0xc0 {
			return i
		}
		if text[i] < 0x80 {
			break
		}
	}
	return len(text)
}

// A runeSet holds characters of the basic plane.
type runeSet [1 << 16 / 64]uint64

func (s *runeSet) has(r rune) bool { return r < 1<<16 && s[r>>6]>>(r&63)&1 != 0 }

// levels are the characters that the standards themselves name common: level 1
// of GB2312 (rows 16 to 55) and of Big5 (A440 to C67E).
type levels struct{ simple, traditional runeSet }

var levelOne = sync.OnceValue(func() *levels {
	var l levels
	l.simple.fill(simplifiedchinese.GB18030, 0xb0a1, 0xd7f9, 0xa1)
	l.traditional.fill(traditionalchinese.Big5, 0xa440, 0xc67e, 0x40)
	return &l
})

// fill adds the Chinese characters with codes of two bytes from first to last.
// Codes whose second byte is below trail are of later additions.
func (s *runeSet) fill(e encoding.Encoding, first, last int, trail byte) {
	for code := first; code <= last; code++ {
		if byte(code) < trail {
			continue
		}
		for _, r := range decodeWith(e, []byte{byte(code >> 8), byte(code)}) {
			if unicode.Is(unicode.Han, r) && r < 1<<16 {
				s[r>>6] |= 1 << (r & 63)
			}
		}
	}
}
