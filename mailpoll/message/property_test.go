package message

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"

	"dengwen/intake"

	"golang.org/x/text/encoding/traditionalchinese"
)

// TestAnyBytes changes the samples at random.
func TestAnyBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	for name, raw := range samples(t) {
		for range 200 {
			b := bytes.Clone(raw)
			for range 1 + random.IntN(8) {
				if len(b) == 0 {
					break
				}
				switch i, j := random.IntN(len(b)), random.IntN(len(b)); random.IntN(4) {
				case 0:
					b[i] = byte(random.UintN(256))
				case 1:
					b = append(b[:min(i, j):min(i, j)], b[max(i, j):]...)
				case 2:
					b = append(b[:max(i, j):max(i, j)], b[min(i, j):]...)
				case 3:
					b = bytes.ReplaceAll(b, b[i:min(i+2, len(b))], []byte("\n"))
				}
			}
			if holds(t, b); t.Failed() {
				t.Fatalf("%s: %q", name, b)
			}
		}
	}
}

// TestNothingIsLost: what stands in a mail is in the text or in a file that the
// team can read, whatever the form.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(1500) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 1))}
		raw := "From: canary@example.net\r\nSubject: " + m.say() + "\r\n" + m.part(4)
		if _, err := openRaw([]byte(raw)); err != nil {
			continue
		}
		seen := open(t, holds(t, []byte(raw)))
		for _, s := range m.wanted {
			if !strings.Contains(seen, s) {
				t.Fatalf("seed %d: %q is missing\n%s\n--- read as\n%s", seed, s, raw, seen)
			}
		}
		if strings.Contains(seen, "canary") {
			t.Fatalf("seed %d: %s", seed, seen)
		}
	}
}

// TestWrittenByALibrary reads what go-message writes.
func TestWrittenByALibrary(t *testing.T) {
	var b bytes.Buffer
	var h mail.Header
	h.SetSubject("关于水库工程的一个很长的标题，需要折行才能放进邮件头的一行里，所以分成了几个编码词")
	h.SetAddressList("From", []*mail.Address{{Name: "一名职工", Address: "sender@example.net"}})
	w, err := mail.CreateWriter(&b, h)
	if err != nil {
		t.Fatal(err)
	}
	var ih mail.InlineHeader
	ih.SetContentType(plainText, map[string]string{"charset": "utf-8"})
	iw, err := w.CreateSingleInline(ih)
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("内容\x00\xff"), 20_000)
	_, err1 := io.WriteString(iw, "正文\r\n第二行")
	err2 := iw.Close()
	var ah mail.AttachmentHeader
	ah.SetFilename("账目 2026.xlsx")
	aw, err3 := w.CreateAttachment(ah)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	_, err1 = aw.Write(content)
	err2, err3 = aw.Close(), w.Close()
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	r := holds(t, b.Bytes())
	if r.Subject != "关于水库工程的一个很长的标题，需要折行才能放进邮件头的一行里，所以分成了几个编码词" || r.Text != "正文\n第二行" || r.Identity.Name != "一名职工" || r.Identity.Contact != "sender@example.net" {
		t.Errorf("%+v", r)
	}
	for f := range r.Files {
		if got, _ := io.ReadAll(f.Body); !f.Private && (f.Name != "账目 2026.xlsx" || !bytes.Equal(got, content)) {
			t.Errorf("%q, %d bytes", f.Name, len(got))
		}
	}
}

// TestLongText: what is longer than a report's text may be is a file, whole;
// what comes after it is text again.
func TestLongText(t *testing.T) {
	long := strings.Repeat("长", intake.MaxDecoded/6+1) // two of them do not fit
	part := "Content-Type: text/plain; charset=utf-8\r\n\r\n" + long + "\r\n"
	m := &maker{Rand: rand.New(rand.NewPCG(1, 1))}
	r := holds(t, []byte(m.multipart("mixed", part, part, "\r\nshort")))
	if r.Text != long+"\n\nshort" {
		t.Errorf("%d bytes of text", len(r.Text))
	}
	for f := range r.Files {
		if got, _ := io.ReadAll(f.Body); !f.Private && (f.Name != "text-1.txt" || strings.TrimSpace(string(got)) != long) {
			t.Errorf("%q, %d bytes", f.Name, len(got))
		}
	}
	over := []byte("Content-Type: text/plain\r\n\r\n" + long + long)
	r = holds(t, over)
	if n := strings.Count(open(t, r), "长"); r.Text != "" || n != 2*(intake.MaxDecoded/6+1) {
		t.Errorf("%d bytes of text, %d characters in all", len(r.Text), n)
	}
	big5, _ := traditionalchinese.Big5.NewEncoder().Bytes([]byte(long + long))
	holds(t, append([]byte("Subject: x\n\n"), big5...)) // fits as it stands, and not decoded
}
