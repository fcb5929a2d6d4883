package entry_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

func TestHeaderIsCanonical(t *testing.T) {
	h := reportHeader()
	good := string(h.Encode())
	sum := h.Parts[0].SHA256.String()
	for name, bad := range map[string]string{
		"empty":                "",
		"null":                 "null",
		"array":                "[" + good + "]",
		"cut":                  good[:len(good)-1],
		"new line after":       good + "\n",
		"space before":         " " + good,
		"space inside":         strings.Replace(good, `,"kind"`, `, "kind"`, 1),
		"two values":           good + good,
		"BOM":                  "\uFEFF" + good,
		"key in capitals":      strings.Replace(good, `"date"`, `"DATE"`, 1),
		"key twice":            strings.Replace(good, `"kind":"accepted"`, `"kind":"accepted","kind":"accepted"`, 1),
		"unknown key":          strings.Replace(good, `"parts"`, `"at":"now","parts"`, 1),
		"unknown key at end":   strings.TrimSuffix(good, "}") + `,"x":1}`,
		"keys in other order":  strings.Replace(good, `"kind":"accepted","date":"2026-09-07"`, `"date":"2026-09-07","kind":"accepted"`, 1),
		"needless escape":      strings.Replace(good, "accepted", `\u0061ccepted`, 1),
		"needless slash":       strings.Replace(good, "2026-09-07", `2026-09-0\/7`, 1),
		"empty ref":            strings.Replace(good, `"parts"`, `"ref":"","parts"`, 1),
		"null ref":             strings.Replace(good, `"parts"`, `"ref":null,"parts"`, 1),
		"empty by":             strings.TrimSuffix(good, "}") + `,"by":""}`,
		"version 01":           strings.Replace(good, `"v":1`, `"v":01`, 1),
		"version 1.0":          strings.Replace(good, `"v":1`, `"v":1.0`, 1),
		"version text":         strings.Replace(good, `"v":1`, `"v":"1"`, 1),
		"negative version":     strings.Replace(good, `"v":1`, `"v":-1`, 1),
		"no version":           strings.Replace(good, `"v":1,`, "", 1),
		"size as text":         strings.Replace(good, `"size":4296`, `"size":"4296"`, 1),
		"size with fraction":   strings.Replace(good, `"size":4296`, `"size":4296.0`, 1),
		"size with exponent":   strings.Replace(good, `"size":4296`, `"size":4e3`, 1),
		"size with sign":       strings.Replace(good, `"size":4296`, `"size":+4296`, 1),
		"size with zero":       strings.Replace(good, `"size":4296`, `"size":04296`, 1),
		"size over 64 bits":    strings.Replace(good, `"size":4296`, `"size":18446744073709555912`, 1),
		"size missing":         strings.Replace(good, `,"size":4296`, "", 1),
		"hash in capitals":     strings.Replace(good, sum, strings.ToUpper(sum), 1),
		"hash cut":             strings.Replace(good, sum, sum[1:], 1),
		"hash long":            strings.Replace(good, sum, sum+"00", 1),
		"hash not hex":         strings.Replace(good, sum, "g"+sum[1:], 1),
		"parts null":           good[:strings.Index(good, `"parts":`)] + `"parts":null}`,
		"comma after parts":    strings.Replace(good, "}]", "},]", 1),
		"parts without comma":  strings.Replace(good, "},{", "}{", 1),
		"invalid UTF-8 in it":  strings.Replace(good, "accepted", "accepte\xff", 1),
		"NUL in it":            strings.Replace(good, "accepted", "accepted\x00", 1),
		"unknown key of parts": strings.Replace(good, `"size":4296`, `"size":4296,"name":"x"`, 1),
	} {
		if bad == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := entry.DecodeHeader([]byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: got %v\n%s", name, err, bad)
		}
	}
}

// Whatever one byte is changed to, the header is refused or reads as another.
func TestHeaderOneByteChanged(t *testing.T) {
	good := staffHeader(entry.KindTriaged, entry.RoleNote)
	raw := good.Encode()
	for i := range raw {
		for _, c := range []byte{raw[i] ^ 0x20, raw[i] ^ 1, ' ', '"', '\\', 0, '0', 'f'} {
			if c == raw[i] {
				continue
			}
			bad := bytes.Clone(raw)
			bad[i] = c
			got, err := entry.DecodeHeader(bad)
			if err != nil {
				continue
			}
			if cmp.Equal(good, got) || !bytes.Equal(got.Encode(), bad) {
				t.Fatalf("byte %d as %q is not noticed: %s", i, c, bad)
			}
		}
	}
}

func TestUnknownVersion(t *testing.T) {
	good := string(staffHeader(entry.KindRead, entry.RoleNote).Encode())
	for _, bad := range []string{
		strings.Replace(good, `"v":1`, `"v":2`, 1),
		strings.Replace(good, `"v":1`, `"v":0`, 1),
		`{"v":2,"whatever":"else"}`,
		`{"v":18}`,
	} {
		if _, err := entry.DecodeHeader([]byte(bad)); !errors.Is(err, intake.ErrVersion) || errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
