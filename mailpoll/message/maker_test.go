package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A maker makes well-formed mails of a random form, and remembers what the
// team must find in them.
type maker struct {
	*rand.Rand
	n      int
	wanted []string
}

func (m *maker) say() string {
	m.n++
	s := fmt.Sprintf("第%d句话，反映水库工程的问题。", m.n)
	m.wanted = append(m.wanted, s)
	return s
}

// body writes content in a random transfer encoding, below its header.
func (m *maker) body(header string, content []byte) string {
	switch m.IntN(3) {
	case 0:
		return header + "Content-Transfer-Encoding: BASE64\r\n\r\n" + strings.ReplaceAll(base64.StdEncoding.EncodeToString(content), "/", "/\r\n") + "\r\n"
	case 1:
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write(content)
		_ = w.Close()
		return header + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b.String() + "\r\n"
	}
	return header + "\r\n" + string(content) + "\r\n"
}

// text is a text in a random character set, labelled or not.
func (m *maker) text(kind, s string) string {
	if kind == htmlText {
		s = "<html><body><div>" + s + "</div></body></html>"
	}
	charset, b := "utf-8", []byte(s)
	if m.IntN(2) == 0 {
		charset = []string{"gb18030", "gb2312", "GBK", "us-ascii", "utf-8", "iso-8859-1"}[m.IntN(6)]
		b, _ = simplifiedchinese.GB18030.NewEncoder().Bytes(b)
	}
	return m.body("Content-Type: "+kind+"; charset="+charset+"\r\n", b)
}

func (m *maker) part(depth int) string {
	kinds := 7
	if depth == 0 {
		kinds = 3
	}
	switch m.IntN(kinds) {
	case 0:
		return m.text(plainText, m.say())
	case 1:
		return m.text(htmlText, m.say())
	case 2:
		m.n++
		name := fmt.Sprintf("账目（%d）.dat", m.n)
		m.wanted = append(m.wanted, name)
		return m.body("Content-Type: application/x-data; name=\""+name+"\"\r\n", []byte(m.say()))
	case 3:
		return "Content-Type: message/rfc822\r\n\r\nX-A: canary\r\nSubject: " + m.say() + "\r\n" + m.part(depth-1)
	case 4:
		s := m.say()
		return m.multipart("alternative", m.text(plainText, s), m.text(htmlText, s))
	}
	var parts []string
	for range 1 + m.IntN(4) {
		parts = append(parts, m.part(depth-1))
	}
	return m.multipart([]string{"mixed", "related", "signed"}[m.IntN(3)], parts...)
}

func (m *maker) multipart(kind string, parts ...string) string {
	m.n++
	b := fmt.Sprintf("b%d.", m.n)
	return "Content-Type: multipart/" + kind + "; boundary=\"" + b + "\"\r\n\r\npreamble\r\n--" + b + "\r\n" + strings.Join(parts, "\r\n--"+b+"\r\n") + "\r\n--" + b + "--\r\n"
}
