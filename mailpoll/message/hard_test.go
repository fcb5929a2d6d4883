package message

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// TestHardInput: what would take long if any step looked at the rest again for
// each of its pieces, or if every piece cost much by itself. The acceptance is
// 50 ms per KB; here it is a tenth, for the race detector's sake, where a
// hundredth is usual.
func TestHardInput(t *testing.T) {
	const size = 200 << 10
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	parts := func(n int, header, body string) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n"+header+"\n\n"+body+"\n", n) + "--b--"
	}
	numbered := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	page, text, in64 := "Content-Type: text/html\n\n", "Content-Type: text/plain\n\n", "Content-Transfer-Encoding: base64\n"
	for name, raw := range map[string]string{
		"tags": page + fill("<"), "open tags": page + fill("<a "), "quotes": page + fill(`<a b=">" `), "mixed quotes": page + fill(`<a b='"><c d="'`),
		"comments": page + fill("<!--"), "scripts": page + fill("<script>"), "links": page + fill(`<a href="http://x/y">z`), "link ends": page + `<a href="http://x">` + fill("z</a>"),
		"references": page + fill("&amp"), "attributes": page + "<img " + fill("a=b ") + ">", "lone equals": page + "<img " + fill("= ") + ">",
		"100,000 tags": page + strings.Repeat("<b>", 100_000), "styles": page + fill("<style></style"), "titles": page + fill("<title><"), "photos": page + fill("<img src=data:;base64,/9j/>"),
		"uuencode": text + fill("begin 644 a\n"), "uuencoded lines": text + fill("begin 644 A\nM\n"), "uuencoded files": text + fill("begin 644 a\n#86)C\n`\nend\n"),
		"padding": in64 + "\n" + fill("A="), "blank base64": in64 + "\n" + fill("\n\nA"),
		"blanks": "Content-Transfer-Encoding: quoted-printable\n\n" + fill(" ") + "x", "equals": "Content-Transfer-Encoding: quoted-printable\n\n" + fill("= "),
		"words": "Subject: " + fill("=?a?b?") + "\n\n", "word beginnings": "Subject: " + fill("=?") + "\n\n", "good words": "Subject: " + fill("=?gbk?B?sA==?= ") + "\n\n",
		"words apart": "Subject: " + fill("=?gb2312?B?sA==?=a") + "\n\n", "words of two sets": "Subject: " + fill("=?gbk?q?\xb0?==?big5?q?\xb0?=") + "\n\n", "words in doubt": "Subject: " + fill("=?gbk?q?=C3=A9?=a") + "\n\n",
		"words of UTF-16": "Subject: " + fill("=?utf-16?q?=b0?=a") + "\n\n", "words of nothing": "Subject: " + fill("=?x?q?\xb0?=a") + "\n\n", "words of old sets": "Subject: " + fill("=?cp437?q?\xb0?=a") + "\n\n", "words of HZ": "Subject: " + fill("=?hz?q?~{?=a") + "\n\n",
		"words in senders": "From: " + fill("=?gbk?q?=b0?=a") + "<a@b>\n\n", "words of senders": "From: " + fill("=?gbk?q?=b0?= <a@b>,") + "\n\n", "words in names": "Content-Type: image/gif; name=\"" + fill("=?gbk?q?=b0?=a") + "\"\n\n",
		"parameters": "Content-Type: multipart/mixed" + fill(`;a="\";`) + "\n\n", "comments in fields": "Content-Type: text/plain" + fill(";(") + "\n\n", "continuations": "Content-Type: image/gif; name*0=a" + fill(";name*1=a") + "\n\n",
		"many continuations": "Content-Type: image/gif" + numbered(9000, ";name*%d*=gbk''%%b0%%a1") + "\n\n", "many parameters": "Content-Type: image/gif" + numbered(20_000, ";a%d=b") + "\n\n",
		"addresses": "From: " + fill("a@b,") + "\n\n", "comments in addresses": "From: " + fill("(") + "\n\n", "angles": "From: " + fill("<") + "\n\n", "quoted names": "From: " + fill(`"a" `) + "<a@b>\n\n",
		"header lines": fill("a:\n"), "strange lines": "Content-Type: multipart/mixed; boundary=x\n" + fill("--\n"), "blank lines": fill("\n"),
		"8-bit lines": "From: a@b\n" + fill("\xb0\n"), "8-bit fields": "From: a@b\n" + fill("a:\xb0\n"), "marked lines": "From: a@b\n" + fill("\xff\xfe\n"), "8-bit subjects": fill("subject:\xb0\n"), "broken UTF-8": "From: a@b\n" + fill("a:水\xb0\n"),
		"no boundary": "Content-Type: multipart/mixed\n\n" + fill("--a\n"), "near boundaries": "Content-Type: multipart/mixed; boundary=a\n\n" + fill("\n--ab"), "closings": "Content-Type: multipart/mixed; boundary=a\n\n--a\n" + fill("\n--a--"),
		"photos in pages": page + `<img src="data:` + fill(";base64,/9j/"), "no photos in pages": page + `<img src="data:` + fill(";base64,"), "long photos in pages": page + `<img src="data:` + fill(";base64,/9j/"+strings.Repeat("A", 1000)),
		"spaced header": "X-A: b\n" + fill(" \nstrange\n"), "spaced long header": "X-A: b\n" + fill(" \n"+strings.Repeat("strange\n", 18)+"To: x\n"),
		"forwards in base64": "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"+strings.Repeat("U3ViamVjdDogYQ0KDQph", 10)+"\n"),
		"uuencode parts":     "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\nContent-Transfer-Encoding: x-uuencode\n\n"+strings.Repeat("begin 644 a\n", 20)),
		"nested headless":    nest(20, false)[:len(nest(20, false))-40] + fill("--b\n"), "nested 8-bit header": nest(19, true)[:len(nest(19, true))-len("Content-Type: text/plain\r\n\r\ndeep words")] + "From: a\n" + fill("\xb0\n"),
		"8-bit names": parts(999, "Content-Type: a/b; name=\xb0", "x"), "8-bit texts": parts(999, "Content-Type: text/plain; charset=gbk", "\xb0"), "8-bit pages": parts(999, "Content-Type: text/html; charset=l1", "\xb0"), "8-bit forwards": parts(499, "Content-Type: message/rfc822", "a:\xb0"),
		"small files": parts(999, "Content-Type: application/octet-stream\n"+in64, "sLA="), "armour": parts(999, "Content-Type: text/plain; name=a.asc", "-----BEGIN PGP "),
		"pages said above": "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + strings.Repeat("字", maxAgain/4) + "\n" +
			strings.Repeat("--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nx\n--c\nContent-Type: text/html\n\nx\n--c--\n", 330) + "--b--",
		"quoted mails": text + fill("发件人: a\n"), "signatures": text + fill("手机: 1\n"), "delimiters": text + fill("--\na\n"), "numbers": text + fill(strings.Repeat("1 ", 140)+"\n"),
		"8-bit text": text + fill("\xb0\n"), "UTF-7": "Content-Type: text/plain; charset=utf-7\n\n" + fill("+AAAA-"), "uuencode in base64": in64 + "\n" + base64.StdEncoding.EncodeToString([]byte(fill("begin 644 a\n#86)C\n`\nend\n"))),
	} {
		start := time.Now()
		if r := holds(t, []byte(raw)); r != nil { // whichever way it goes
			open(t, r)
		}
		if took := time.Since(start); took > time.Duration(len(raw)>>10+1)*5*time.Millisecond {
			t.Errorf("%s: %v for %d KB", name, took, len(raw)>>10)
		}
	}
}

// TestPieces: decoding and weighing in pieces is what a reader of x/text does,
// wherever the pieces end.
func TestPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 9))
	words := inEncoding(t, simplifiedchinese.GB18030, strings.Repeat("反映水库的问题，ok。", 900))
	for i := range 400 {
		b := words[random.IntN(40):][:random.IntN(1+i*i/12)]
		if i%2 == 0 {
			b = make([]byte, len(b))
			for j := range b {
				b[j] = byte(random.UintN(256))
			}
		}
		for _, e := range []encoding.Encoding{simplifiedchinese.GB18030, traditionalchinese.Big5, unicode.UTF8, japanese.ISO2022JP, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)} {
			if got, want := decodeWith(e, b), readText(e.NewDecoder().Reader(strings.NewReader(string(b))), len(b)); got != want {
				t.Fatalf("%v: %d bytes are decoded to %d, want %d", e, len(b), len(got), len(want))
			}
			if got, want := weighAs(e, b), weigh(e.NewDecoder().Reader(strings.NewReader(string(b)))); got != want && want.chars < plenty {
				t.Fatalf("%v: %d bytes weigh %+v, want %+v", e, len(b), got, want)
			}
		}
	}
}
