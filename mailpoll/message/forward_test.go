package message

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUnpackedInUnpacked: files of mails inside mails that all had to be decoded
// are found again after these were let go of, in any number of readings.
func TestUnpackedInUnpacked(t *testing.T) {
	mail := "Subject: deepest\r\n\r\nwords"
	var want []string
	m := &maker{} // of all, for each has a boundary of its own
	for i := range 4 {
		file := fmt.Sprintf("Content-Type: image/gif; name=%d.gif\r\n\r\nGIF89a %d\r\n", i, i)
		uu := "\r\nletters\r\n" + inUULines(fmt.Sprintf("%d.bin", i), fmt.Sprintf("inside %d", i), "\r\n")
		body := base64.StdEncoding.EncodeToString([]byte(mail))
		if i%2 == 1 {
			body = strings.ReplaceAll(mail, "=", "=3D")
		}
		coding := []string{"base64", "quoted-printable"}[i%2]
		mail = fmt.Sprintf("Subject: mail %d\r\n", i) + m.multipart("mixed", uu,
			fmt.Sprintf("Content-Type: message/rfc822; name=%d.eml\r\nContent-Transfer-Encoding: %s\r\n\r\n%s", i, coding, body), file)
		want = append([]string{fmt.Sprintf("%d.bin inside %d", i, i), fmt.Sprintf("%d.eml", i)}, append(want, fmt.Sprintf("%d.gif GIF89a %d\r\n", i, i))...)
	}
	r := read(t, mail)
	for range 2 {
		var got []string
		for f, err := range r.Files {
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(f.Body)
			switch {
			case err != nil:
				t.Fatal(err)
			case f.Name == "message.eml":
			case f.Private:
				got = append(got, f.Name)
			default:
				got = append(got, f.Name+" "+string(b))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	for f := range r.Files { // whoever stops early lets go as well
		if f.Name == "2.gif" {
			break
		}
	}
	if n := strings.Count(r.Text, "letters"); n != 4 || !strings.Contains(r.Text, "deepest") {
		t.Errorf("%q", r.Text)
	}
}
