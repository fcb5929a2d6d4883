package store_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// errUnclean is what a cleaner of the tests gives up with.
var errUnclean = errors.New("this is no photo")

// cleaner returns a Shown that leaves out the first skip bytes of a file and
// shows up to most of the rest; then it ends, with an error unless that is nil.
func cleaner(skip, most int64, end error) func(io.Reader) io.Reader {
	return func(original io.Reader) io.Reader {
		skipped := false
		rest := io.LimitReader(original, most)
		return readerFunc(func(p []byte) (int, error) {
			if !skipped {
				skipped = true
				if _, err := io.CopyN(io.Discard, original, skip); err != nil {
					return 0, err
				}
			}
			n, err := rest.Read(p)
			if err == io.EOF && end != nil {
				err = end
			}
			return n, err
		})
	}
}

// random is bytes that nothing else has.
func random(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(rand.Uint32())
	}
	return string(out)
}

// A sealedFile is what is to be found of a file by whoever has the key.
type sealedFile struct {
	Role       entry.Role
	Name, Type string
	Content    string
}

// sealedFiles opens the files of an entry, each with the key that it is meant
// for and with none of the wrong ones.
func sealedFiles(t *testing.T, b *storetest.Box, rec entry.Record, team, custodian seal.Identity, wrong ...seal.Identity) (list []sealedFile) {
	t.Helper()
	report, err := storetest.OpenPart(b.Box, rec, 0, team)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := storetest.OpenPart(b.Box, rec, 1, custodian)
	if err != nil {
		t.Fatal(err)
	}
	infos := append(report.Report.Files, identity.Identity.Files...)
	for i, p := range rec.Header.Parts[2:] {
		key, others := team, append([]seal.Identity{custodian}, wrong...)
		if p.Role == entry.RoleOriginal {
			key, others[0] = custodian, team
		}
		f := sealedFile{Role: p.Role, Name: infos[i].Name, Type: infos[i].Type}
		stored, err := storetest.ReadPart(b.Box, rec.Index, i+2)
		if err != nil {
			t.Fatal(err)
		}
		if f.Content, err = unsealed(stored, infos[i].Size, key); err != nil {
			t.Fatalf("part %d (%s): %v", i+2, p.Role, err)
		}
		for _, other := range others {
			if _, err := unsealed(stored, infos[i].Size, other); other.Recipient().String() != key.Recipient().String() && !errors.Is(err, intake.ErrKey) {
				t.Errorf("part %d (%s) opened by the wrong key: %v", i+2, p.Role, err)
			}
		}
		list = append(list, f)
	}
	return list
}

func unsealed(stored []byte, size int64, key seal.Identity) (string, error) {
	plain, err := seal.NewReader(bytes.NewReader(stored), size, key)
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(plain)
	return string(content), err
}
