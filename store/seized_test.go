package store_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// TestSeizedDisk puts a canary into everything that a reporter or the staff
// write, goes through a box's life, and searches all that lies on the disk.
func TestSeizedDisk(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s := &seizure{b: storetest.New(t), canaries: map[string]string{}}
	s.reopen(t)
	out := submit(t, s.b, s.report(intake.Web, "网上"))
	s.canaries["查询码"] = out.Receipt
	s.canaries["查询码分组"] = out.Receipt[:4] + " " + out.Receipt[4:8] + " " + out.Receipt[8:12]
	about := s.report(intake.Web, "涉组")
	about.AboutTeam = true
	office := submit(t, s.b, about)
	submit(t, s.b, s.report(intake.Hotline, "电话"))
	s.add(t, out, "补充")
	s.add(t, office, "涉组补充")
	s.failures(t)
	s.addInVain(t, out)
	s.importFile(t)
	s.calls(t)
	s.mails(t)
	s.act(t, out)
	s.search(t, tmp)

	s.reopen(t)
	s.read(t, out)
	if _, _, err := s.b.Export(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	saved := backup(t, s.b)
	if err := os.WriteFile(filepath.Join(tmp, "backup"), saved, 0o600); err != nil {
		t.Fatal(err)
	}
	restored(t, s.b, saved, nil)
	s.search(t, tmp)
	if err := s.b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.b.Close(); err != nil {
		t.Fatal(err)
	}
	s.search(t, tmp)
}

// failures are what does not go in: their words are to stay nowhere either.
func (s *seizure) failures(t *testing.T) {
	early := s.report(intake.Hotline, "时间外")
	early.Arrived = early.Arrived.Add(-4 * time.Hour)
	if out := submit(t, s.b, early); out.Verdict != intake.Refused {
		t.Fatalf("outcome %+v", out)
	}
	cut := s.report(intake.Web, "中断")
	cut.Files = files(intake.File{Name: s.canary("中断附件名"), Body: io.MultiReader(strings.NewReader(s.canary("中断附件")), broken{errTorn})})
	if _, err := s.b.Submit(t.Context(), cut); !errors.Is(err, errTorn) {
		t.Fatalf("error %v", err)
	}
	for _, dry := range []bool{true, false} {
		err := s.b.SubmitAll(t.Context(), dry, func(yield func(*intake.Report, error) bool) {
			_ = yield(s.report(intake.Hotline, fmt.Sprint("撕坏", dry)), nil) && yield(nil, errTorn)
		}, func(int, intake.Outcome) {})
		if !errors.Is(err, errTorn) {
			t.Fatalf("error %v", err)
		}
	}
}

// add adds text and files to a report.
func (s *seizure) add(t *testing.T, to intake.Outcome, name string) {
	t.Helper()
	if out, err := s.b.Add(t.Context(), to.Receipt, s.addition(name)); err != nil || out.Verdict != intake.Accepted {
		t.Fatalf("%+v, %v", out, err)
	}
}

// addInVain is what the holder of a receipt sends and the box does not take.
func (s *seizure) addInVain(t *testing.T, to intake.Outcome) {
	early := s.addition("时间外补充")
	early.Arrived = early.Arrived.Add(-4 * time.Hour)
	if out, err := s.b.Add(t.Context(), to.Receipt, early); err != nil || out.Verdict != intake.Refused {
		t.Fatalf("%+v, %v", out, err)
	}
	cut := s.addition("中断补充")
	whole := cut.Files
	cut.Files = func(yield func(intake.File, error) bool) {
		for f, err := range whole {
			if !yield(f, err) {
				return
			}
		}
		yield(intake.File{}, errTorn)
	}
	if _, err := s.b.Add(t.Context(), to.Receipt, cut); !errors.Is(err, errTorn) {
		t.Fatalf("error %v", err)
	}
	nobody := string(intake.NewReceipt())
	s.canaries["无主查询码"] = nobody
	if _, err := s.b.Add(t.Context(), nobody, s.addition("无主补充")); !errors.Is(err, intake.ErrNotFound) {
		t.Fatalf("error %v", err)
	}
}

func (s *seizure) importFile(t *testing.T) {
	err := s.b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range 3 {
			if !yield(s.report(intake.Hotline, fmt.Sprint("台账", i)), nil) {
				return
			}
		}
	}, func(int, intake.Outcome) {})
	if err != nil {
		t.Fatal(err)
	}
}

// act is what the staff write: a note, and a reply to the receipt's holder.
func (s *seizure) act(t *testing.T, out intake.Outcome) {
	in, err := storetest.OpenPart(s.b.Box, record(t, s.b, out.ID), 0, s.b.Keys.Team)
	if err != nil {
		t.Fatal(err)
	}
	holder, err := seal.ParseRecipient(in.Report.ReplyTo)
	if err != nil {
		t.Fatal(err)
	}
	s.b.Act(t, entry.KindNoted, out.ID, entry.Inner{Note: &entry.Note{Text: s.canary("批注")}})
	s.b.Act(t, entry.KindReplied, out.ID, entry.Inner{Reply: &entry.Reply{Text: s.canary("答复")}}, holder)
}

// read opens everything, as staff and as the receipt's holder do.
func (s *seizure) read(t *testing.T, out intake.Outcome) {
	rec := record(t, s.b, out.ID)
	for i := range rec.Header.Parts {
		if _, err := storetest.ReadPart(s.b.Box, rec.Index, i); err != nil {
			t.Fatal(err)
		}
	}
	for part, key := range []seal.Identity{s.b.Keys.Team, s.b.Keys.Custodian} {
		if _, err := storetest.OpenPart(s.b.Box, rec, part, key); err != nil {
			t.Fatal(err)
		}
	}
	thread, err := s.b.Thread(t.Context(), out.Receipt)
	if err != nil || len(thread.Replies) != 1 || thread.Added != 1 || thread.Replies[0].Text != s.canaries["答复"] {
		t.Fatalf("thread %+v, %v", thread, err)
	}
}

func (s *seizure) search(t *testing.T, tmp string) {
	t.Helper()
	// All that the test has made lies beside tmp: boxes, and what is in TMPDIR.
	found := storetest.FindTraces(t, s.canaries, filepath.Dir(tmp))
	for _, f := range append(found, storetest.TracesIn("the log", s.log.bytes(), s.canaries)...) {
		t.Error(f)
	}
}

// TestSeizedDiskFindsWhatIsThere plants a canary in each form, in files, their
// names and the log: the search above can fail.
func TestSeizedDiskFindsWhatIsThere(t *testing.T) {
	s := &seizure{canaries: map[string]string{}}
	canary := s.canary("正文")
	s.canaries["number"] = "13900017391"
	for what, text := range s.canaries {
		for form, trace := range storetest.Traces(text) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "box.db"), slices.Concat([]byte("before"), trace, []byte("after")), 0o600); err != nil {
				t.Fatal(err)
			}
			if found := storetest.FindTraces(t, s.canaries, dir); len(found) == 0 || !strings.Contains(found[0], what) {
				t.Errorf("%s in %s: found %v", what, form, found)
			}
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, canary), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found := storetest.FindTraces(t, s.canaries, dir); len(found) != 1 {
		t.Errorf("in a file's name: found %v", found)
	}
	slog.New(slog.NewJSONHandler(&s.log, nil)).Warn("refused", "text", canary)
	if found := storetest.TracesIn("the log", s.log.bytes(), s.canaries); len(found) != 1 {
		t.Errorf("in the log: found %v", found)
	}
	for before := range 3 { // what the alignments of base64 are for
		coded := base64.StdEncoding.EncodeToString([]byte("xyz"[:before] + canary + "rest"))
		if found := storetest.TracesIn("a text", []byte(coded), s.canaries); len(found) == 0 {
			t.Errorf("base64 after %d bytes: found nothing", before)
		}
	}
}
