package message

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitMail(t *testing.T) {
	for _, tt := range []struct{ raw, head, body string }{
		{"", "", ""},
		{"A: b\r\n\r\nx", "A: b\r\n", "x"},
		{"A: b\n\nx\n", "A: b\n", "x\n"},
		{"A: b", "A: b", ""},
		{"\r\n\r\nA: b\r\n\r\nx", "A: b\r\n", "x"},
		{" A: b\n\nx", " A: b\n", "x"},
		{"From a\nA: b\n\nx", "From a\nA: b\n", "x"},
		{"文字\n\nx", "", "文字\n\nx"},
		{"文字\nP: s\n\nx", "", "文字\nP: s\n\nx"},
		{"文字\nFrom: a\n\nx", "", "文字\nFrom: a\n\nx"},
		{"文字\nFrom: a\nTo: b\n\nx", "文字\nFrom: a\nTo: b\n", "x"},
		{"文字\nX-A: b\n\nx", "文字\nX-A: b\n", "x"},
		{"A: b\nstrange\nC: d\n\nx", "A: b\nstrange\nC: d\n", "x"},
		{"A: b\n \n c\nD: e\n\nx", "A: b\n \n c\nD: e\n", "x"},
		{"A: b\n \nx\n", "A: b\n", "x\n"},
		{"A: b\n \nstrange\nFrom: c\n\nx", "A: b\n \nstrange\nFrom: c\n", "x"},
		{"A: b\n \n\nx", "A: b\n \n", "x"},
		{"Content-Type: multipart/mixed; boundary=b\n--b\n\nx", "Content-Type: multipart/mixed; boundary=b\n", "--b\n\nx"},
		{"A: b\n" + strings.Repeat("\r", 2*lineHead) + "c\n\nx", "A: b\n" + strings.Repeat("\r", 2*lineHead) + "c\n", "x"},
		{"A: b\n" + strings.Repeat(" ", 2*lineHead) + "c\nx", "A: b\n" + strings.Repeat(" ", 2*lineHead) + "c\nx", ""},
		{"Content-Type: multipart/mixed; boundary=b\n--c\n\nx", "Content-Type: multipart/mixed; boundary=b\n--c\n", "x"},
	} {
		head, body := splitMail(inMemory([]byte(tt.raw)))
		if head, body := string(head.bytes()), string(body.bytes()); head != tt.head || body != tt.body {
			t.Errorf("%q: %q, %q", tt.raw, head, body)
		}
	}
}

func TestSplitPart(t *testing.T) {
	for _, tt := range []struct{ raw, head, body string }{
		{"", "", ""},
		{"\r\nx", "", "x"},
		{"Content-A: b\r\n\r\nx", "Content-A: b\r\n", "x"},
		{"Content-A: b", "Content-A: b", ""},
		{"words\n\nmore", "", "words\n\nmore"},
		{"Note: words", "", "Note: words"},
		{"  words", "", "  words"},
		{"X-A: b\n\nx", "X-A: b\n", "x"},
		{"Content-A: b;\nc=d\nContent-E: f\n\nx", "Content-A: b;\nc=d\nContent-E: f\n", "x"},
		{"Content-A: b\nwords\n\nmore", "Content-A: b\n", "words\n\nmore"},
	} {
		head, body := splitPart(inMemory([]byte(tt.raw)))
		if head, body := string(head.bytes()), string(body.bytes()); head != tt.head || body != tt.body {
			t.Errorf("%q: %q, %q", tt.raw, head, body)
		}
	}
}

func TestFields(t *testing.T) {
	head := "A : b\r\n\tc\r\nstrange\r\nContent-Type: x;\r\nname=y\r\nno parameter\r\nSubject: =?a\r\n=?b\r\nFrom z\r\n"
	var got []string
	for f := range fields([]byte(head)) {
		got = append(got, f.name+"="+f.value())
	}
	want := []string{"a=b \tc", "=strange", "content-type=x; name=y", "=no parameter", "subject==?a =?b", "=From z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSplit(t *testing.T) {
	long := strings.Repeat("b", lineHead+1)
	for _, tt := range []struct {
		body, boundary string
		want           []string // an epilogue begins with +
	}{
		{"--b\nx\n--b--", "b", []string{"x"}},
		{"pre\r\n--b\r\nx\r\n\r\n--b \t\r\n--b\r\ny\r\n--b--\r\nepi\r\n", "b", []string{"x\r\n", "", "y", "+epi\r\n"}},
		{"--b\nx\n--bb\ny\n--b c\nz", "b", []string{"x\n--bb\ny\n--b c\nz"}},
		{"--b\nx\n--b--c\ny\n--b-->\nz\n--b\nw", "b", []string{"x\n--b--c\ny", "+z", "w"}},
		{"x --b\ny", "b", nil},
		{"--b\nx", "", nil},
		{"--b\nContent-Type: a/b\n\nx\n--b--\n", "", []string{"Content-Type: a/b\n\nx"}},
		{"--a\n--b\ncontent-type: a/b\n\nx\n--b--\n", "lying", []string{"content-type: a/b\n\nx"}},
		{"--b\nx\n--b", "b  ", []string{"x", ""}},
		{"--b" + strings.Repeat(" ", lineHead) + "\nx\n--b\ny", "b", []string{"y"}},
		{"--b\nx\n--b--" + strings.Repeat(" ", lineHead) + "\ny", "b", []string{"x", "+y"}},
		{"--" + long + "\nContent-Type: a/b\n\nx", long, nil},
	} {
		pieces, err := split(inMemory([]byte(tt.body)), tt.boundary, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range pieces {
			s := string(p.bytes())
			if p.epilogue {
				s = "+" + s
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: %s", tt.body, diff)
		}
	}
	if pieces, err := split(inMemory([]byte(strings.Repeat("--b\nx\n", 11))), "b", 10); err == nil {
		t.Errorf("%d pieces", len(pieces))
	}
}

func TestParams(t *testing.T) {
	for _, tt := range []struct{ v, first, name string }{
		{"text/plain", "text/plain", ""},
		{`a/b; name=c.txt; charset=d`, "a/b", "c.txt"},
		{`a/b;NAME="c;d.txt"`, "a/b", "c;d.txt"},
		{`a/b; name="c \"d\" \\ e\f"`, "a/b", `c "d" \ e\f`},
		{`a/b name="c.txt"`, "a/b", "c.txt"},
		{`a/b (x; name=y); name=c`, "a/b", "c"},
		{`a/b; x; name=c d.txt`, "a/b", "c d.txt"},
		{`a/b; name="c.txt`, "a/b", "c.txt"},
		{`a/b; name=c; name=d`, "a/b", "c"},
		{`a/b; name==?utf-8?B?6LSm?= =?utf-8?B?55uu?=`, "a/b", "账目"},
		{`a/b; name*=gbk''%D5%CB%C4%BF.txt; name=x`, "a/b", "账目.txt"},
		{`a/b; name*=%41%zz%4`, "a/b", "A%zz%4"},
		{`a/b; name*1=d; name*0=c; name*3=f`, "a/b", "cd"},
		{`a/b; name*0*=utf-8'en'%E8%B4; name*1*=%A6; name*2="%41"`, "a/b", "账%41"},
		{`a/b; name*0="=?utf-8?B?6LSm"; name*1="55uu?="`, "a/b", "账目"},
		{"a/b; name=账目.txt", "a/b", "账目.txt"},
		{";;=;name=c", "", "c"},
		{"", "", ""},
	} {
		first, ps := parseParams(tt.v)
		if first != tt.first || ps.get("name") != tt.name {
			t.Errorf("%s: %q, %q", tt.v, first, ps.get("name"))
		}
	}
}
