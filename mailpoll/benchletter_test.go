package mailpoll_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The mails of the benchmark: how many, the bounds of one without a file, in
// bytes, and the file that every twelfth has.
const (
	benchMails    = 5_000
	leastMail     = 2 << 10
	mostMail      = 20 << 10
	benchAttached = 200 << 10
	attachedEvery = 12
)

// benchArrival is when the i-th mail came: one every five seconds of the first
// day's hours.
func benchArrival(i int) time.Time {
	return time.Date(2026, 9, 7, 1, 0, 0, 0, time.UTC).Add(time.Duration(i) * 5 * time.Second)
}

// sayings are what the mails are made of.
var sayings = []string{
	"村里的水库去年加固，账目一直没有公开。", "我们问过三次，都说再等一等。", "补助的名单上有人早已搬走，有人从来没有听说过。", "材料和照片在附件里，请查收。",
	"招标那天只来了一家公司，结果第二天就贴了出来。", "会上说要整改，会后什么也没有改。", "低保评定没有开会，名单是先写好的。", "请为我保密，也请给一个答复。",
	"仓库里的化肥按高价卖给了农户。", "路修了不到半年就坏了，验收却是合格。", "食堂的采购由亲戚经办，价格比市场高一半。", "学校收的费没有收据。",
}

// A penman writes mails as the usual mailers do; the same seed writes the same.
type penman struct {
	*rand.Rand
	n int
}

// A hand is how one mailer writes: its name, its character set, the transfer
// encoding, and whether an HTML page comes with the text.
type hand struct {
	mailer, charset, coding string
	page                    bool
}

var hands = []hand{
	{"X-Mailer: Foxmail 7.2.25.254[cn]", "GB2312", "base64", true},
	{"X-QQ-mid: webmail812t1757\nX-Mailer: QQMail 2.x", "utf-8", "base64", true},
	{"X-Mailer: Coremail Webmail Server Version XT5.0.14\nX-CM-TRANSID: AQAAfwDXz1abcdef", "GBK", "base64", true},
	{"X-Mailer: Microsoft Outlook 16.0\nThread-Index: AdqVqLr0", "utf-8", "quoted-printable", true},
	{"User-Agent: Mozilla Thunderbird", "gb18030", "8bit", false},
}

// letter is one mail, with the line ends of a maildir.
func (p *penman) letter() []byte {
	p.n++
	h := hands[p.IntN(len(hands))]
	at, id := benchArrival(p.n).In(time.FixedZone("", 8*3600)).Format(time.RFC1123Z), p.Uint64()
	var b bytes.Buffer
	for hop := range 3 {
		fmt.Fprintf(&b, "Received: from mx%d.example.invalid (unknown [192.0.2.%d])\n\tby mail.example.invalid (Postfix) with ESMTPS id %016X\n\tfor <xuncha@example.invalid>; %s\n", hop, hop+1, p.Uint64(), at)
	}
	fmt.Fprintf(&b, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.invalid; s=s2026;\n\th=From:To:Subject:Date; b=%s\n", base64.StdEncoding.EncodeToString(p.noise(96)))
	fmt.Fprintf(&b, "Date: %s\nFrom: %s <sender%d@example.invalid>\nTo: <xuncha@example.invalid>\nSubject: %s\nMessage-ID: <%016x@example.invalid>\n%s\nMIME-Version: 1.0\n",
		at, h.word("一名群众"), p.n, h.word(fmt.Sprintf("反映问题（第%d号）", p.n)), id, h.mailer)
	target := leastMail + p.IntN(mostMail*9/10-leastMail)
	attached := p.n%attachedEvery == 0
	if attached {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"----=_mixed%x\"\n\n------=_mixed%x\n", id, id)
	}
	h.write(&b, p.say(h, target-b.Len()), id)
	if attached {
		fmt.Fprintf(&b, "\n------=_mixed%x\nContent-Type: application/octet-stream; name=\"%s\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"%[2]s\"\n\n", id, h.word(fmt.Sprintf("材料%d.dat", p.n)))
		encode64(&b, p.noise(benchAttached))
		fmt.Fprintf(&b, "\n------=_mixed%x--\n", id)
	}
	return b.Bytes()
}

// say is a text that comes to about so many bytes once it is written.
func (p *penman) say(h hand, size int) string {
	perChar := map[string]int{"base64": 8, "quoted-printable": 28, "8bit": 6}[h.coding] // times 3
	if h.charset == "utf-8" && h.coding == "base64" {
		perChar = 12
	}
	if h.page {
		perChar = perChar * 21 / 10
	}
	var text strings.Builder
	for chars := 0; chars < max(size*3/perChar, 20); {
		s := sayings[p.IntN(len(sayings))]
		chars += len(s) / 3
		text.WriteString(s)
		if p.IntN(4) == 0 {
			text.WriteByte('\n')
		}
	}
	return text.String()
}

func (p *penman) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(p.Uint32())
	}
	return b
}

// write writes a text, and its page beside it.
func (h hand) write(b *bytes.Buffer, text string, id uint64) {
	if !h.page {
		h.part(b, "text/plain", text)
		return
	}
	fmt.Fprintf(b, "Content-Type: multipart/alternative; boundary=\"----=_form%x\"\n\nThis is a multi-part message in MIME format.\n\n------=_form%x\n", id, id)
	h.part(b, "text/plain", text)
	fmt.Fprintf(b, "\n------=_form%x\n", id)
	h.part(b, "text/html", "<html><body><div>"+strings.ReplaceAll(text, "\n", "</div><div>")+"</div></body></html>")
	fmt.Fprintf(b, "\n------=_form%x--\n", id)
}

func (h hand) part(b *bytes.Buffer, kind, text string) {
	fmt.Fprintf(b, "Content-Type: %s; charset=%q\nContent-Transfer-Encoding: %s\n\n", kind, h.charset, h.coding)
	raw := h.bytes(text)
	switch h.coding {
	case "base64":
		encode64(b, raw)
	case "quoted-printable":
		var q bytes.Buffer
		w := quotedprintable.NewWriter(&q)
		_, _ = w.Write(raw) // a buffer takes everything
		_ = w.Close()
		b.Write(bytes.ReplaceAll(q.Bytes(), []byte("\r\n"), []byte("\n")))
		b.WriteByte('\n')
	default:
		b.Write(append(raw, '\n'))
	}
}

// word is an encoded word (RFC 2047).
func (h hand) word(s string) string {
	return "=?" + h.charset + "?B?" + base64.StdEncoding.EncodeToString(h.bytes(s)) + "?="
}

func (h hand) bytes(s string) []byte {
	if h.charset == "utf-8" {
		return []byte(s)
	}
	raw, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err) // it has every character that there is
	}
	return raw
}

func encode64(b *bytes.Buffer, raw []byte) {
	s := base64.StdEncoding.EncodeToString(raw)
	for ; len(s) > 76; s = s[76:] {
		b.WriteString(s[:76] + "\n")
	}
	b.WriteString(s + "\n")
}

// benchLetter fails unless a mail is of the size that the benchmark promises.
func (p *penman) benchLetter(b testing.TB) []byte {
	b.Helper()
	raw := p.letter()
	size := len(raw) + bytes.Count(raw, []byte("\n"))
	if p.n%attachedEvery == 0 {
		size -= benchAttached * 4 / 3 * 78 / 76
	}
	if size < leastMail || size > mostMail {
		b.Fatalf("mail %d has %d bytes without its file", p.n, size)
	}
	return raw
}
