package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
)

const (
	octets    = "Content-Type: application/octet-stream"
	signature = "-----BEGIN PGP SIGNATURE-----\r\n\r\ncanary\r\n-----END PGP SIGNATURE-----\r\n"
	publicKey = "Comment: canary\r\n-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\ncanary\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n"
	message   = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMAzzz\r\n-----END PGP MESSAGE-----\r\n"
	clearText = "-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nwords\r\n" + signature
	card      = "BEGIN:VCARD\r\nEMAIL:canary@example.net\r\nEND:VCARD\r\n"
)

// named are headers of parts with a name written in the ways in which it is.
func named(name string) []string {
	encoded := base64.StdEncoding.EncodeToString([]byte(name))
	upper := strings.ToUpper(name)
	return []string{
		octets + "\r\nContent-Disposition: attachment; filename=" + name,
		octets + "; name=\"" + upper + "\"",
		octets + "\r\nContent-Disposition: attachment; filename=\"" + name + ". . \"",
		octets + "\r\nContent-Disposition: attachment; filename=\"" + strings.Repeat("a", 400) + name + strings.Repeat(" ", 40) + ".\"",
		octets + "\r\nContent-Disposition: attachment; filename*=utf-8''%E6%96%87" + strings.ReplaceAll(upper, ".", "%2E") + "%20",
		octets + "\r\nContent-Disposition: attachment; filename*0=\"" + name[:1] + "\"; filename*1=\"" + name[1:] + "\"",
		octets + "; name=\"=?utf-8?B?" + encoded[:4] + "?= =?utf-8?B?" + encoded[4:] + "?=\"",
		octets + "; name=" + name + "\r\nContent-Disposition: attachment; filename=plain.bin",
		"Content-Type: text/plain; name=\"" + name + "\u200b\"",
	}
}

// TestPrivateFiles: what mail programs add to a mail by themselves reaches the
// custodian alone, by its type or by any form of its name, and the team knows
// once that there is something.
func TestPrivateFiles(t *testing.T) {
	type file struct {
		head, body string
		secrecy    secrecy
	}
	var files []file
	for _, kind := range sealedTypes {
		files = append(files, file{"Content-Type: " + strings.ToUpper(kind) + "; charset=utf-8", "canary", sealed})
	}
	for _, kind := range quietTypes {
		files = append(files, file{"Content-Type: " + kind + "; name=plain.txt", "canary", quiet})
	}
	for _, ending := range append(sealedEndings, "winmail.dat", "WinMail(1).dat") {
		if ending == ".eml" {
			continue // a forwarded mail, of which the words are shown
		}
		for _, head := range named("a" + ending) {
			if strings.HasSuffix(ending, ".dat") {
				head = octets + "; name=\"" + ending + " \""
			}
			files = append(files, file{head, "From: canary\r\n", sealed})
		}
	}
	for _, ending := range quietEndings {
		for _, head := range named("smime" + ending) {
			files = append(files, file{head, "\x30\x80canary", quiet})
		}
	}
	for _, ending := range armourEndings {
		for _, head := range named("signature" + ending) {
			files = append(files, file{head, signature, quiet}, file{head, publicKey, quiet})
		}
	}
	files = append(files,
		file{octets + "; name=attachment.bin", "\x78\x9f\x3e\x22canary", sealed},
		file{octets + "; name=\"a.v\u200bcf\"", "canary", sealed},
		file{"Content-Type: message/partial; id=x; number=1", "From: canary", sealed},
		file{"Content-Type: message/external-body; access-type=url", "Content-Type: text/plain\r\n\r\ncanary", sealed},
		// The sender's own.
		file{octets + "; name=encrypted.asc", message, shared},
		file{octets + "; name=message.asc", clearText, shared},
		file{"Content-Type: text/plain; name=msg.asc", message, shared},
		file{octets + "; name=notes.md", "words\r\n" + signature, shared},
		file{octets + "; name=manual.asc", "= Words about -----BEGIN =\r\n", shared},
		file{octets + "; name=data.dat", "x\x9f>data", shared},
		file{"Content-Type: text/plain; name=vcf.txt", card, shared},
		file{"Content-Type: text/csv; name=\"winmail.csv\"", "a,b", shared},
		file{"Content-Type: image/gif; name=msg.gif", "GIF89a", shared},
	)
	for _, f := range files {
		for _, coding := range []string{"", "\r\nContent-Transfer-Encoding: base64"} {
			body := f.body
			if coding != "" {
				body = base64.StdEncoding.EncodeToString([]byte(body))
			}
			one := "--b\r\n" + f.head + coding + "\r\n\r\n" + body + "\r\n"
			r := read(t, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n"+one+one+"--b--\r\n")
			if seen := open(t, r); f.secrecy != shared && strings.Contains(seen, "canary") {
				t.Errorf("%q: the team reads %q", f.head, seen)
			}
			notes := strings.Count(r.Text, noteSealed)
			if !strings.HasPrefix(r.Text, "words") || notes > 1 || notes == 1 != (f.secrecy == sealed) {
				t.Errorf("%q: the text is %q", f.head, r.Text)
			}
			checkKept(t, r, f.head, f.body, f.secrecy != shared)
		}
	}
}

// checkKept: both files are there, byte for byte, in front of the raw mail.
func checkKept(t *testing.T, r *intake.Report, head, want string, private bool) {
	t.Helper()
	n := 0
	for f, err := range r.Files {
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(f.Body); err == nil && f.Private == private && bytes.Equal(b, []byte(want)) {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%q: kept %d times as private %v", head, n, private)
	}
}

// TestPrivateFilesInTexts: the same of files that stand uuencoded in a text, of
// which not even the name is told.
func TestPrivateFilesInTexts(t *testing.T) {
	for name, body := range map[string]string{
		"canary.vcf": card, "canary.EML": "From: canary", "canary.msg": "canary", "winmail.dat": "canary", "a.dat": "\x78\x9f\x3e\x22canary", "canary.asc": signature,
	} {
		lines := inUULines(name, body, "\r\n")
		for head, text := range map[string]string{
			"":                                      "above\r\n" + lines + "below",
			"Content-Transfer-Encoding: base64\r\n": base64.StdEncoding.EncodeToString([]byte("above\r\n" + lines + "below")),
			octets + "\r\nContent-Transfer-Encoding: uue\r\n": lines,
		} {
			r := read(t, "Subject: s\r\n"+head+"\r\n"+text)
			if seen := open(t, r); strings.Contains(seen, "canary") || !strings.HasPrefix(head, octets) && strings.Count(seen, noteSealed) != 1 {
				t.Errorf("%s, %q: the team reads %q", name, head, seen)
			}
			n := 0
			for f := range r.Files {
				if b, err := io.ReadAll(f.Body); err == nil && f.Private && string(b) == body {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s, %q: kept %d times", name, head, n)
			}
		}
	}
}

// TestInvitation: a meeting beside a text shows the text, whichever stands
// first; a mail that is nothing else says so.
func TestInvitation(t *testing.T) {
	meeting := "--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nORGANIZER:mailto:canary\r\n"
	for i, parts := range []string{"--b\r\n\r\nwords\r\n" + meeting, meeting + "--b\r\n\r\nwords\r\n", meeting, "--b\r\nContent-Type: text/plain; name=a.ics\r\n\r\ncanary\r\n--b\r\nContent-Type: text/html\r\n\r\nwords\r\n"} {
		r := read(t, "Content-Type: multipart/alternative; boundary=b\r\n\r\n"+parts+"--b--\r\n")
		if seen := open(t, r); strings.Contains(seen, "canary") || !strings.Contains(r.Text, noteSealed) || strings.Contains(r.Text, "words") == (i == 2) {
			t.Errorf("%d: %q", i, seen)
		}
	}
}

func TestParts(t *testing.T) {
	for raw, want := range map[string]int{"words": 1, nest(20, false): 21, nest(3, true): 4, many(999, "image/gif"): 1000, fmt.Sprintf("Content-Type: message/rfc822\n\n%s", many(2, plainText)): 4} {
		m, err := openRaw([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Report(arrived); err != nil || m.Parts() != want {
			t.Errorf("%.40q: %d parts, want %d, %v", raw, m.Parts(), want, err)
		}
	}
}
