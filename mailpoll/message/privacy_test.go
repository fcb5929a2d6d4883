package message

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
)

// headerNames are fields that a mail carries on its way, and some that nobody
// has heard of. A name in front of a colon may be anything.
var headerNames = []string{
	"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Return-Path", "Delivered-To", "Envelope-To", "Received", "Received-SPF", "Message-ID", "In-Reply-To",
	"References", "Date", "Resent-From", "Resent-Message-ID", "X-Originating-IP", "X-Mailer", "X-QQ-mid", "X-Coremail-Antispam", "User-Agent", "DKIM-Signature",
	"ARC-Seal", "Authentication-Results", "Disposition-Notification-To", "List-Unsubscribe", "Thread-Topic", "Comments", "Keywords", "Organization", "Autocrypt",
	"MIME-Version", "Errors-To", "Apparently-To", "Nobody-Knows", "subject2", "Contents", "Contentt-Type",
}

// canaryFields writes a canary into each of the fields, in the forms in which
// values are written, and returns the canaries as they read once decoded.
func canaryFields(prefix string) (head string, canaries []string) {
	var b strings.Builder
	for i, name := range headerNames {
		c := fmt.Sprintf("canary-%s-%d", prefix, i)
		canaries = append(canaries, c)
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "%s: <%s@example.net>\r\n", name, c)
		case 1:
			fmt.Fprintf(&b, "%s: folded\r\n\t%s\r\n", strings.ToUpper(name), c)
		case 2:
			fmt.Fprintf(&b, "%s : \"%s; name=%s\"; filename=%s.txt; boundary=%s\r\n", name, c, c, c, c)
		case 3:
			fmt.Fprintf(&b, "%s: =?utf-8?B?%s?= %s\r\n", name, base64.StdEncoding.EncodeToString([]byte(c)), c)
		case 4:
			fmt.Fprintf(&b, "%s:\xb4\xfa %s\r\nbadly folded %s\r\n--%s\r\n", name, c, c, c)
		}
	}
	return b.String(), canaries
}

// open is all that the team reads of a report.
func open(t *testing.T, r *intake.Report) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, r.Subject, r.Text, r.Unit, r.Recorder, r.Marks, r.Persons)
	for f, err := range r.Files {
		if err != nil {
			t.Fatal(err)
		}
		if !f.Private {
			fmt.Fprintln(&b, f.Name, f.Type)
			if _, err := io.Copy(&b, f.Body); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.String()
}

// TestHeadersStayPrivate: whatever the mail's form, no field but Subject and
// Content-* reaches the team, and every one of them reaches the custodian.
func TestHeadersStayPrivate(t *testing.T) {
	for name, raw := range samples(t) {
		if name == "no-header" || name == "nothing-at-all" {
			continue // they would have one then
		}
		head, canaries := canaryFields("outer")
		for place, mail := range map[string]string{"above": head + string(raw), "below a postmark": "From sender@example.net Tue Sep  8\r\n" + head + string(raw), "below blank lines": "\r\n\r\n" + head + string(raw), "indented": " " + head + string(raw)} {
			r := read(t, mail)
			before := open(t, read(t, string(raw)))
			if name == "header-below-junk" {
				before = open(t, r) // its own junk is text of neither
			}
			seen := open(t, r)
			if strings.Contains(seen, "canary") {
				t.Errorf("%s, %s: the team reads\n%q", name, place, seen)
			}
			if seen != before {
				t.Errorf("%s, %s: the report changes with the header:\n%q\n%q", name, place, before, seen)
			}
			for _, c := range canaries {
				if !strings.Contains(r.Identity.Headers, c) {
					t.Errorf("%s, %s: %s is not among the identity's headers", name, place, c)
				}
			}
		}
	}
}

// TestForwardedHeadersStayPrivate: the same for mails inside a mail.
func TestForwardedHeadersStayPrivate(t *testing.T) {
	head, _ := canaryFields("inner")
	inner := head + "Subject: shown\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nwords\r\n--i\r\nContent-Type: image/gif; name=a.gif\r\n\r\nGIF89a\r\n--i--\r\n"
	encoded := base64.StdEncoding.EncodeToString([]byte(inner))
	for name, part := range map[string]string{
		"as it is":     "Content-Type: message/rfc822\r\n\r\n" + inner,
		"global":       "Content-Type: message/global\r\n\r\n" + inner,
		"base64":       "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded,
		"by name":      "Content-Type: application/x-thing; name=\"=?utf-8?B?YS5lbWw=?=\"\r\n\r\n" + inner,
		"text by name": "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.eml\r\n\r\n" + inner,
		"twice":        "Content-Type: message/rfc822\r\n\r\n" + head + "Content-Type: message/rfc822\r\n\r\n" + inner,
	} {
		for _, aside := range []bool{false, true} {
			kind, first := "mixed", ""
			if aside {
				kind, first = "alternative", "--o\r\n\r\nplain\r\n"
			}
			mail := "Subject: s\r\nContent-Type: multipart/" + kind + "; boundary=o\r\n\r\n" + first + "--o\r\n" + part + "\r\n--o--\r\n"
			r := read(t, mail)
			seen := open(t, r)
			if strings.Contains(seen, "canary") {
				t.Errorf("%s, aside %v: the team reads\n%q", name, aside, seen)
			}
			for _, want := range []string{"words", "a.gif", "GIF89a"} {
				if !strings.Contains(seen, want) {
					t.Errorf("%s, aside %v: %q is missing in\n%q", name, aside, want, seen)
				}
			}
			if !aside && !strings.Contains(r.Text, "shown") {
				t.Errorf("%s: the subject is not shown: %q", name, r.Text)
			}
		}
	}
}

// TestPrivateParts: what names its owner or the way of a mail goes to the
// custodian, as it came.
func TestPrivateParts(t *testing.T) {
	for _, kind := range []string{
		"message/rfc822", "message/partial", "message/external-body", "message/delivery-status", "message/disposition-notification", "message/feedback-report",
		"text/rfc822-headers", "application/pgp-keys", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
		"application/pkcs7-mime", "application/x-pkcs7-mime",
	} {
		mail := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: " + strings.ToUpper(kind) + "; name=canary.bin\r\n\r\nFrom: canary\r\n--b--\r\n"
		r := read(t, mail)
		if seen := open(t, r); strings.Contains(seen, "canary") {
			t.Errorf("%s: the team reads %q", kind, seen)
		}
		n := 0
		for f := range r.Files {
			if b, _ := io.ReadAll(f.Body); f.Private && string(b) == "From: canary" && f.Type == kind {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: kept %d times", kind, n)
		}
	}
}
