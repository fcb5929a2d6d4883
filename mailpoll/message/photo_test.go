package message

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// aJPEG and aPNG say in their metadata where they were taken.
func aJPEG(t *testing.T) string {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return "\xff\xd8\xff\xe1\x00\x14Exif\x00\x00canary-place" + b.String()[2:]
}

func aPNG(t *testing.T) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	chunk := []byte("tEXtGPS\x00canary-place")
	said := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))
	said = binary.BigEndian.AppendUint32(append(said, chunk...), crc32.ChecksumIEEE(chunk))
	const header = 8 + 25 // the signature and IHDR
	return b.String()[:header] + string(said) + b.String()[header:]
}

const aHEIC = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic canary-place"

// inUULines uuencodes a file.
func inUULines(name, body, end string) string {
	var b strings.Builder
	b.WriteString("begin 644 " + name + end)
	for len(body) > 0 {
		n := min(45, len(body))
		line := append([]byte(body[:n]), 0, 0)
		b.WriteByte(byte(' ' + n))
		for i := 0; i < n; i += 3 {
			v := uint(line[i])<<16 | uint(line[i+1])<<8 | uint(line[i+2])
			for _, shift := range []int{18, 12, 6, 0} {
				b.WriteByte("`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"[v>>shift&63])
			}
		}
		b.WriteString(end)
		body = body[n:]
	}
	return b.String() + "`" + end + "end" + end
}

// seen is what the box makes of the files of a mail: for each its name, and
// what the team sees it called, or nothing.
func seen(t *testing.T, raw string) (files []string, bodies map[string]string, text string) {
	t.Helper()
	r := read(t, raw)
	bodies = map[string]string{}
	for f, err := range r.Files {
		if err != nil {
			t.Fatal(err)
		}
		shown := f.Name
		var b []byte
		switch {
		case f.Private:
			shown = ""
			b, err = io.ReadAll(f.Body)
		case f.Shown != nil:
			photo := f.ShownName != "" // else it is a page with some
			if photo {
				shown = f.ShownName
			}
			var original bytes.Buffer
			b, err = io.ReadAll(f.Shown(io.TeeReader(f.Body, &original)))
			if _, err := io.Copy(&original, f.Body); err != nil || photo && !strings.Contains(original.String(), "canary-place") {
				t.Errorf("%s is not whole, %v", f.Name, err)
			}
		default:
			b, err = io.ReadAll(f.Body)
		}
		if err != nil {
			t.Fatal(err)
		}
		if shown != "" && strings.Contains(string(b), "canary") {
			t.Errorf("%s: the team reads %q", f.Name, b)
		}
		files = append(files, f.Name+" "+shown)
		bodies[f.Name] = string(b)
	}
	return files, bodies, r.Text
}

func TestPhotos(t *testing.T) {
	in64 := func(header, body string) string {
		return header + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n"
	}
	m := &maker{}
	forwarded := "From: canary@example.net\r\n" + m.multipart("mixed", "\r\nforwarded words", in64("Content-Type: image/jpeg; name=inner canary.jpg", aJPEG(t)))
	raw := m.multipart("mixed",
		"\r\nwords",
		in64("Content-Type: application/octet-stream; name=\"IMG_canary.bin\"", aJPEG(t)),
		m.multipart("related", "Content-Type: text/html\r\n\r\n<p>page <img src=cid:x>", in64("Content-Type: image/png; name=canary.png\r\nContent-Id: <x>", aPNG(t))),
		in64("Content-Type: image/heic; name=canary.heic", aHEIC),
		in64("Content-Type: image/gif; name=a.gif", "GIF89a"),
		"Content-Type: message/rfc822; name=one.eml\r\n\r\n"+forwarded,
		in64("Content-Type: message/rfc822; name=two.eml", forwarded),
	)
	files, _, _ := seen(t, raw)
	want := []string{
		"IMG_canary.bin photo-1.jpeg", "canary.png photo-2.png", "canary.heic ", "a.gif a.gif", "one.eml ", "inner canary.jpg photo-6.jpeg",
		"two.eml ", "inner canary.jpg photo-8.jpeg", "message.eml ",
	}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Error(diff)
	}
}

// TestPhotosInText: the note in the place of a photo calls it as the team will,
// wherever the letters of the photo are read from.
func TestPhotosInText(t *testing.T) {
	for name, end := range map[string]string{"as it is": "\r\n", "with other line ends": "\n", "in base64": "\n", "in GBK": "\n"} {
		text := "words" + end + inUULines("a canary.jpg", aJPEG(t), end) + inUULines("b.txt", "a file", end) + inUULines("canary.heic", aHEIC, end) + "more" + end
		header := "Content-Type: text/plain\r\n"
		switch name {
		case "in base64":
			header, text = header+"Content-Transfer-Encoding: base64\r\n", base64.StdEncoding.EncodeToString([]byte(text))
		case "in GBK":
			text = "\xca\xfd\xbe\xdd" + text
		}
		m := &maker{}
		files, bodies, shown := seen(t, m.multipart("mixed", "Content-Type: image/gif; name=x\r\n\r\nGIF89a", header+"\r\n"+text))
		want := []string{"x x", "a canary.jpg photo-2.jpeg", "b.txt b.txt", "canary.heic ", "message.eml "}
		if diff := cmp.Diff(want, files); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if bodies["b.txt"] != "a file" || bodies["canary.heic"] != aHEIC {
			t.Errorf("%s: %q", name, bodies)
		}
		if want := fmt.Sprintf("words\n"+noteFile+"\n"+noteFile+"\n"+noteFile+"\nmore", "photo-2.jpeg", "b.txt", "photo-4.heif"); strings.TrimPrefix(strings.TrimSpace(shown), "数据") != want {
			t.Errorf("%s: %q", name, shown)
		}
	}
}
