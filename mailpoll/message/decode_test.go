package message

import (
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestBase64(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "YQ==": "a", "YQ": "a", "Y Q\r\n=\t=": "a", "YWI=": "ab", "YWI": "ab", "YWJj": "abc", "YWJjZ": "abc", "Y*W!J(j": "abc",
		"YQ==YWI=": "aab", "YQ==\r\nYWI=\r\n": "aab", "YQ==\r\n--\r\nlist footer": "a", "YWJj\r\n\r\n-- \r\nlist footer": "abc", "YWJj\r\n\r\nYWJj": "abcabc",
		"====YQ==": "a", "YWJj\r\n\r\n": "abc",
	} {
		if got := decodes(t, newBase64(inMemory([]byte(in)))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a=3Db": "a=b", "a=3db": "a=b", "a=\r\nb": "ab", "a= \t\nb": "ab", "a \t\r\nb ": "a\r\nb", "a  b": "a  b", "a=zz=": "a=zz", "=": "", "==41": "=A", "50% = all": "50% = all",
	} {
		if got := decodes(t, newQuoted(inMemory([]byte(in)))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestUU(t *testing.T) {
	for in, want := range map[string]string{
		"#86)C": "abc", "#86)C\r\n!80``\r\n": "abca", "!80": "a", "`": "", "": "", "not of it": "", "#86)CX": "abc",
	} {
		if got := decodes(t, newUU(inMemory([]byte(in)))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for most, want := range map[int]string{
		5: "a\n[x y.txt abc]b\nbegin 644 cut\n#86)C\n",
		0: "a\nbegin 644 x y.txt\r\n#86)C\n`\nend\nb\nbegin 644 cut\n#86)C\n",
	} {
		text := takeUU("a\nbegin 644 x y.txt\r\n#86)C\n`\nend\nb\nbegin 644 cut\n#86)C\n", most, func(e encoded) string {
			return "[" + e.name + " " + decodes(t, newUU(e.lines)) + "]"
		})
		if text != want {
			t.Errorf("%d: %q", most, text)
		}
	}
}

func decodes(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := decodeAll(r, 0)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBeginUU(t *testing.T) {
	for line, want := range map[string]string{
		"begin 644 a.zip\r\n": "a.zip", "begin 0600 a b": "a b", "begin 64 a": "", "begin 00644 a": "", "begin 648 a": "", "begin 644": "", "begins 644 a": "", "Begin 644 a": "",
	} {
		if name, ok := beginUU([]byte(line)); name != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", line, name, ok)
		}
	}
}

func TestIsText(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "text\r\n\t\x1b$B": true, "one \x00": true, "\x00": true, "a\x00b\x00c\x00": false, strings.Repeat("a", 100) + "\x00\uFFFD\x01": true, "\uFFFD\uFFFD\uFFFD": false,
	} {
		if isText(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

// The decoders are readers like any other, and agree with the standard
// library on what is well-formed.
func TestDecoders(t *testing.T) {
	content := []byte(strings.Repeat("报告 with blanks \x00\xff\r\n", 3000))
	var quoted strings.Builder
	w := quotedprintable.NewWriter(&quoted)
	w.Binary = true
	_, err1 := w.Write(content)
	if err := w.Close(); err != nil || err1 != nil {
		t.Fatal(err, err1)
	}
	for name, r := range map[string]func() io.Reader{
		"base64":           func() io.Reader { return newBase64(inMemory([]byte(base64.StdEncoding.EncodeToString(content)))) },
		"quoted-printable": func() io.Reader { return newQuoted(inMemory([]byte(quoted.String()))) },
	} {
		if err := iotest.TestReader(r(), content); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPageText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "",
		"a\r\n  b\tc":                            "a b c",
		"<p>a</p><p>b</p>":                       "a\n\nb",
		"<div>a</div><div>b<br>c</div>":          "a\nb\nc",
		"a<br/><br />b":                          "a\n\nb",
		"<ul><li>a</li><li>b</ul>c":              "· a\n· b\n\nc",
		"<table><tr><td>a<td>b<tr><td>c</table>": "a b\nc",
		"a<b>b</b>c":                             "abc",
		"1 < 2 && 3 > 2 &amp;amp; &#25105;":      "1 < 2 && 3 > 2 &amp; 我",
		"<pre>a\n  b</pre>c":                     "a\n  b\nc",
		"<style>x</style>a<SCRIPT>if(1<2)</SCRIPT >b":        "ab",
		"<script>never closed":                               "never closed",
		"a<!-- <p>no</p> -->b<!doctype x>c":                  "abc",
		"a<!-- never closed":                                 "a<!-- never closed",
		`<a href="http://x.example/y">z</a>`:                 "z <http://x.example/y>",
		`<a href="http://x.example/y">x.example/y</a>`:       "x.example/y",
		`<a href="#top">z</a><a href="javascript:x()">w</a>`: "zw",
		`<img src="http://x.example/t.gif" alt="收据">`:        "[收据]",
		`<img src=http://x.example/t.gif>`:                   "",
		`<p title="a > b">c</p>`:                             "c",
		`<p title="a>b`:                                      "b",
		"a <never closed":                                    "a <never closed",
		"a&nbsp;&nbsp;b":                                     "a  b",
		"<h1>a</h1>b<hr>c":                                   "a\n\nb\n————\nc",
		"a\u200b<o:p></o:p>b":                                "a\u200bb",
	} {
		if got, _ := pageText(in); got != want {
			t.Errorf("%s: %s", in, cmp.Diff(want, got))
		}
	}
	for in, want := range map[string]bool{`<img src="data:image/png;base64,AA">`: true, `<IMG SRC = 'DATA:x'>`: true, `<img src="x.png">`: false, `<img alt="data:">`: false} {
		if _, embeds := pageText(in); embeds != want {
			t.Errorf("%s: %v", in, embeds)
		}
	}
	for in, want := range map[string]string{`<meta charset="GBK">`: "gbk", `<meta content="text/html; charset=big5">`: "big5", "<p>": "", "charset='": ""} {
		if got := pageCharset([]byte(in)); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}
