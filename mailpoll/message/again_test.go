package message

import "testing"

// TestAgain: a page beside plain text is kept only where it says more.
func TestAgain(t *testing.T) {
	for page, want := range map[string]int{
		`<div>反映水库&nbsp;的问题。<br>请核查。</div>`:                     0,
		"<p>反映水库的问题。</p>\r\n<p>请核查。</p>":                        0,
		`<p>反映水库的问题。请核查。另见附图。</p>`:                              1,
		`<p>反映水库的问题。<a href="https://x.invalid/1">请核查。</a></p>`: 1,
		`<p>反映水库的问题。请核查。<img alt="印章" src="cid:1"></p>`:         1,
	} {
		raw := "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n反映水库的问题。\r\n请核查。\r\n" +
			"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page + "\r\n--b--\r\n"
		n := -1 // the raw mail
		for range read(t, raw).Files {
			n++
		}
		if n != want {
			t.Errorf("%s: %d files, want %d", page, n, want)
		}
	}
}
