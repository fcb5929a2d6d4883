package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

func submit(t *testing.T, b *storetest.Box, r *intake.Report) intake.Outcome {
	t.Helper()
	out, err := b.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func record(t *testing.T, b *storetest.Box, id string) entry.Record {
	t.Helper()
	at, err := b.Find(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(t.Context(), at, at+1) {
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	t.Fatalf("no entry %d", at)
	return entry.Record{}
}

func TestSubmitSealsToTheRightKeys(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "公车私用")
	r.Files = files(intake.File{Name: "账本.xlsx", Type: "application/x", Body: strings.NewReader("rows")},
		intake.File{Name: "原图.jpg", Private: true, Body: strings.NewReader("pixels and place")})
	out := submit(t, b, r)
	if out.Verdict != intake.Accepted {
		t.Fatalf("verdict %q", out.Verdict)
	}
	rec := record(t, b, out.ID)

	report, err := storetest.OpenPart(b.Box, rec, 0, b.Keys.Team)
	if err != nil {
		t.Fatal(err)
	}
	if report.Report.Text != r.Text || !report.Report.Arrived.Equal(r.Arrived) || len(report.Report.Files) != 1 || report.Report.Files[0].Name != "账本.xlsx" {
		t.Errorf("report part: %+v", report.Report)
	}
	identity, err := storetest.OpenPart(b.Box, rec, 1, b.Keys.Custodian)
	if err != nil {
		t.Fatal(err)
	}
	if identity.Identity.Name != "举报人" || len(identity.Identity.Files) != 1 {
		t.Errorf("identity part: %+v", identity.Identity)
	}
	for part, wrong := range map[int][]seal.Identity{0: {b.Keys.Custodian, b.Keys.Office}, 1: {b.Keys.Team, b.Keys.Office}, 2: {b.Keys.Custodian}, 3: {b.Keys.Team}} {
		for _, key := range wrong {
			if _, err := storetest.OpenPart(b.Box, rec, part, key); !errors.Is(err, intake.ErrKey) {
				t.Errorf("part %d opened by the wrong key: %v", part, err)
			}
		}
	}
	for part, want := range map[int]string{2: "rows", 3: "pixels and place"} {
		src, err := b.Part(t.Context(), rec.Index, part)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := seal.NewReader(src, int64(len(want)), b.Keys.Archive)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(plain); err != nil || string(got) != want {
			t.Errorf("part %d: %q, %v", part, got, err)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestReportAboutTheTeamGoesToTheOffice(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "巡察组成员收受礼品")
	r.AboutTeam = true
	rec := record(t, b, submit(t, b, r).ID)
	for part := range 2 {
		for _, key := range []seal.Identity{b.Keys.Team, b.Keys.Custodian} {
			if _, err := storetest.OpenPart(b.Box, rec, part, key); !errors.Is(err, intake.ErrKey) {
				t.Errorf("part %d: %v", part, err)
			}
		}
		for _, key := range []seal.Identity{b.Keys.Office, b.Keys.Archive} {
			if _, err := storetest.OpenPart(b.Box, rec, part, key); err != nil {
				t.Errorf("part %d: %v", part, err)
			}
		}
	}
}

func TestCiphertextSizesTellNothing(t *testing.T) {
	b := storetest.New(t)
	var want []int64
	for _, r := range []*intake.Report{
		storetest.Web(b.Clock.Now(), strings.Repeat("短", 10)),
		storetest.Web(b.Clock.Now(), strings.Repeat("长", 400)),
		{Channel: intake.Web, Arrived: b.Clock.Now(), Text: "没有姓名也没有单位的举报"},
		{Channel: intake.Web, Arrived: b.Clock.Now(), Text: "姓名和联系方式都写到最长", Identity: intake.Identity{Name: strings.Repeat("长", intake.MaxField), Contact: strings.Repeat("长", intake.MaxField)}},
	} {
		var sizes []int64
		for _, p := range record(t, b, submit(t, b, r).ID).Header.Parts {
			sizes = append(sizes, p.Size)
		}
		if want == nil {
			want = sizes
		}
		if sizes[0] != want[0] || sizes[1] != want[1] {
			t.Errorf("sizes %v, want %v", sizes, want)
		}
	}
}

func TestIdentitySizesDependOnTheHeaderAlone(t *testing.T) {
	b := storetest.New(t)
	for n := range 11 {
		var sizes []int64
		for _, id := range []intake.Identity{{}, {Name: strings.Repeat("长", intake.MaxField), Contact: strings.Repeat("长", intake.MaxField)}} {
			r := storetest.Web(b.Clock.Now(), "带附件")
			r.Identity = id
			var list []intake.File
			for range n {
				list = append(list, intake.File{Name: strings.Repeat("长", intake.MaxFileName), Private: n%2 == 1, Body: strings.NewReader("x")})
			}
			r.Files = files(list...)
			sizes = append(sizes, record(t, b, submit(t, b, r).ID).Header.Parts[1].Size)
		}
		if sizes[0] != sizes[1] {
			t.Errorf("%d files: the identity part has %d bytes without a name, %d with one", n, sizes[0], sizes[1])
		}
	}
}

func TestRefusalsAreCountedOnce(t *testing.T) {
	b := storetest.New(t)
	early := storetest.Call(time.Date(2026, 9, 8, 0, 29, 59, 0, time.UTC), "八点二十九分")
	for range 3 {
		if out := submit(t, b, early); out.Verdict != intake.Refused || out.Reason != intake.OutsideHours {
			t.Fatalf("outcome %+v", out)
		}
	}
	future := storetest.Call(b.Clock.Now().Add(time.Minute), "还没有打来")
	if out := submit(t, b, future); out.Reason != intake.Future {
		t.Fatalf("outcome %+v", out)
	}
	b.Reopen(t)
	status, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := status.Refused[intake.Hotline]; n != 1 {
		t.Errorf("%d refusals counted, want 1", n)
	}
	b.Clock.Add(2 * time.Minute)
	if out := submit(t, b, future); out.Verdict != intake.Accepted {
		t.Errorf("a call that was in the future: %+v", out)
	}
}

func TestSameMeaningIsADuplicate(t *testing.T) {
	b := storetest.New(t)
	first := submit(t, b, storetest.Call(b.Clock.Now(), "一件事"))
	b.Reopen(t)
	again := submit(t, b, storetest.Call(b.Clock.Now(), "一件事"))
	if again.Verdict != intake.Duplicate || again.ID != first.ID {
		t.Errorf("outcome %+v, want a duplicate of %s", again, first.ID)
	}
	if out := submit(t, b, storetest.Call(b.Clock.Now(), "另一件事")); out.Verdict != intake.Accepted {
		t.Errorf("outcome %+v", out)
	}
	for range 2 { // web reports have no meaning to compare
		if out := submit(t, b, storetest.Web(b.Clock.Now(), "一件事")); out.Verdict != intake.Accepted {
			t.Errorf("outcome %+v", out)
		}
	}
}

func TestCursorComesWithTheReport(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Call(b.Clock.Now(), "一封信")
	for _, value := range []string{"uid 1", "uid 2"} { // the second is a duplicate and moves the cursor too
		r.Source.Cursor = intake.Cursor{Name: "inbox", Value: []byte(value)}
		submit(t, b, r)
		b.Reopen(t)
		if got, err := b.Cursor(t.Context(), "inbox"); err != nil || string(got) != value {
			t.Errorf("cursor %q, %v; want %q", got, err, value)
		}
	}
}

func TestReceiptOpensItsThread(t *testing.T) {
	b := storetest.New(t)
	out := submit(t, b, storetest.Web(b.Clock.Now(), "等答复"))
	thread, err := b.Thread(t.Context(), " "+out.Receipt[:4]+"　"+out.Receipt[4:]+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if thread.Day != "2026-09-08" || thread.State != intake.Received {
		t.Errorf("thread %+v", thread)
	}
	if _, err := b.Thread(t.Context(), string(intake.NewReceipt())); !errors.Is(err, intake.ErrNotFound) {
		t.Errorf("a receipt of nobody: %v", err)
	}
	if _, err := b.Thread(t.Context(), "1234"); !errors.Is(err, intake.ErrMistyped) {
		t.Errorf("a mistyped receipt: %v", err)
	}
	raw, err := os.ReadFile(filepath.Join(b.Path, "box.db"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte(out.Receipt)) || bytes.Contains(raw, []byte("AGE-SECRET-KEY")) {
		t.Error("the database holds a receipt code or a secret key")
	}
}

func TestConcurrentSubmitters(t *testing.T) {
	b := storetest.New(t)
	const each, callers = 8, 16
	ids := make(chan string, each*callers)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range each {
				out, err := b.Submit(context.Background(), storetest.Web(b.Clock.Now(), "同时"))
				if err != nil {
					t.Error(err)
				}
				ids <- out.ID
			}
		})
	}
	wg.Wait()
	close(ids)
	seen := map[string]bool{}
	for id := range ids {
		if seen[id] {
			t.Errorf("id %s twice", id)
		}
		seen[id] = true
		if _, err := b.Find(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
}

func TestAnEmptyReportWithoutItsFilesIsEmpty(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "\u200b \n")
	r.Files = files()
	if _, err := b.Submit(t.Context(), r); !errors.Is(err, intake.ErrEmpty) {
		t.Errorf("error %v", err)
	}
}

func TestKeysThatChangeDuringAnUpload(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "传得很慢")
	next := storetest.NewKeys(t)
	r.Files = func(yield func(intake.File, error) bool) {
		b.Rekey(t, next)
		yield(intake.File{Name: "a", Body: strings.NewReader("x")}, nil)
	}
	if _, err := b.Submit(t.Context(), r); !errors.Is(err, intake.ErrSchedule) {
		t.Fatalf("a report sealed to keys that are no longer in force: %v", err)
	}
	rec := record(t, b, submit(t, b, storetest.Web(b.Clock.Now(), "再来一次")).ID)
	if _, err := storetest.OpenPart(b.Box, rec, 0, next.Team); err != nil {
		t.Error(err)
	}
}

func TestAFailedUploadLeavesNothing(t *testing.T) {
	b := storetest.New(t)
	cut := errors.New("the line went dead")
	r := storetest.Web(b.Clock.Now(), "附件传到一半")
	r.Files = files(intake.File{Name: "a", Body: strings.NewReader("whole")}, intake.File{Name: "b", Body: io.MultiReader(strings.NewReader("half"), broken{cut})})
	if _, err := b.Submit(t.Context(), r); !errors.Is(err, cut) {
		t.Fatalf("error %v", err)
	}
	for _, dir := range []string{"blobs", "blobs/incoming"} {
		names, err := os.ReadDir(filepath.Join(b.Path, dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if !n.IsDir() {
				t.Errorf("%s/%s is left", dir, n.Name())
			}
		}
	}
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v; want the first four", n, err)
	}
}

func TestClockSetBack(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, storetest.Web(b.Clock.Now(), "今天"))
	b.Clock.Add(-24 * time.Hour)
	_, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "昨天"))
	if !errors.Is(err, intake.ErrClock) || !strings.Contains(err.Error(), "entry 4") {
		t.Errorf("error %v; want one that names entry 4", err)
	}
	b.Clock.Add(24 * time.Hour)
	submit(t, b, storetest.Web(b.Clock.Now(), "又是今天"))
}

func TestClosedBoxAnswers(t *testing.T) {
	b := storetest.New(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "太晚")); !errors.Is(err, intake.ErrStopped) {
		t.Errorf("error %v", err)
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func files(list ...intake.File) iter.Seq2[intake.File, error] {
	return func(yield func(intake.File, error) bool) {
		for _, f := range list {
			if !yield(f, nil) {
				return
			}
		}
	}
}
