package socket

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

func TestCallCrosses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var c intake.Call
		fill(rnd, reflect.ValueOf(&c).Elem())
		crosses(t, wireCall(&c), func(w phoneCall) {
			if diff := cmp.Diff(&c, w.call()); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

func TestImportCrosses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var order intake.ImportOrder
		var answer intake.ImportAnswer
		fill(rnd, reflect.ValueOf(&order).Elem())
		fill(rnd, reflect.ValueOf(&answer).Elem())
		crosses(t, order, func(got intake.ImportOrder) {
			if diff := cmp.Diff(order, got); diff != "" {
				t.Fatal(diff)
			}
		})
		crosses(t, importing{Answer: &answer}, func(got importing) {
			if diff := cmp.Diff(&answer, got.Answer); diff != "" || got.Rows != 0 {
				t.Fatal(diff)
			}
		})
	}
}

// crosses encodes v as one line and hands what it decodes to.
func crosses[T any](t *testing.T, v T, check func(T)) {
	t.Helper()
	b, err := encodeJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(b, []byte("\n")) != 1 {
		t.Fatalf("more than a line: %q", b)
	}
	var got T
	if err := decodeJSON(b, &got); err != nil {
		t.Fatal(err)
	}
	check(got)
}

// An answer is one, it is the last, and it is there.
func TestImportAnswers(t *testing.T) {
	const rows, answer, end = `{"item":{"rows":7}}` + "\n", `{"item":{"answer":{"read":9}}}` + "\n", `{"end":true}` + "\n"
	for name, c := range map[string]struct {
		lines string
		want  error
		told  int
	}{
		"whole":             {rows + rows + answer + end, nil, 2},
		"at once":           {answer + end, nil, 0},
		"none":              {rows + end, intake.ErrInvalid, 1},
		"two":               {answer + answer + end, intake.ErrInvalid, 0},
		"not the last":      {answer + rows + end, intake.ErrInvalid, 0},
		"no end":            {rows + answer, io.ErrUnexpectedEOF, 1},
		"half":              {rows + answer[:20], io.ErrUnexpectedEOF, 1},
		"failed":            {rows + `{"error":{"codes":["full"],"message":"m"}}` + "\n", intake.ErrFull, 1},
		"failed afterwards": {answer + `{"error":{"codes":["full"],"message":"m"}}` + "\n", intake.ErrFull, 0},
		"unknown":           {`{"item":{"line":7}}` + "\n" + end, intake.ErrInvalid, 0},
	} {
		told := 0
		got, err := hearImport(strings.NewReader(c.lines), func(n int) {
			if told++; n != 7 {
				t.Errorf("%s: told %d", name, n)
			}
		})
		if told != c.told || !errors.Is(err, c.want) || c.want == nil && (err != nil || got.Read != 9) {
			t.Errorf("%s: %+v, %v, told %d times", name, got, err, told)
		}
	}
}

// zeros is a file that never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// An upload over the limit fails on this side too, whatever its sender thinks.
func TestUploadLimit(t *testing.T) {
	const head = "--B\r\nContent-Disposition: form-data; name=order\r\n\r\n{}\r\n--B\r\nContent-Disposition: form-data; name=body\r\n\r\n"
	const end = "\r\n--B\r\nContent-Disposition: form-data; name=end\r\n\r\n\r\n--B--\r\n"
	for n, want := range map[int64]error{0: nil, intake.MaxUpload: nil, intake.MaxUpload + 1: intake.ErrTooLong, 1 << 62: intake.ErrTooLong} {
		body := io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, n), strings.NewReader(end))
		req := httptest.NewRequest("POST", "/v1/import", nil)
		req.Header.Set("Content-Type", "multipart/form-data; boundary=B")
		_, file, err := readImport(req, body)
		if err != nil {
			t.Fatal(err)
		}
		read, err := io.Copy(io.Discard, file)
		if !errors.Is(err, want) || read > intake.MaxUpload || want == nil && read != n {
			t.Errorf("%d bytes: %d were read, %v", n, read, err)
		}
		if again, e := file.Read(make([]byte, 9)); again != 0 || err == nil && e != io.EOF || err != nil && e != err {
			t.Errorf("%d bytes: read again, %d, %v after %v", n, again, e, err)
		}
	}
}

func FuzzImport(f *testing.F) {
	part := func(name, content string) string {
		return "--B\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + content + "\r\n"
	}
	order, body, end := part("order", `{"dry_run":true,"zone":"UTC"}`), part("body", "rows\r\n--B?"), part("end", "")+"--B--\r\n"
	for _, s := range []string{"", "--B--", order, order + end, order + body, order + body + end, order + body + "--B--\r\n", order + body + body + end,
		body + end, part("order", "null") + body + end, part("order", `{"file":"/"}`) + body + end, order + part("body", "") + end, order + body + end + end} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		req := httptest.NewRequest("POST", "/v1/import", nil)
		req.Header.Set("Content-Type", "multipart/form-data; boundary=B")
		order, file, err := readImport(req, bytes.NewReader(b))
		var content []byte
		if err == nil {
			content, err = io.ReadAll(file)
		} else if file != nil || order != (intake.ImportOrder{}) {
			t.Fatalf("an import in spite of %v", err)
		}
		switch {
		case err == nil:
			// There are three parts, and the bytes are those of the second.
			if bytes.Count(b, []byte("--B")) < 3 || !bytes.Contains(b, content) {
				t.Fatalf("%q was taken for a whole import of %q", b, content)
			}
		case !errors.Is(err, intake.ErrInvalid) && !errors.Is(err, intake.ErrTooLong) && !errors.Is(err, io.ErrUnexpectedEOF):
			t.Fatalf("%v says nothing of whose fault it is", err)
		}
	})
}

func FuzzCalls(f *testing.F) {
	const call, end = `{"item":{"at":"2026-09-08T11:00:00+08:00","caller":"0100-5550199","callee":"8001","seconds":61,"answered":true,"meaning":"AP8="}}` + "\n", `{"end":true}` + "\n"
	for _, s := range []string{"", "\n", end, call, call + end, call + call + end, `{"item":{}}` + "\n" + end, `{"item":null}` + "\n" + end, `{"item":{"seconds":1e99}}` + "\n" + end,
		`{"item":{"at":"x"}}` + "\n" + end, `{"item":{"text":"x"}}` + "\n" + end, call + `{"error":{"codes":["invalid"],"message":"m"}}` + "\n", call + end + call, call + call[:40]} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		var err error
		for c, e := range fileOf(bytes.NewReader(b), phoneCall.call) {
			if err != nil {
				t.Fatal("something follows an error")
			}
			if err = e; err != nil {
				continue
			}
			n++
			again, e := encodeJSON(wireCall(c))
			if e != nil {
				continue // a year that JSON has no form for
			}
			var w phoneCall
			if e := decodeJSON(again, &w); e != nil {
				t.Fatal(e)
			}
			if twice, e := encodeJSON(w); e != nil || !bytes.Equal(again, twice) {
				t.Fatalf("%s became %s (%v)", again, twice, e)
			}
		}
		// A clean end is the last line, and there is a line for each call.
		if err == nil && (!bytes.HasSuffix(b, []byte("\n")) || bytes.Count(b, []byte("\n")) != n+1) {
			t.Fatalf("%q ended cleanly after %d calls", b, n)
		}
	})
}
