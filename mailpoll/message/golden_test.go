package message

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

var update = flag.Bool("update", false, "write what is read now to testdata/*.golden, for a person to look over")

var arrived = time.Date(2026, time.September, 8, 2, 0, 0, 0, time.UTC)

// render writes down a report for a person to compare.
func render(t *testing.T, r *intake.Report) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "subject %q\nname    %q\ncontact %q\n", r.Subject, r.Identity.Name, r.Identity.Contact)
	for _, m := range r.Marks {
		fmt.Fprintf(&b, "mark    %s\n", m)
	}
	for line := range strings.Lines(r.Text) {
		fmt.Fprintf(&b, "text    %q\n", line)
	}
	for f, err := range r.Files {
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		kind := "file   "
		if f.Private {
			kind = "private"
		}
		fmt.Fprintf(&b, "%s %q %s %d %.40q\n", kind, f.Name, f.Type, len(body), body)
	}
	for line := range strings.Lines(r.Identity.Headers) {
		fmt.Fprintf(&b, "header  %q\n", line)
	}
	return b.String()
}

// samples are the mails of testdata, each named for its one trait.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(paths) < 40 {
		t.Fatalf("%d samples, %v", len(paths), err)
	}
	raws := map[string][]byte{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raws[strings.TrimSuffix(filepath.Base(path), ".eml")] = raw
	}
	return raws
}

func TestGolden(t *testing.T) {
	for name, raw := range samples(t) {
		t.Run(name, func(t *testing.T) {
			r := read(t, string(raw))
			if err := r.Check(); err != nil {
				t.Fatal(err)
			}
			if r.Channel != intake.Mail || !r.Arrived.Equal(arrived) {
				t.Errorf("%s, %v", r.Channel, r.Arrived)
			}
			got, path := render(t, r), filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Error(diff)
			}
			if again := render(t, r); again != got {
				t.Errorf("read a second time, the files differ:\n%s", cmp.Diff(got, again))
			}
		})
	}
}

// TestSharedSamples reads the samples that lie beside a checkout, where there
// are any; testdata has all their traits.
func TestSharedSamples(t *testing.T) {
	paths, err := filepath.Glob("../../../shared/samples/mail*/*.[er][ma][lw]")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := openRaw(raw); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if r := holds(t, raw); strings.ContainsRune(r.Subject+r.Text, '\uFFFD') {
			t.Errorf("%s: %q, %q", path, r.Subject, r.Text)
		}
	}
}
