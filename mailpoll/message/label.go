package message

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-message/charset"
)

// A labelled character set, as far as it matters how it is tried.
type family int

const (
	unlabelled family = iota // no label, UTF-8, ASCII, or one that nobody knows
	singleByte               // every byte is a character: nothing ever fails
	multiByte                // of East Asia
	stateful                 // escapes in 7-bit text, or not ASCII at all
)

// gbLabels all mean GB18030, of which they are parts: mailers label GBK as
// GB2312 and the like. big5Labels mean Big5 with what Hong Kong adds.
var (
	gbLabels   = []string{"gb2312", "gbk", "gb18030", "gb_2312-80", "gb_2312", "csgb2312", "cp936", "ms936", "windows-936", "x-gbk", "euc-cn", "chinese", "gb"}
	big5Labels = []string{"cp950", "ms950", "windows-950", "x-windows-950", "x-x-big5", "x-big5", "csbig5", "big5-hkscs", "big5hkscs", "big-5", "big5-eten"}
)

func familyOf(label string) family {
	for _, prefix := range []string{"iso-2022", "csiso2022", "hz", "utf-7", "utf7", "csutf7", "utf-16", "utf16", "ucs-2", "unicode", "csunicode", "iso-10646"} {
		if strings.HasPrefix(label, prefix) {
			return stateful
		}
	}
	for _, prefix := range []string{"iso-8859", "iso8859", "windows-125", "cp125", "latin", "koi8", "macintosh", "x-mac", "ibm", "cp8", "l1"} {
		if strings.HasPrefix(label, prefix) {
			return singleByte
		}
	}
	switch label {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return unlabelled
	}
	return multiByte
}

// isWestern reports whether a label is one that programs put on text of which
// they know nothing.
func isWestern(label string) bool {
	switch label {
	case "iso-8859-1", "iso8859-1", "iso-8859-15", "windows-1252", "latin1", "cp1252":
		return true
	}
	return false
}

// cleanLabel repairs the ways in which charset parameters are written.
func cleanLabel(label string) string {
	label = strings.ToLower(strings.Trim(label, " \t\"'"))
	label = strings.TrimPrefix(label, "charset=")
	switch {
	case slices.Contains(gbLabels, label):
		return "gb18030"
	case slices.Contains(big5Labels, label):
		return "big5"
	}
	return label
}

// labelReader decodes b by its label, if that is known. The web's standard
// knows some labels only to show one U+FFFD instead of the whole text; here
// nobody knows those.
func labelReader(label string, b []byte) (io.Reader, bool) {
	probe, err := charset.Reader(label, strings.NewReader("a"))
	if err != nil {
		return nil, false
	}
	if out, err := io.ReadAll(probe); err != nil || string(out) == "\uFFFD" && familyOf(label) != stateful {
		return nil, false
	}
	r, err := charset.Reader(label, bytes.NewReader(b))
	return r, err == nil
}
