package socket

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// fill sets everything that v holds to something that is not zero, so that a
// field which is added to a report or a call and not to its wire form is noticed.
func fill(rnd *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(rnd))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1 + rnd.Int64N(1e9))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(rnd, key)
		fill(rnd, value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+rnd.IntN(3), 3))
		for i := range v.Len() {
			fill(rnd, v.Index(i))
		}
	case reflect.Uint8:
		v.SetUint(uint64(rnd.IntN(256)))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			zone := time.FixedZone("", rnd.IntN(14)*3600)
			v.Set(reflect.ValueOf(time.Unix(rnd.Int64N(4e9), rnd.Int64N(1e9)).In(zone)))
			return
		}
		for i := range v.NumField() {
			fill(rnd, v.Field(i))
		}
	case reflect.Func: // Files
		v.Set(reflect.ValueOf(noFiles).Convert(v.Type()))
	default:
		panic("something that crosses holds a " + v.Kind().String())
	}
}

func text(rnd *rand.Rand) string {
	const letters = "巡察<&>\"\\\n\u2028\x00é😀 a"
	rs := []rune(letters)
	var b strings.Builder
	for range 1 + rnd.IntN(12) {
		b.WriteRune(rs[rnd.IntN(len(rs))])
	}
	return b.String()
}

var sameReport = cmp.Options{cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Files" }, cmp.Ignore())}

func TestReportCrosses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var r intake.Report
		fill(rnd, reflect.ValueOf(&r).Elem())
		b, err := encodeJSON(wireReport(&r))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(b, []byte("\n")) != 1 {
			t.Fatalf("more than a line: %q", b)
		}
		var w report
		if err := decodeJSON(b, &w); err != nil {
			t.Fatal(err)
		}
		got := w.report(noFiles)
		if diff := cmp.Diff(&r, got, sameReport); diff != "" {
			t.Fatal(diff)
		}
		if got.Files == nil {
			t.Fatal("the files were lost")
		}
	}
	var none report
	if got := none.report(noFiles); got.Files != nil {
		t.Error("a report without files has got some")
	}
}

func FuzzReport(f *testing.F) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 3 {
		var r intake.Report
		fill(rnd, reflect.ValueOf(&r).Elem())
		b, err := encodeJSON(wireReport(&r))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range []string{`{}`, `null`, `{"channel":"web"}{}`, `{"Files":1}`, `{"identity":{"name":"\ud800"}}`, `{"meaning":"!"}`, `[[[[`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var w report
		if err := decodeJSON(b, &w); err != nil {
			if !errors.Is(err, intake.ErrInvalid) {
				t.Fatalf("%v is not ErrInvalid", err)
			}
			return
		}
		once := w.report(noFiles)
		again, err := encodeJSON(wireReport(once))
		if err != nil {
			return // a year that JSON has no form for
		}
		var x report
		if err := decodeJSON(again, &x); err != nil {
			t.Fatal(err)
		}
		twice, err := encodeJSON(wireReport(x.report(noFiles)))
		if err != nil || !bytes.Equal(again, twice) {
			t.Fatalf("%s became %s (%v)", again, twice, err)
		}
	})
}

func FuzzForgetting(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `{"channel":"mail","meanings":["5a2X",null,""],"cursor":{"name":"mail:INBOX","value":"AP8="}}`,
		`{"channel":"mail","meanings":null,"cursor":{"name":"","value":"AP8="}}`, `{"meanings":["!"]}`, `{"cursor":null}`, `{"meanings":{}}`, `{"channel":"mail"}{}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var asked forgetting
		if err := decodeJSON(b, &asked); err != nil {
			if !errors.Is(err, intake.ErrInvalid) {
				t.Fatalf("%v is not ErrInvalid", err)
			}
			return
		}
		asked.Cursor = wireCursor(asked.Cursor.cursor())
		again, err := encodeJSON(asked)
		if err != nil {
			t.Fatal(err)
		}
		var got forgetting
		if err := decodeJSON(again, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(asked, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzLines(f *testing.F) {
	for _, s := range []string{"", "\n", `{"end":true}`, "{\"end\":true}\n", "{\"item\":1}\n{\"end\":true}\n", "{\"item\":1}\n", "{\"item\":null}\n{\"end\":true}\n",
		"{\"error\":{\"codes\":[\"full\"],\"message\":\"m\"}}\n", "{\"end\":true}\n{\"end\":true}\n", "{\"end\":false}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got []int64
		var err error
		for v, e := range items[int64](bytes.NewReader(b)) {
			if err != nil {
				t.Fatal("something follows an error")
			}
			if err = e; e == nil {
				got = append(got, v)
			}
		}
		if err != nil {
			return
		}
		// A clean end is the last line, and there is a line for each item.
		if !bytes.HasSuffix(b, []byte("\n")) || bytes.Count(b, []byte("\n")) != len(got)+1 {
			t.Fatalf("%q ended cleanly after %v", b, got)
		}
	})
}

func TestLinesEndOnce(t *testing.T) {
	whole := "{\"item\":1}\n{\"item\":2}\n{\"end\":true}\n"
	for n := range len(whole) {
		var last error
		for _, err := range items[int](strings.NewReader(whole[:n])) {
			last = err
		}
		if !errors.Is(last, io.ErrUnexpectedEOF) {
			t.Errorf("%q: %v", whole[:n], last)
		}
	}
	for _, s := range []string{"{}\n", "{\"item\":\"x\"}\n", "{\"end\":true,\"more\":1}\n", whole + "{}", "{\"end\":true} {}\n"} {
		var last error
		for _, err := range items[int](strings.NewReader(s)) {
			last = err
		}
		if !errors.Is(last, intake.ErrInvalid) {
			t.Errorf("%q: %v", s, last)
		}
	}
}

func TestLimits(t *testing.T) {
	for n, long := range map[int]bool{7: false, 8: false, 9: true} {
		line := strings.Repeat("x", n-1) + "\n"
		if _, err := readLine(bufio.NewReaderSize(strings.NewReader(line), 16), 8); errors.Is(err, intake.ErrTooLong) != long {
			t.Errorf("line of %d: %v", n, err)
		}
		if _, err := readAll(strings.NewReader(line), 8); errors.Is(err, intake.ErrTooLong) != long {
			t.Errorf("value of %d: %v", n, err)
		}
	}
	b := bufio.NewReaderSize(strings.NewReader(strings.Repeat("y", 1000)+"\n"), 16)
	if line, err := readLine(b, 2000); err != nil || len(line) != 1000 {
		t.Errorf("a line longer than the buffer: %d bytes, %v", len(line), err)
	}
	long := &intake.Report{Channel: intake.Web, Arrived: time.Unix(1, 0), Text: strings.Repeat("\x01", maxRecord/6)}
	if _, err := encodeJSON(wireReport(long)); !errors.Is(err, intake.ErrTooLong) {
		t.Errorf("report over the limit: %v", err)
	}
	far := &intake.Report{Arrived: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := encodeJSON(wireReport(far)); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("year 12026: %v", err)
	}
}

func FuzzSubmit(f *testing.F) {
	part := func(name, content string) string {
		return "--B\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + content + "\r\n"
	}
	head := part("report", `{"channel":"web","text":"x","files":true}`)
	file := part("file", `{"name":"a","private":true}`) + part("body", "rows\r\n--B?")
	for _, s := range []string{"", "--B--", part("report", "{}") + "--B\r\n", part("report", "{}") + part("end", "") + "--B--", part("report", "{}") + part("meaning", "m") + part("end", "") + "--B--\r\n",
		head + part("end", "") + "--B--\r\n", head + file + file + part("end", "") + "--B--\r\n", head + part("meaning", "m") + file + part("end", "") + "--B--", head + file, head + part("body", "") + "--B--"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		req := httptest.NewRequest("POST", "/v1/submit", bytes.NewReader(b))
		req.Header.Set("Content-Type", "multipart/form-data; boundary=B")
		r, err := readReport(req)
		if err != nil {
			if r != nil {
				t.Fatalf("a report in spite of %v", err)
			}
			return
		}
		files := 0
		if r.Files != nil {
			for file, e := range r.Files {
				files++
				if err != nil {
					t.Fatal("something follows an error")
				}
				if err = e; err == nil {
					_, err = io.Copy(io.Discard, file.Body)
				}
				if err != nil {
					return // as the box does
				}
			}
		}
		if bytes.Count(b, []byte("--B")) < 2+2*files {
			t.Fatalf("%q was taken for a whole report with %d files", b, files)
		}
	})
}
