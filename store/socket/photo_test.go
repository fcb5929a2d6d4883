package socket_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/photo"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

const whereTaken = "30.5728N,104.0668E"

// exifPhoto is a JPEG that says where it was taken.
func exifPhoto(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 400)), nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00" + whereTaken
	return slices.Concat(b.Bytes()[:2], []byte{0xFF, 0xE1, 0, byte(len(exif) + 2)}, []byte(exif), b.Bytes()[2:])
}

const heif = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + whereTaken

// mailWith is a mail with these files, each of its own for each time that they
// are asked for.
func mailWith(b *storetest.Box, list func() []intake.File) *intake.Report {
	return &intake.Report{Channel: intake.Mail, Arrived: b.Clock.Now(), Text: "附件", Source: intake.Source{Meaning: []byte("mail with files")},
		Files: func(yield func(intake.File, error) bool) { files(list()...)(yield) }}
}

// bring sends one mail by one call.
var bring = map[string]func(*testing.T, socket.Box, *intake.Report) (intake.Outcome, error){
	"submit": func(t *testing.T, b socket.Box, r *intake.Report) (intake.Outcome, error) {
		return b.Submit(t.Context(), r)
	},
	"group": func(t *testing.T, b socket.Box, r *intake.Report) (intake.Outcome, error) {
		out, err := b.SubmitGroup(t.Context(), []*intake.Report{r}, intake.Cursor{Name: "mail", Value: []byte("1")})
		if err != nil || len(out) != 1 {
			return intake.Outcome{}, err
		}
		return out[0], nil
	},
}

// An openedFile is what its readers find of a file.
type openedFile struct {
	Role                entry.Role
	Name, Type, Content string
}

// openFiles opens the files of a report, the team's with its key and originals
// with the custodian's; neither key opens the other's.
func openFiles(t *testing.T, b *storetest.Box, id string) (list []openedFile) {
	t.Helper()
	at, err := b.Find(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	rec := collect(t, b.Entries(t.Context(), at, at+1))[0]
	report, err := storetest.OpenPart(b.Box, rec, 0, b.Keys.Team)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := storetest.OpenPart(b.Box, rec, 1, b.Keys.Custodian)
	if err != nil {
		t.Fatal(err)
	}
	infos := append(report.Report.Files, identity.Identity.Files...)
	for i, p := range rec.Header.Parts[2:] {
		mine, other := b.Keys.Team, b.Keys.Custodian
		if p.Role == entry.RoleOriginal {
			mine, other = other, mine
		}
		stored, err := part(b, at, i+2)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := seal.NewReader(bytes.NewReader(stored), infos[i].Size, mine)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(plain)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := seal.NewReader(bytes.NewReader(stored), infos[i].Size, other); !errors.Is(err, intake.ErrKey) {
			t.Errorf("file %d (%s), opened by the wrong key: %v", i, p.Role, err)
		}
		list = append(list, openedFile{p.Role, infos[i].Name, infos[i].Type, string(content)})
	}
	return list
}

// Photos end in the box as if they had been given to it without a socket.
func TestPhotosCross(t *testing.T) {
	taken := exifPhoto(t)
	list := func() []intake.File {
		all := []intake.File{
			{Name: "IMG_20260908_103000.jpg", Type: "image/jpeg", Body: bytes.NewReader(taken)},
			{Name: "账本.txt", Type: "text/plain", Body: strings.NewReader("rows")},
			{Name: "raw.eml", Private: true, Body: bytes.NewReader(taken)},
			{Name: "half.jpg", Body: bytes.NewReader(taken[:len(taken)/2])},
			{Name: "a.heic", Body: strings.NewReader(heif)},
			{Name: "none.jpg", Body: strings.NewReader("")},
		}
		for i := range all {
			var err error
			if all[i], _, err = photo.Prepare(all[i], i+3); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	for name, call := range bring {
		t.Run(name, func(t *testing.T) {
			near, far := storetest.New(t), storetest.New(t)
			c, _, _ := serve(t, far)
			var found [2][]openedFile
			for i, at := range []struct {
				box socket.Box
				b   *storetest.Box
			}{{near, near}, {c, far}} {
				out, err := call(t, at.box, mailWith(at.b, list))
				if err != nil || out.Verdict != intake.Accepted {
					t.Fatalf("%+v, %v", out, err)
				}
				found[i] = openFiles(t, at.b, out.ID)
			}
			if diff := cmp.Diff(found[0], found[1]); diff != "" {
				t.Fatalf("the box has (-), the one behind the socket (+): %s", diff)
			}
			shown, original := found[1][0], found[1][3]
			if shown.Name != "photo-3.jpeg" || shown.Role != entry.RoleFile || strings.Contains(shown.Content, whereTaken) || len(shown.Content) < len(taken)/2 {
				t.Errorf("shown: %s %q, %d bytes of %d", shown.Role, shown.Name, len(shown.Content), len(taken))
			}
			if want := (openedFile{entry.RoleOriginal, "IMG_20260908_103000.jpg", "image/jpeg", string(taken)}); original != want {
				t.Errorf("original: %s %q, %d bytes", original.Role, original.Name, len(original.Content))
			}
		})
	}
}

// What is shown is never what the sender's side says is clean, and of what is
// called a photo and is none nothing is.
func TestWhatIsCalledAPhoto(t *testing.T) {
	asItIs := func(original io.Reader) io.Reader { return original }
	taken := string(exifPhoto(t))
	for name, content := range map[string]string{"photo": taken, "text": "no photo, " + whereTaken, "nothing": "", "heif": heif,
		"head alone": taken[:4], "another file before it": "MZ" + taken} {
		for call, bring := range bring {
			t.Run(name+", "+call, func(t *testing.T) {
				b := storetest.New(t)
				c, _, _ := serve(t, b)
				out, err := bring(t, c, mailWith(b, func() []intake.File {
					return []intake.File{{Name: "a.jpg", ShownName: "photo-1.jpeg", Shown: asItIs, Body: strings.NewReader(content)}}
				}))
				if err != nil || out.Verdict != intake.Accepted {
					t.Fatalf("%+v, %v", out, err)
				}
				found := openFiles(t, b, out.ID)
				original := openedFile{Role: entry.RoleOriginal, Name: "a.jpg", Content: content}
				want := []openedFile{original}
				if name == "photo" {
					shown, err := io.ReadAll(photo.Clean(photo.JPEG, strings.NewReader(content)))
					if err != nil {
						t.Fatal(err)
					}
					want = []openedFile{{Role: entry.RoleFile, Name: "photo-1.jpeg", Content: string(shown)}, original}
				}
				if diff := cmp.Diff(want, found); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}
