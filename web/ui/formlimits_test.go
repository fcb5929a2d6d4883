package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var someLimits = FormLimits{Fields: 50, FieldBytes: 1 << 16, Body: 1 << 20}

// Limits: what lies at one is taken, one more is not.
func TestFormLimits(t *testing.T) {
	l := FormLimits{Fields: 3, FieldBytes: 30, Body: 4096}
	field := sent{"a", "", "0123456789"}
	for _, tt := range []struct {
		what    string
		entries []sent
		err     error
	}{
		{"all fields", []sent{field, field, field}, nil},
		{"one field more", []sent{field, field, {"a", "", ""}, {"a", "", ""}}, ErrFormTooLarge},
		{"one byte more", []sent{field, field, {"a", "", "01234567890"}}, ErrFormTooLarge},
		{"a file", []sent{field, {"f", "x", strings.Repeat("x", 3000)}}, nil},
		{"a file over the body's limit", []sent{field, {"f", "x", strings.Repeat("x", 4000)}}, ErrFormTooLarge},
	} {
		media, body := multi(t, tt.entries...)
		for _, announced := range []bool{true, false} {
			r := post(media, bytes.NewReader(body))
			if !announced {
				r.ContentLength = -1
			}
			f, _, err := take(r, l)
			if !errors.Is(err, tt.err) {
				t.Errorf("%s, announced %v: %v, want %v", tt.what, announced, err, tt.err)
			}
			if f.Get("a") != field.value {
				t.Errorf("%s: the first field is lost", tt.what)
			}
		}
		if strings.Contains(tt.what, "file") {
			continue
		}
		query := ""
		for _, e := range tt.entries {
			query += "&" + e.field + "=" + e.value
		}
		if _, _, err := take(post("application/x-www-form-urlencoded", strings.NewReader(query[1:])), l); !errors.Is(err, tt.err) {
			t.Errorf("%s, urlencoded: %v, want %v", tt.what, err, tt.err)
		}
	}
	media, body := multi(t, field, sent{"f", "x", strings.Repeat("x", 3000)})
	l.Body = int64(len(body))
	if _, _, err := take(post(media, bytes.NewReader(body)), l); err != nil {
		t.Error("a body of just the limit:", err)
	}
	r := post(media, bytes.NewReader(append(body, make([]byte, 5000)...)))
	r.ContentLength = -1
	if f, _, err := take(r, l); err != nil { // what follows the form is nobody's
		t.Error(err, f.Names())
	}
}

// A form that breaks off anywhere is never taken for whole, and the network's
// error, which names the client's address, does not go on.
func TestFormCut(t *testing.T) {
	media, body := multi(t, sent{"text", "", "long enough"}, sent{"f", "a.jpg", strings.Repeat("bytes", 20)})
	whole := bytes.LastIndex(body, []byte("--")) + 2
	for _, tt := range []struct{ cause, want error }{
		{io.ErrUnexpectedEOF, ErrFormCut},
		{io.EOF, ErrFormCut},
		{&net.OpError{Op: "read", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 4711}, Err: os.ErrDeadlineExceeded}, ErrFormSlow},
		{&net.OpError{Op: "read", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 4711}, Err: errors.New("reset")}, ErrFormCut},
	} {
		for n := range whole {
			_, _, err := take(post(media, io.MultiReader(bytes.NewReader(body[:n]), iotest.ErrReader(tt.cause))), someLimits)
			if !errors.Is(err, tt.want) && !errors.Is(err, ErrFormBroken) || strings.Contains(err.Error(), "192.0.2.7") {
				t.Errorf("cut at %d of %d by %v: %v", n, len(body), tt.cause, err)
			}
		}
	}
}

// Drain reads the rest and learns the names of its files.
func TestDrain(t *testing.T) {
	media, body := multi(t, sent{"text", "", "a"}, sent{"f", "a.jpg", "1"}, sent{"f", "b.jpg", strings.Repeat("2", 9000)})
	for _, tt := range []struct {
		what string
		l    FormLimits
		want []string
	}{
		{"nothing read", someLimits, []string{"a.jpg", "b.jpg"}},
		{"announced to be too large", FormLimits{Fields: 50, FieldBytes: 1 << 16, Body: 5000}, []string{"a.jpg", "b.jpg"}},
	} {
		in := bytes.NewReader(body)
		f, err := ReadForm(httptest.NewRecorder(), post(media, in), tt.l)
		if err != nil {
			t.Fatal(tt.what, err)
		}
		f.Drain()
		if diff := cmp.Diff(tt.want, f.Names()); diff != "" || in.Len() > 0 && tt.l.Body > 5000 {
			t.Errorf("%s: %d bytes left: %s", tt.what, in.Len(), diff)
		}
	}
	// Files that are far longer than a head may be.
	long := []sent{{"text", "", "a"}}
	var names []string
	for i := range 5 {
		names = append(names, fmt.Sprint(i, ".jpg"))
		long = append(long, sent{"f", names[i], strings.Repeat("x", 70<<10)})
	}
	media2, body2 := multi(t, long...)
	f, err := ReadForm(httptest.NewRecorder(), post(media2, bytes.NewReader(body2)), someLimits)
	if err != nil {
		t.Fatal(err)
	}
	if f.Drain(); !slices.Equal(f.Names(), names) {
		t.Errorf("names %q, want %q", f.Names(), names)
	}
	if f, err = ReadForm(httptest.NewRecorder(), post(media2, bytes.NewReader(body2)), someLimits); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range f.Files() {
		if n++; err != nil {
			t.Fatal("files that are not read:", err)
		}
	}
	if n != len(names) {
		t.Errorf("%d files", n)
	}
	// A body that does not end is left at the bound.
	endless := &counter{}
	f, err = ReadForm(httptest.NewRecorder(), post(media, io.MultiReader(bytes.NewReader(body[:300]), endless)), someLimits)
	f.Drain()
	if endless.n > 2*someLimits.Body+1<<16 {
		t.Errorf("%d bytes read of an endless body (%v)", endless.n, err)
	}
}

// A counter is an endless body.
type counter struct{ n int64 }

func (c *counter) Read(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
