package export_test

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
)

var writeGolden = flag.Bool("golden", false, "make testdata/v1.* where there is none; they are never made again")

// A goldenExport is an export of format v1 that was made once. Whatever this
// package becomes, it must read it.
type goldenExport struct {
	export []byte
	vkey   string
	note   []byte // an older checkpoint
	ids    []seal.Identity
}

func golden(t testing.TB) (g goldenExport) {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	g = goldenExport{export: read("v1.tar"), vkey: strings.TrimSpace(string(read("v1.vkey"))), note: read("v1.note")}
	var err error
	if g.ids, err = seal.ReadIdentities(bytes.NewReader(read("v1.key"))); err != nil {
		t.Fatal(err)
	}
	return g
}

func makeGolden(t *testing.T) {
	l := newLog(t)
	a := l.accept(intake.Web, entry.Report{Unit: "水务局", Text: "第一件"}, intake.Identity{Name: "钱某"}, testFile{"a.txt", []byte("file"), false}, testFile{"b.eml", []byte("original"), true})
	l.accept(intake.Hotline, entry.Report{Text: "第二件", Recorder: "孙某"}, intake.Identity{Phone: "0100-5550123"})
	note := l.checkpoint(6)
	l.note(entry.KindTriaged, a, entry.Note{State: "open", Text: "查"})
	l.clear(entry.ClosedDay{At: l.at, Day: "2026-09-07", Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Hotline, N: 1}, {Day: "2026-09-07", Channel: intake.Web, N: 1}},
		Refused: []entry.Count{{Day: "2026-09-06", Channel: intake.Mail, Reason: intake.BeforePeriod, N: 3}}})
	l.erase(5, 1)
	for name, content := range map[string][]byte{
		"v1.tar": l.export(nil), "v1.vkey": []byte(l.key() + "\n"), "v1.note": note,
		"v1.key": []byte("# the archive key of a test's export; it opens nothing else\n" + l.archive.String() + "\n"),
	} {
		path := filepath.Join("testdata", name)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(path, "is there already", err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGolden(t *testing.T) {
	if *writeGolden {
		makeGolden(t)
	}
	g := golden(t)
	sound(t, g.export, export.Options{Key: g.vkey, Since: g.note})
	dir, sum := open(t, g.export, g.ids...)
	if sum.Entries != 9 || sum.Records != 2 || sum.Actions != 1 || sum.Files != 2 || len(sum.Problems) != 0 {
		t.Errorf("%+v", sum)
	}
	list := lines[export.Record](t, dir, "records.jsonl")
	if list[0].Text != "第一件" || list[0].Identity.Name != "钱某" || list[1].Recorder != "孙某" || list[1].Erased[0] != "identity.age" {
		t.Errorf("%+v", list)
	}
	if b, err := os.ReadFile(filepath.Join(dir, list[0].Files[0].Path)); err != nil || string(b) != "file" {
		t.Errorf("%q, %v", b, err)
	}
}
