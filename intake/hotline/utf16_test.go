package hotline

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// UTF-16 is read without its mark as with it, in either order.
func TestUTF16WithoutMark(t *testing.T) {
	want := meanings(t, open(t, testdata(t, "utf8.tsv"), Options{}))
	for file, encoding := range map[string]string{"utf16le.txt": "UTF-16LE", "utf16be.txt": "UTF-16BE"} {
		b := testdata(t, file)
		if !bytes.Contains([]byte("\xff\xfe\xfe\xff"), b[:2]) {
			t.Fatalf("%s has no mark", file)
		}
		l := open(t, b[2:], Options{})
		if l.Encoding() != encoding || l.Format() != TSV {
			t.Errorf("%s: read as %s, %s", file, l.Encoding(), l.Format())
		}
		if diff := cmp.Diff(want, meanings(t, l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// Letters whose lower byte is 0, letters beyond 16 bits, and letters that are
// others when the bytes are turned do not mislead.
func TestUTF16OddLetters(t *testing.T) {
	text := "时间\t内容\r\n2026/9/7 9:00\t一、七七八八，儿\U00020000\U0001f4de" + strings.Repeat("一", 5_000) + "\r\n"
	for _, little := range []bool{true, false} {
		rows := read(t, open(t, utf16Bytes(text, little), Options{}))
		if len(rows) != 1 || rows[0].Report == nil || !strings.HasPrefix(rows[0].Report.Text, "一、七七八八，儿\U00020000\U0001f4de一") {
			t.Errorf("little %v: %+v", little, rows)
		}
	}
}

// utf16Bytes is a text in UTF-16 without a mark.
func utf16Bytes(text string, little bool) []byte {
	var b []byte
	unit := func(u uint16) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	for _, r := range text {
		if r >= 0x10000 {
			r -= 0x10000
			unit(uint16(0xd800 + r>>10))
			unit(uint16(0xdc00 + r&0x3ff))
			continue
		}
		unit(uint16(r))
	}
	return b
}
