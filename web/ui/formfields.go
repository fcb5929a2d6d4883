package ui

import (
	"bufio"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// fields are a form's values as they come in. No more is ever held than the
// limits allow: what is over them is read and thrown away, for the rest of the
// form has words, too.
type fields struct {
	values map[string][]string
	known  []string
	count  int   // fields that may still come
	bytes  int64 // and bytes of all their values
	one    int64 // bytes of a single value, so that a long text leaves room for the others
	over   bool  // something did not fit
	broken bool  // an escape of an urlencoded form is none
	buf    []byte
}

func newFields(l FormLimits) fields {
	return fields{values: map[string][]string{}, known: l.Known, count: l.Fields, bytes: l.FieldBytes, one: l.FieldBytes * 3 / 4, buf: make([]byte, 4096)}
}

// Get is the first value of a field, or "".
func (f *fields) Get(name string) string {
	if values := f.values[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// All lists the values of a field in the order of the form.
func (f *fields) All(name string) []string { return slices.Clone(f.values[name]) }

func (f *fields) knows(name string) bool { return f.known == nil || slices.Contains(f.known, name) }

// keep reads a value to its end, and keeps it under its name if it is to be
// kept. Error: that of the reader; what had come of the value is kept.
func (f *fields) keep(name string, in io.Reader) error {
	if !f.knows(name) {
		_, _, err := f.upTo(in, 0)
		return err
	}
	if f.count--; f.count < 0 {
		f.over = true
		_, _, err := f.upTo(in, 0)
		return err
	}
	value, more, err := f.upTo(in, min(f.bytes, f.one))
	f.over = f.over || more
	f.bytes -= int64(len(value))
	f.values[name] = append(f.values[name], value)
	return err
}

// upTo reads to the end, and returns the first bytes, at most as many as given
// and no half character at a cut, and whether there was more. After an error it
// returns what had come.
func (f *fields) upTo(in io.Reader, most int64) (value string, more bool, err error) {
	var b strings.Builder
	for {
		n, err := in.Read(f.buf)
		room := min(int64(n), most-int64(b.Len()))
		b.Write(f.buf[:room])
		more = more || room < int64(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			return whole(b.String()), more, err
		}
	}
	if more {
		return whole(b.String()), more, nil
	}
	return b.String(), false, nil
}

// whole leaves out what a cut has left of the last character.
func whole(s string) string {
	for range utf8.UTFMax - 1 {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size != 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// clean replaces what is no UTF-8, and reports whether there was any.
func (f *fields) clean() (foreign bool) {
	for name, values := range f.values {
		for i, v := range values {
			clean := strings.ToValidUTF8(v, "\uFFFD")
			if f.values[name][i] = clean; clean != v {
				foreign = true
			}
		}
	}
	return foreign
}

// maxFieldName is more than any name of a field of ours has, in bytes.
const maxFieldName = 256

// readQuery reads an urlencoded form (WHATWG URL, section 5.1), decoding while
// it comes in: of three bytes that stand for one, one is kept.
func (f *fields) readQuery(in io.Reader) error {
	q := &query{in: bufio.NewReader(in)}
	for {
		q.ended, q.value, q.broken = false, false, false
		name, long, err := f.upTo(q, maxFieldName)
		if err != nil {
			return err
		}
		wasBroken := q.broken
		q.ended, q.value = q.over(), true
		if long || name == "" && q.at != '=' {
			_, _, err = f.upTo(q, 0)
		} else {
			err = f.keep(strings.ToValidUTF8(name, "\uFFFD"), q)
			f.broken = f.broken || f.knows(name) && (q.broken || wasBroken)
		}
		if err != nil {
			return err
		}
		if q.at == 0 {
			return nil
		}
	}
}

// A query is the name of a field, which ends at = or &, or its value, which
// ends at &.
type query struct {
	in     *bufio.Reader
	value  bool
	ended  bool
	broken bool
	at     byte // what ended it, 0 for the end of all
}

// over reports whether the pair ended with its name: it has no value then.
func (q *query) over() bool { return q.at != '=' }

func (q *query) Read(p []byte) (n int, err error) {
	for !q.ended && n < len(p) {
		c, err := q.in.ReadByte()
		switch {
		case err == io.EOF:
			q.ended, q.at = true, 0
			continue
		case err != nil:
			return n, err
		case c == '&', c == '=' && !q.value:
			q.ended, q.at = true, c
			continue
		case c == '+':
			c = ' '
		case c == '%':
			digits, err := q.in.Peek(2)
			if err != nil && err != io.EOF {
				return n, err
			}
			if len(digits) == 2 && hex(digits[0]) >= 0 && hex(digits[1]) >= 0 {
				c = byte(hex(digits[0])<<4 | hex(digits[1]))
				_, _ = q.in.Discard(2) // they are there
			} else {
				q.broken = true // and stands for itself
			}
		}
		p[n] = c
		n++
	}
	if q.ended && n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// hex is what a digit stands for, or -1.
func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
