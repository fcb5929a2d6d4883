package socket

import (
	"bytes"
	"errors"
	"io"
	"net/http/httptest"
	"testing"

	"dengwen/intake"
)

func FuzzGroup(f *testing.F) {
	part := func(name, content string) string {
		return "--B\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + content + "\r\n"
	}
	at, end := part("cursor", `{"name":"mail","value":"AP8=","after":null}`), part("end", "")+"--B--\r\n"
	plain, full := part("report", `{"channel":"mail","text":"x"}`), part("report", `{"channel":"mail","files":true}`)
	file := part("file", `{"name":"a","photo":true,"shown_name":"b"}`) + part("body", "\xff\xd8\xff rows\r\n--B?")
	for _, s := range []string{"", "--B--", end, at, at + end, at + plain + end, at + plain + part("meaning", "m") + full + file + file + plain + end,
		at + full + end, at + full + file, plain + at + end, at + at + end, at + file + end, at + plain + file + end, at + plain + part("meaning", "m") + part("meaning", "m") + end,
		at + full + part("body", "") + end, part("cursor", "null") + plain + end, part("cursor", `{"name":""}`) + end, part("cursor", "7") + end} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		req := httptest.NewRequest("POST", "/v1/submit-group", bytes.NewReader(b))
		req.Header.Set("Content-Type", "multipart/form-data; boundary=B")
		reports, cursor, err := readGroup(req, req.Body)
		if err != nil {
			if reports != nil || cursor.Name != "" {
				t.Fatalf("a group in spite of %v", err)
			}
			if !errors.Is(err, intake.ErrInvalid) && !errors.Is(err, intake.ErrTooLong) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%v says nothing of whose fault it is", err)
			}
			return
		}
		if cursor.Name == "" && (cursor.Value != nil || cursor.After != nil) {
			t.Fatal("a cursor without a name")
		}
		parts, size := 2, 0 // the cursor and the end
		for _, r := range reports {
			parts++
			if len(r.Source.Meaning) > 0 {
				parts++
			}
			if r.Files == nil {
				continue
			}
			for range 2 { // files in memory can be read again
				n := 0
				for file, err := range r.Files {
					if err != nil {
						t.Fatalf("a file in memory: %v", err)
					}
					content, err := io.ReadAll(file.Body)
					if err != nil {
						t.Fatalf("a file in memory: %v", err)
					}
					n, size = n+1, size+len(content)
				}
				parts += n
			}
		}
		if bytes.Count(b, []byte("--B")) <= parts || size > 2*len(b) {
			t.Fatalf("%q was taken for a group of %d parts", b, parts)
		}
	})
}
