package public_test

import (
	"bytes"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
	"dengwen/web/public"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// buffer is a log that many may write.
type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *buffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

// A world is a site over a real box.
type world struct {
	*storetest.Box
	handler http.Handler
	log     *buffer
	temp    string // the directory for temporary files, in which there must be none
}

func someNotice() public.Notice {
	return public.Notice{Name: "示例巡察公告", Team: "示例巡察组", Units: []string{"市水利局", "市教育局"}, Place: "示例宾馆", Phone: "000-0000",
		Mailbox: "box@example.invalid", Key: "example.invalid/box+0+key"}
}

func options(b *storetest.Box, log io.Writer, schedule intake.Schedule) public.Options {
	return public.Options{Notice: someNotice(), Schedule: schedule, Now: b.Clock.Now, MaxFile: 1000, MaxFiles: 3, Log: slog.New(slog.NewTextHandler(log, nil))}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{Box: storetest.New(t), log: &buffer{}, temp: t.TempDir()}
	t.Setenv("TMPDIR", w.temp)
	var err error
	if w.handler, err = public.New(w.Box, options(w.Box, w.log, storetest.Schedule(t))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, err := os.ReadDir(w.temp); err != nil || len(left) > 0 {
			t.Errorf("left in TMPDIR: %v %v", left, err)
		}
	})
	return w
}

// A page is an answer of the site.
type page struct {
	status int
	header http.Header
	body   string
}

// shows reports whether a text stands on the page as it was written.
func (p page) shows(text string) bool { return strings.Contains(html.UnescapeString(p.body), text) }

// code is the receipt that the page shows.
func (p page) code(t testing.TB) string {
	t.Helper()
	m := regexp.MustCompile(`class="digits">([0-9 ]+)<`).FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("no receipt: %d\n%s", p.status, p.body)
	}
	return m[1]
}

// do asks for a page and holds it to what all pages have in common.
func do(t testing.TB, h http.Handler, r *http.Request) page {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	p := page{w.Code, w.Header(), w.Body.String()}
	p.check(t, r)
	return p
}

func (w *world) get(t testing.TB, path string) page {
	t.Helper()
	return do(t, w.handler, httptest.NewRequest(http.MethodGet, path, nil))
}

// stamp is the stamp of a form that is given out now.
func (w *world) stamp(t testing.TB) string {
	t.Helper()
	m := regexp.MustCompile(`name="stamp" value="([^"]+)"`).FindStringSubmatch(w.get(t, "/report").body)
	if m == nil {
		t.Fatal("the form has no stamp")
	}
	return m[1]
}

// A file is one attachment of a form.
type file struct{ name, body string }

// multi is a multipart request; the files come last.
func multi(t testing.TB, path string, values url.Values, files ...file) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, list := range values {
		for _, v := range list {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("files", f.name)
		if err == nil {
			_, err = io.WriteString(part, f.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func (w *world) post(t testing.TB, path string, values url.Values, files ...file) page {
	t.Helper()
	if len(files) > 0 {
		return do(t, w.handler, multi(t, path, values, files...))
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(t, w.handler, r)
}

// reported are the reports and additions in the box, opened with the archive
// key: both parts joined, with the files' bytes.
type reported struct {
	entry.Report
	Identity entry.Identity
	Header   entry.Header
	Bytes    []string
}

func (w *world) reports(t testing.TB, with ...seal.Identity) (list []reported) {
	t.Helper()
	if with == nil {
		with = []seal.Identity{w.Keys.Archive}
	}
	size, err := w.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range w.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if k := rec.Header.Kind; k != entry.KindAccepted && k != entry.KindAdded {
			continue
		}
		one := reported{Header: rec.Header}
		for i, part := range rec.Header.Parts {
			if part.Role == entry.RoleFile {
				sealed, err := storetest.ReadPart(w.Box.Box, rec.Index, i)
				if err != nil {
					t.Fatal(err)
				}
				r, err := seal.NewReader(bytes.NewReader(sealed), one.Files[len(one.Bytes)].Size, with...)
				if err != nil {
					t.Fatal(err)
				}
				plain, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				one.Bytes = append(one.Bytes, string(plain))
				continue
			}
			in, err := storetest.OpenPart(w.Box.Box, rec, i, with...)
			if err != nil {
				t.Fatal(err)
			}
			if in.Report != nil {
				one.Report = *in.Report
			}
			if in.Identity != nil {
				one.Identity = *in.Identity
			}
		}
		list = append(list, one)
	}
	return list
}

// none fails the test if the box has taken anything or kept any file.
func (w *world) none(t testing.TB, what string) {
	t.Helper()
	if n := len(w.reports(t)); n > 0 {
		t.Errorf("%s: %d records", what, n)
	}
	err := filepath.WalkDir(filepath.Join(w.Path, "blobs"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s: a file is left: %s", what, path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

var _ public.Box = (*store.Box)(nil)
