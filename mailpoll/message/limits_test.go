package message

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// nest puts a mail into n multiparts or forwarded mails.
func nest(n int, forwarded bool) string {
	var b strings.Builder
	for i := range n {
		if forwarded {
			b.WriteString("Content-Type: message/rfc822\r\n\r\n")
		} else {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d.\r\n\r\n--b%d.\r\n", i, i)
		}
	}
	return b.String() + "Content-Type: text/plain\r\n\r\ndeep words"
}

// many is a mail of n parts and itself.
func many(n int, kind string) string {
	return "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: "+kind+"\n\nx\n", n) + "--b--\n"
}

func TestOpen(t *testing.T) {
	block := func(n int) string { return "X-A: " + strings.Repeat("a", n-len("X-A: \r\n")) + "\r\n" }
	for _, tt := range []struct {
		name, raw, says string
	}{
		{"nothing", "", ""},
		{"20 multiparts", nest(20, false), ""},
		{"21 multiparts", nest(21, false), "more than 20 times"},
		{"20 forwards", nest(20, true), ""},
		{"21 forwards", nest(21, true), "more than 20 times"},
		{"1,000 parts", many(999, "image/gif"), ""},
		{"1,001 parts", many(1000, "image/gif"), "more than 1000 parts"},
		{"1,000 epilogues", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + strings.Repeat("\n--b--\nx", 1000), "more than 1000 parts"},
		{"many forwards", many(500, "message/rfc822"), "more than 1000 parts"},
		{"header at the limit", block(intake.MaxHeaders) + "\r\nx", ""},
		{"header over the limit", block(intake.MaxHeaders+1) + "\r\nx", "262145 bytes, at most 262144"},
		{"header without an end", block(1000) + strings.Repeat("junk\r\n", 50_000), "301000 bytes"},
		{"header of a part", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n" + block(intake.MaxHeaders) + "\n\nx\n--b--", "bytes, at most"},
		{"long text without a header", strings.Repeat("文字\r\n", 100_000), ""},
	} {
		_, err := openRaw([]byte(tt.raw))
		if tt.says == "" && err == nil {
			continue
		}
		if tt.says == "" || !errors.Is(err, intake.ErrTooLong) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
		var d *intake.Detail
		if !errors.As(err, &d) || !strings.HasPrefix(d.ID, "message.") {
			t.Errorf("%s: %v is no detail", tt.name, err)
		}
	}
}

// At the guard's limits every part is there, and the box has room for them.
func TestReadAtTheLimits(t *testing.T) {
	for name, raw := range map[string]string{"multiparts": nest(20, false), "forwards": nest(20, true)} {
		if r := read(t, raw); !strings.Contains(r.Text, "deep words") {
			t.Errorf("%s: %q", name, r.Text)
		}
	}
	for kind, want := range map[string]int{"image/gif": 1000, "text/plain": 1, "text/csv": 1000} {
		r := read(t, many(999, kind))
		n := 0
		for range r.Files {
			n++
		}
		if n != want {
			t.Errorf("%s: %d files, want %d", kind, n, want)
		}
	}
	// Files inside texts are as many, together.
	block := "--b\n\n" + strings.Repeat("begin 644 a\n#86)C\n`\nend\n", 600)
	n := 0
	for range read(t, "Content-Type: multipart/mixed; boundary=b\n\n"+block+block+"--b--").Files {
		n++
	}
	if n != intake.MaxFiles-2 { // a multipart and two texts are no files, the raw mail is
		t.Errorf("%d files from texts", n)
	}
	// Files inside a text must not take the place of parts that follow.
	uu := strings.Repeat("begin 644 a\n#86)C\n`\nend\n", 2000)
	raw := "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + uu + strings.Repeat("--b\nContent-Type: image/gif\n\nx\n", 500) + "--b--\n"
	r, kinds := read(t, raw), map[string]int{}
	for f := range r.Files {
		kinds[f.Type]++
	}
	if kinds["image/gif"] != 500 || kinds[anyType]+strings.Count(r.Text, "begin 644") != 2000 || kinds[anyType]+kinds["image/gif"]+kinds[mailType] > intake.MaxFiles {
		t.Errorf("%v", kinds)
	}
}

// What is beyond the limits is so for one reason, and raw's own errors for none.
func TestWhy(t *testing.T) {
	for raw, want := range map[string]intake.Quarantine{
		nest(21, false):         intake.DeepParts,
		nest(21, true):          intake.DeepParts,
		many(1000, "image/gif"): intake.ManyParts,
		"Subject: s\r\nX: " + strings.Repeat("\xb0\xa1", intake.MaxHeaders) + "\r\n\r\nx": intake.LongHeader,
		"Subject: s" + strings.Repeat("\n", 100):                                          "",
	} {
		m, err := openRaw([]byte(raw))
		if why := Why(err); why != want || (err == nil) != (want == "") || (m == nil) != (want != "") {
			t.Errorf("%q, %v", why, err)
		}
		if err != nil && Why(fmt.Errorf("a mail: %w", err)) != want {
			t.Errorf("%q is not known once wrapped", want)
		}
	}
	for _, err := range []error{nil, io.ErrUnexpectedEOF, intake.ErrTooLong, intake.Explain(intake.ErrTooLong, "report.text", "long"), intake.Explain(intake.ErrInvalid, "message.parts", "other")} {
		if Why(err) != "" {
			t.Errorf("%v: %q", err, Why(err))
		}
	}
}

// What a forward holds once decoded counts as well.
func TestEncodedForwardsCount(t *testing.T) {
	raw := nest(15, false)
	for i := range 3 {
		raw = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.ReplaceAll(raw, "=", "=3D")
		r := read(t, raw)
		if !strings.Contains(r.Text, "deep words") {
			t.Fatalf("%d: %q", i, r.Text)
		}
	}
	raw = "Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n" + raw
	for range 3 {
		raw = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.ReplaceAll(raw, "=", "=3D")
	}
	r := read(t, raw)
	if strings.Contains(r.Text, "deep words") || !strings.Contains(r.Text, noteSealed) {
		t.Errorf("%q", r.Text)
	}
}

// TestEncodedForwardsAreBounded: what has to be decoded to be looked into is
// held in memory, so no more than a report's text may be.
func TestEncodedForwardsAreBounded(t *testing.T) {
	inner := "Content-Type: image/gif; name=inner.gif\r\n\r\n" + strings.Repeat("=0", intake.MaxDecoded/4)
	part := "Content-Type: message/rfc822; name=%d.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(inner)) + "\r\n--b"
	r := read(t, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"+fmt.Sprintf(part+"\r\n"+part, 1, 2))
	var names []string
	for f := range r.Files {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"1.eml", "inner.gif", "2.eml", "message.eml"}, names); diff != "" || !strings.HasSuffix(r.Text, noteSealed) {
		t.Errorf("%s%q", diff, r.Text)
	}
}
