package message

import (
	"bytes"
	"io"
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
// GB2312 and the like.
var gbLabels = []string{"gb2312", "gbk", "gb18030", "gb_2312-80", "gb_2312", "csgb2312", "cp936", "ms936", "windows-936", "x-gbk", "euc-cn", "chinese", "gb"}

func familyOf(label string) family {
	for _, prefix := range []string{"iso-2022", "hz", "utf-16", "utf16", "ucs-2", "utf-32", "csiso2022"} {
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
	for _, gb := range gbLabels {
		if label == gb {
			return "gb18030"
		}
	}
	if label == "cp950" || label == "x-x-big5" || label == "big5-hkscs" {
		return "big5"
	}
	return label
}

func byLabel(label string, b []byte) (string, bool) {
	r, err := charset.Reader(label, bytes.NewReader(b))
	if err != nil {
		return "", false
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return "", false
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), true
}
