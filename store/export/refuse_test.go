package export_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
)

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(l *testLog)
		want   error
		what   string
	}{
		{"parts exchanged between reports", func(l *testLog) { exchange(l, 4, 5, 0) }, intake.ErrDamaged, "entry 4, report.age"},
		{"identities exchanged", func(l *testLog) { exchange(l, 4, 5, 1) }, intake.ErrDamaged, "entry 4, report.age"},
		{"a note hung under another report", func(l *testLog) { rehang(l, 7) }, intake.ErrDamaged, "entry 7, note.age"},
		{"report and identity exchanged", func(l *testLog) {
			l.parts[5][0], l.parts[5][1] = l.parts[5][1], l.parts[5][0]
			rename(l, 5)
		}, intake.ErrDamaged, "entry 5, report.age"},
		{"an identity of another entry", func(l *testLog) {
			h := l.headers[5]
			h.ID = entry.NewID()
			l.parts[5][1] = l.seal(h, entry.Inner{Role: entry.RoleIdentity, Identity: &entry.Identity{}}, seal.LeastIdentity, l.archive.Recipient())
			rename(l, 5)
			l.parts[5][0] = l.seal(l.headers[5], entry.Inner{Role: entry.RoleReport, Report: &entry.Report{Arrived: l.at}}, seal.LeastReport, l.archive.Recipient())
			rename(l, 5)
		}, intake.ErrDamaged, "entry 5, identity.age"},
		{"a part of another box", func(l *testLog) {
			origin := l.state.Origin
			l.state.Origin = "dengwen.example/other"
			l.parts[6][0] = l.seal(l.headers[6], entry.Inner{Role: entry.RoleNote, Note: &entry.Note{At: l.at}}, seal.LeastNote, l.archive.Recipient())
			l.state.Origin = origin
			rename(l, 6)
		}, intake.ErrDamaged, "entry 6, note.age"},
		{"a file exchanged", func(l *testLog) {
			l.parts[4][2] = l.parts[9][2]
			rename(l, 4)
		}, intake.ErrDamaged, "entry 4, report.age"},
		{"what is not a sealed part", func(l *testLog) {
			l.parts[4][0] = []byte("report")
			rename(l, 4)
		}, intake.ErrDamaged, "entry 4, report.age"},
		{"sealed to others only", func(l *testLog) {
			h := l.headers[6]
			l.parts[6][0] = l.seal(h, entry.Inner{Role: entry.RoleNote, Note: &entry.Note{At: l.at}}, seal.LeastNote, l.team.Recipient())
			rename(l, 6)
		}, intake.ErrKey, "entry 6, note.age"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := wholeLog(t)
			c.tamper(l)
			nothingStays(t, l.export(nil), []seal.Identity{l.archive}, c.want, c.what)
		})
	}
}

func TestOpenNeedsTheRightKey(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	for _, id := range []seal.Identity{l.office, l.team, l.custodian} {
		nothingStays(t, b, []seal.Identity{id}, intake.ErrKey, "entry 4, ")
	}
	nothingStays(t, b, nil, intake.ErrKey, "entry 4, ")
	open(t, b, l.office, l.archive)
	open(t, b, l.team, l.custodian) // who has all keys needs no archive
}

func TestOpenRefusesADamagedContainer(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	for at := 300; at < len(b); at += 1501 {
		changed := bytes.Clone(b)
		changed[at] ^= 4
		nothingStays(t, changed, []seal.Identity{l.archive}, nil, "")
		nothingStays(t, b[:at], []seal.Identity{l.archive}, intake.ErrProof, "")
	}
	nothingStays(t, append(bytes.Clone(b), 0), []seal.Identity{l.archive}, intake.ErrProof, "follows the end")
	broken := errors.New("the disk is broken")
	dir := filepath.Join(t.TempDir(), "out")
	_, err := export.Open(context.Background(), io.MultiReader(bytes.NewReader(b[:60_000]), iotest.ErrReader(broken)), []seal.Identity{l.archive}, dir)
	refused(t, err, broken, "open")
}

// nothingStays fails the test unless opening fails as it should and leaves
// nothing behind.
func nothingStays(t testing.TB, b []byte, ids []seal.Identity, want error, what string) {
	t.Helper()
	parent := t.TempDir()
	_, err := export.Open(context.Background(), bytes.NewReader(b), ids, filepath.Join(parent, "out"))
	if err == nil || want != nil && !errors.Is(err, want) || !strings.Contains(err.Error(), what) {
		t.Errorf("error %v, want %v: %s", err, want, what)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("%v is left behind, %v", left, err)
	}
}
