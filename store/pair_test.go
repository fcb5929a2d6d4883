package store_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// TestAPhotoIsSealedTwice: the original comes back byte for byte, for the
// custodian alone, whatever became of the one that is shown.
func TestAPhotoIsSealedTwice(t *testing.T) {
	const size = 300_000
	b := storetest.New(t)
	for name, c := range map[string]struct {
		size  int
		shown func(io.Reader) io.Reader
		from  int // what is shown of the photo
		to    int // none when it is -1
	}{
		"some left out":                {size, cleaner(1000, size, nil), 1000, size},
		"all of it":                    {size, cleaner(0, size, nil), 0, size},
		"the photo's own reader":       {size, func(r io.Reader) io.Reader { return r }, 0, size},
		"ends before the photo":        {size, cleaner(7, 50_000, nil), 7, 50_007},
		"ends at once":                 {size, cleaner(0, 0, nil), 0, 0},
		"reads nothing":                {size, func(io.Reader) io.Reader { return strings.NewReader("") }, 0, 0},
		"nothing in it":                {0, cleaner(0, size, nil), 0, 0},
		"fails at once":                {size, cleaner(0, 0, errUnclean), 0, -1},
		"fails without reading":        {size, func(io.Reader) io.Reader { return iotest.ErrReader(errUnclean) }, 0, -1},
		"fails midway":                 {size, cleaner(0, size/2, errUnclean), 0, -1},
		"fails at the end":             {size, cleaner(0, size, errUnclean), 0, -1},
		"fails with its last byte":     {size, func(r io.Reader) io.Reader { return iotest.DataErrReader(cleaner(0, size, errUnclean)(r)) }, 0, -1},
		"wants more than there is":     {size, cleaner(size+1, 1, nil), 0, 0}, // io.EOF before anything is shown
		"finds that something is left": {size, func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(io.ErrUnexpectedEOF)) }, 0, -1},
		"reads in the call": {size, func(r io.Reader) io.Reader {
			begin, err := io.ReadAll(io.LimitReader(r, 10))
			if err != nil {
				t.Error(err)
			}
			return io.MultiReader(bytes.NewReader(begin), r)
		}, 0, size},
	} {
		for _, private := range []bool{false, true} { // which says nothing beside Shown
			t.Run(fmt.Sprintf("%s/private=%v", name, private), func(t *testing.T) {
				photo := random(c.size)
				r := storetest.Web(b.Clock.Now(), "有照片")
				r.Files = files(intake.File{Name: "照片.jpg", Type: "image/jpeg", Private: private, Body: strings.NewReader(photo), Shown: c.shown})
				var want []sealedFile
				if c.to >= 0 {
					want = append(want, sealedFile{entry.RoleFile, "照片.jpg", "image/jpeg", photo[c.from:c.to]})
				}
				want = append(want, sealedFile{entry.RoleOriginal, "照片.jpg", "image/jpeg", photo})
				got := sealedFiles(t, b, record(t, b, submit(t, b, r).ID), b.Keys.Team, b.Keys.Custodian, b.Keys.Office)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// TestPhotosAmongFiles: any mixture of files stands in the header as files, then
// originals, each in the order in which they came.
func TestPhotosAmongFiles(t *testing.T) {
	b := storetest.New(t)
	for range 40 {
		var list []intake.File
		var shown, originals []sealedFile
		for i := range 1 + rand.IntN(5) {
			content := random(rand.IntN(200_000))
			f := intake.File{Name: fmt.Sprint(i), Type: "image/png", Private: rand.IntN(2) == 0, Body: strings.NewReader(content)}
			if rand.IntN(2) == 0 {
				f.Body = iotest.HalfReader(f.Body)
			}
			skip, most := rand.IntN(len(content)+1), rand.IntN(len(content)+1)
			switch rand.IntN(3) {
			case 0:
				f.Shown = cleaner(int64(skip), int64(most), nil)
				shown = append(shown, sealedFile{entry.RoleFile, f.Name, f.Type, content[skip:min(skip+most, len(content))]})
			case 1:
				f.Shown = cleaner(int64(skip), int64(most), errUnclean)
			default:
				if !f.Private {
					shown = append(shown, sealedFile{entry.RoleFile, f.Name, f.Type, content})
				}
			}
			if f.Private || f.Shown != nil {
				originals = append(originals, sealedFile{entry.RoleOriginal, f.Name, f.Type, content})
			}
			list = append(list, f)
		}
		r := storetest.Web(b.Clock.Now(), "有照片")
		r.Files = files(list...)
		got := sealedFiles(t, b, record(t, b, submit(t, b, r).ID), b.Keys.Team, b.Keys.Custodian)
		if diff := cmp.Diff(append(shown, originals...), got); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestAPhotoAboutTheTeam: both are for the office, and so are those of what is
// added; a photo that is added to another report is for team and custodian.
func TestAPhotoAboutTheTeam(t *testing.T) {
	b := storetest.New(t)
	for _, about := range []bool{false, true} {
		team, custodian, wrong := b.Keys.Team, b.Keys.Custodian, []seal.Identity{b.Keys.Office}
		if about {
			team, custodian, wrong = b.Keys.Office, b.Keys.Office, []seal.Identity{b.Keys.Team, b.Keys.Custodian}
		}
		photo := func() intake.File {
			return intake.File{Name: "a", Body: strings.NewReader("where and what"), Shown: cleaner(10, 100, nil)}
		}
		want := []sealedFile{{entry.RoleFile, "a", "", "what"}, {entry.RoleOriginal, "a", "", "where and what"}}
		r := storetest.Web(b.Clock.Now(), "有照片")
		r.AboutTeam, r.Files = about, files(photo())
		out := submit(t, b, r)
		added, err := b.Add(t.Context(), out.Receipt, storetest.Addition(b.Clock.Now(), "", photo()))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{out.ID, added.ID} {
			if diff := cmp.Diff(want, sealedFiles(t, b, record(t, b, id), team, custodian, wrong...)); diff != "" {
				t.Errorf("about the team %v: %s", about, diff)
			}
		}
	}
}

// TestAnOriginalAloneIsAReport: a report without words has its photo, though
// the team sees nothing of it.
func TestAnOriginalAloneIsAReport(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "")
	r.Files = files(intake.File{Name: "a", Body: strings.NewReader("not a photo"), Shown: cleaner(0, 5, errUnclean)})
	got := sealedFiles(t, b, record(t, b, submit(t, b, r).ID), b.Keys.Team, b.Keys.Custodian)
	if diff := cmp.Diff([]sealedFile{{entry.RoleOriginal, "a", "", "not a photo"}}, got); diff != "" {
		t.Error(diff)
	}
}
