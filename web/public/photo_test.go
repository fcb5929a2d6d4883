package public_test

import (
	"bytes"
	"image"
	"io"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// A seen is what a key opens of a report's or an addition's files.
type seen struct {
	shown, originals []string
	infos            []entry.FileInfo // of both, in this order
	closed           int              // files that the key does not open
}

// look opens the files of a record with one key; their names and lengths are
// taken from the parts that the archive's key opens.
func (w *world) look(t testing.TB, rec entry.Record, with seal.Identity) (s seen) {
	t.Helper()
	for i := range 2 {
		in, err := storetest.OpenPart(w.Box.Box, rec, i, w.Keys.Archive)
		if err != nil {
			t.Fatal(err)
		}
		if in.Report != nil {
			s.infos = append(s.infos, in.Report.Files...)
		} else {
			s.infos = append(s.infos, in.Identity.Files...)
		}
	}
	for i, part := range rec.Header.Parts[2:] {
		sealed, err := storetest.ReadPart(w.Box.Box, rec.Index, i+2)
		if err != nil {
			t.Fatal(err)
		}
		r, err := seal.NewReader(bytes.NewReader(sealed), s.infos[i].Size, with)
		if err != nil {
			s.closed++
			continue
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if part.Role == entry.RoleOriginal {
			s.originals = append(s.originals, string(plain))
		} else {
			s.shown = append(s.shown, string(plain))
		}
	}
	return s
}

// pixels decodes a picture.
func pixels(t testing.TB, photo string) image.Image {
	t.Helper()
	m, _, err := image.Decode(strings.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// uploads of all kinds, and what becomes of each: whether the team sees a copy,
// the file as it is, or nothing.
type upload struct {
	what   string
	file   file
	team   string // "copy", "same" or "nothing"
	turned uint16
}

func someUploads(t testing.TB) []upload {
	photo := somePhoto(t, 6)
	return []upload{
		{"a JPEG", file{"IMG_1.jpg", photo}, "copy", 6},
		{"a JPEG that is not turned", file{"2.JPG", somePhoto(t, 1)}, "copy", 1},
		{"a JPEG by another name", file{"报告.pdf", photo}, "copy", 6},
		{"a PNG", file{"a.png", somePNG(t)}, "copy", 3},
		{"a WebP", file{"a.webp", someWebP()}, "copy", 8},
		{"a HEIC", file{"IMG_2.HEIC", someHEIC}, "nothing", 0},
		{"a HEIC by another name", file{"a.jpg", someHEIC}, "nothing", 0},
		{"half a JPEG", file{"half.jpg", photo[:len(photo)/2]}, "nothing", 0},
		{"the head of a PNG", file{"head.png", somePNG(t)[:40]}, "nothing", 0},
		{"a PDF by another name", file{"照片.jpg", "%PDF-1.7 author " + place}, "same", 0},
		{"two bytes", file{"x.jpg", "\xff\xd8"}, "same", 0},
	}
}

// The team sees a photo without its hidden facts, as it was in all else; what
// cannot be cleaned it does not see. The custodian has every original.
func TestPhotos(t *testing.T) {
	w := newWorld(t)
	w.roomy(t, nil)
	for _, up := range someUploads(t) {
		p := w.post(t, "/report", url.Values{"text": {"照片里是现场的情形甲乙"}}, up.file)
		if p.status != 200 {
			t.Fatal(up.what, p.status)
		}
		w.post(t, "/receipt/add", url.Values{"receipt": {p.code(t)}}, up.file)
		list := w.taken(t)
		for _, rec := range list[len(list)-2:] {
			team, custodian, archive := w.look(t, rec, w.Keys.Team), w.look(t, rec, w.Keys.Custodian), w.look(t, rec, w.Keys.Archive)
			// Its own name may say when and by what it was taken.
			for i, info := range archive.infos {
				if up.team == "copy" && i == 0 {
					if !strings.HasPrefix(info.Name, "photo-1.") {
						t.Errorf("%s, %s: the team sees it called %q", up.what, rec.Header.Kind, info.Name)
					}
				} else if info.Name != up.file.name {
					t.Errorf("%s, %s: it is called %q", up.what, rec.Header.Kind, info.Name)
				}
			}
			if office := w.look(t, rec, w.Keys.Office); len(office.shown)+len(office.originals) > 0 {
				t.Errorf("%s, %s: the office opens a file", up.what, rec.Header.Kind)
			}
			if want := map[string]int{"copy": 2, "same": 1, "nothing": 1}[up.team]; len(archive.infos) != want || archive.closed > 0 {
				t.Fatalf("%s, %s: %d files, %d closed", up.what, rec.Header.Kind, len(archive.infos), archive.closed)
			}
			if len(team.originals) > 0 || len(custodian.shown) > 0 {
				t.Errorf("%s, %s: the team opens an original, or the custodian what the team sees", up.what, rec.Header.Kind)
			}
			if up.team == "same" {
				if len(team.shown) != 1 || team.shown[0] != up.file.body {
					t.Errorf("%s, %s: the team has it in another form", up.what, rec.Header.Kind)
				}
				continue
			}
			if len(custodian.originals) != 1 || custodian.originals[0] != up.file.body {
				t.Errorf("%s, %s: the custodian has no untouched original", up.what, rec.Header.Kind)
			}
			if (up.team == "copy") != (len(team.shown) == 1) {
				t.Fatalf("%s, %s: the team sees %d files", up.what, rec.Header.Kind, len(team.shown))
			}
			if up.team == "copy" {
				shownAs(t, up, team.shown[0])
			}
		}
	}
}

// shownAs holds a cleaned photo against the original.
func shownAs(t *testing.T, up upload, shown string) {
	t.Helper()
	for _, hidden := range []string{place, "CaNaRy"} {
		if strings.Contains(shown, hidden) {
			t.Errorf("%s: the team sees %q", up.what, hidden)
		}
	}
	if got := turned(shown); got != up.turned && (got != 0 || up.turned != 1) {
		t.Errorf("%s: turned %d, not %d", up.what, got, up.turned)
	}
	if strings.HasPrefix(shown, "RIFF") {
		if !strings.Contains(shown, webpPixel[:13]) {
			t.Errorf("%s: the pixel is gone", up.what)
		}
		return
	}
	if !reflect.DeepEqual(pixels(t, shown), pixels(t, up.file.body)) {
		t.Errorf("%s: other pixels", up.what)
	}
}
