package store_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.etcd.io/bbolt"
)

// add adds text to the report of a receipt.
func add(t *testing.T, b *storetest.Box, receipt, text string) intake.Outcome {
	t.Helper()
	out, err := b.Add(t.Context(), receipt, storetest.Addition(b.Clock.Now(), text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAddSealsToTheKeysOfTheReport(t *testing.T) {
	for name, aboutTeam := range map[string]bool{"team": false, "office": true} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			r := storetest.Web(b.Clock.Now(), "公车私用")
			r.AboutTeam = aboutTeam
			first := submit(t, b, r)
			b.Clock.Add(time.Hour)
			out, err := b.Add(t.Context(), " "+first.Receipt[:12]+" - "+first.Receipt[12:]+"\n", storetest.Addition(b.Clock.Now(), "车牌尾号",
				intake.File{Name: "原图.jpg", Private: true, Body: strings.NewReader("pixels and place")},
				intake.File{Name: "照片.jpg", Type: "image/jpeg", Body: strings.NewReader("pixels")}))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(intake.Outcome{Verdict: intake.Accepted, ID: out.ID}, out); diff != "" || !entry.ValidID(out.ID) || out.ID == first.ID {
				t.Errorf("outcome %+v", out)
			}
			rec := record(t, b, out.ID)
			want := entry.Header{V: entry.Version, ID: out.ID, Kind: entry.KindAdded, Date: "2026-09-08", Channel: intake.Web, Ref: first.ID,
				Parts: []entry.Part{{Role: entry.RoleReport}, {Role: entry.RoleIdentity}, {Role: entry.RoleFile}, {Role: entry.RoleOriginal}}}
			if diff := cmp.Diff(want, rec.Header, cmpopts.IgnoreFields(entry.Part{}, "SHA256", "Size")); diff != "" {
				t.Error(diff)
			}
			k := b.Keys
			opens := [][]seal.Identity{{k.Team, k.Archive}, {k.Custodian, k.Archive}, {k.Team, k.Archive}, {k.Custodian, k.Archive}}
			closed := [][]seal.Identity{{k.Custodian, k.Office}, {k.Team, k.Office}, {k.Custodian, k.Office}, {k.Team, k.Office}}
			if aboutTeam {
				for i := range opens {
					opens[i], closed[i] = []seal.Identity{k.Office, k.Archive}, []seal.Identity{k.Team, k.Custodian}
				}
			}
			for _, key := range opens[0] {
				in, err := storetest.OpenPart(b.Box, rec, 0, key)
				if err != nil {
					t.Fatal(err)
				}
				says := &entry.Report{Arrived: b.Clock.Now(), AboutTeam: aboutTeam, Text: "车牌尾号",
					Files: []entry.FileInfo{{SHA256: rec.Header.Parts[2].SHA256, Name: "照片.jpg", Type: "image/jpeg", Size: 6}}}
				if diff := cmp.Diff(says, in.Report); diff != "" {
					t.Error(diff)
				}
			}
			for _, key := range opens[1] {
				in, err := storetest.OpenPart(b.Box, rec, 1, key)
				if err != nil {
					t.Fatal(err)
				}
				says := &entry.Identity{Files: []entry.FileInfo{{SHA256: rec.Header.Parts[3].SHA256, Name: "原图.jpg", Size: 16}}}
				if diff := cmp.Diff(says, in.Identity); diff != "" {
					t.Error(diff)
				}
			}
			for part, content := range map[int]string{2: "pixels", 3: "pixels and place"} {
				for _, key := range opens[part] {
					if got, err := openFile(t, b, rec.Index, part, int64(len(content)), key); err != nil || got != content {
						t.Errorf("part %d: %q, %v", part, got, err)
					}
				}
			}
			for part, keys := range closed {
				for _, key := range keys {
					var err error
					if part < 2 {
						_, err = storetest.OpenPart(b.Box, rec, part, key)
					} else {
						_, err = openFile(t, b, rec.Index, part, 16, key)
					}
					if !errors.Is(err, intake.ErrKey) {
						t.Errorf("part %d opened by the wrong key: %v", part, err)
					}
				}
			}
			thread, err := b.Thread(t.Context(), first.Receipt)
			if err != nil || thread.Added != 1 || thread.State != intake.Received || thread.Day != "2026-09-08" {
				t.Errorf("thread %+v, %v", thread, err)
			}
		})
	}
}

func openFile(t *testing.T, b *storetest.Box, index int64, part int, size int64, key seal.Identity) (string, error) {
	t.Helper()
	src, err := b.Part(t.Context(), index, part)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	plain, err := seal.NewReader(src, size, key)
	if err != nil {
		return "", err
	}
	got, err := io.ReadAll(plain)
	return string(got), err
}

// An addition is told from a report by its header, not by its size.
func TestAdditionsAreAsLargeAsReports(t *testing.T) {
	b := storetest.New(t)
	first := submit(t, b, storetest.Web(b.Clock.Now(), "短"))
	sizes := func(id string) []int64 {
		parts := record(t, b, id).Header.Parts
		return []int64{parts[0].Size, parts[1].Size}
	}
	for _, text := range []string{"短", strings.Repeat("长", 400)} {
		if diff := cmp.Diff(sizes(first.ID)[1:], sizes(add(t, b, first.Receipt, text).ID)[1:]); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(sizes(add(t, b, first.Receipt, "短").ID), sizes(add(t, b, first.Receipt, strings.Repeat("长", 400)).ID)); diff != "" {
		t.Error(diff)
	}
}

// What is added later than a change of keys is sealed to the new ones.
func TestAddAfterAChangeOfKeys(t *testing.T) {
	b := storetest.New(t)
	receipt := submit(t, b, storetest.Web(b.Clock.Now(), "换钥匙以前")).Receipt
	next := storetest.NewKeys(t)
	b.Rekey(t, next)
	rec := record(t, b, add(t, b, receipt, "换钥匙以后").ID)
	if _, err := storetest.OpenPart(b.Box, rec, 0, b.Keys.Team); !errors.Is(err, intake.ErrKey) {
		t.Errorf("the old key: %v", err)
	}
	if in, err := storetest.OpenPart(b.Box, rec, 0, next.Team); err != nil || in.Report.Text != "换钥匙以后" {
		t.Errorf("%+v, %v", in.Report, err)
	}
	slow := storetest.Addition(b.Clock.Now(), "传得很慢")
	slow.Files = func(yield func(intake.File, error) bool) {
		b.Rekey(t, storetest.NewKeys(t))
		yield(intake.File{Name: "a", Body: strings.NewReader("x")}, nil)
	}
	if _, err := b.Add(t.Context(), receipt, slow); !errors.Is(err, intake.ErrSchedule) {
		t.Errorf("sealed to keys that are no longer in force: %v", err)
	}
}

func TestAddErrors(t *testing.T) {
	b := storetest.New(t)
	receipt := submit(t, b, storetest.Web(b.Clock.Now(), "一")).Receipt
	now := b.Clock.Now()
	for name, c := range map[string]struct {
		code string
		what *intake.Addition
		want error
	}{
		"mistyped":          {"1234", storetest.Addition(now, "字"), intake.ErrMistyped},
		"mistyped, empty":   {receipt[1:] + receipt[:1], storetest.Addition(now, ""), intake.ErrMistyped},
		"nobody's":          {string(intake.NewReceipt()), storetest.Addition(now, "字"), intake.ErrNotFound},
		"nobody's at night": {string(intake.NewReceipt()), storetest.Addition(now.Add(-9*time.Hour), "字"), intake.ErrNotFound},
		"empty":             {receipt, storetest.Addition(now, " \u200b"), intake.ErrEmpty},
		"no files after":    {receipt, &intake.Addition{Arrived: now, Files: files()}, intake.ErrEmpty},
		"long":              {receipt, storetest.Addition(now, strings.Repeat("长", intake.MaxText+1)), intake.ErrTooLong},
		"not UTF-8":         {receipt, storetest.Addition(now, "\xff"), intake.ErrInvalid},
		"no arrival":        {receipt, storetest.Addition(time.Time{}, "字"), intake.ErrInvalid},
		"cut off":           {receipt, storetest.Addition(now, "字", intake.File{Body: strings.NewReader("whole")}, intake.File{Body: broken{errTorn}}), errTorn},
	} {
		if out, err := b.Add(t.Context(), c.code, c.what); !errors.Is(err, c.want) || out != (intake.Outcome{}) {
			t.Errorf("%s: %+v, %v; want %v", name, out, err, c.want)
		}
	}
	if s, err := b.Status(t.Context()); err != nil || s.Entries != 5 || s.Refused[intake.Web] != 0 {
		t.Errorf("status %+v, %v", s, err)
	}
	if thread, err := b.Thread(t.Context(), receipt); err != nil || thread.Added != 0 {
		t.Errorf("thread %+v, %v", thread, err)
	}
	for _, dir := range []string{"blobs", "blobs/incoming"} {
		names, err := filepath.Glob(filepath.Join(b.Path, dir, "????????*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if info, err := os.Stat(n); err != nil || !info.IsDir() {
				t.Errorf("%s is left, %v", n, err)
			}
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	// A mistyped code is told before anything is looked up.
	for code, want := range map[string]error{"1234": intake.ErrMistyped, receipt: intake.ErrStopped} {
		if _, err := b.Add(t.Context(), code, storetest.Addition(now, "字")); !errors.Is(err, want) {
			t.Errorf("a stopped box: %v, want %v", err, want)
		}
	}
}

func TestAddOutsideTheHours(t *testing.T) {
	b := storetest.New(t)
	first := submit(t, b, storetest.Web(b.Clock.Now(), "一"))
	add(t, b, first.Receipt, "还在时间内")
	evening := time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)
	b.Clock.Set(evening)
	refused := storetest.Addition(evening, "六点整", intake.File{Name: "a", Body: broken{errors.New("it is read all the same")}})
	want := submit(t, b, storetest.Web(evening, "六点整"))
	out, err := b.Add(t.Context(), first.Receipt, refused)
	if diff := cmp.Diff(want, out); diff != "" || err != nil || out.Reason != intake.OutsideHours {
		t.Errorf("%+v, %v: %s", out, err, diff)
	}
	closeDays(t, b)
	// One more the next day, of the evening before: its upload was slow.
	b.Clock.Set(time.Date(2026, 9, 8, 16, 5, 0, 0, time.UTC))
	if out, err := b.Add(t.Context(), first.Receipt, storetest.Addition(evening.Add(-time.Second), "差一秒六点")); err != nil || out.Verdict != intake.Accepted {
		t.Errorf("%+v, %v", out, err)
	} else if date := record(t, b, out.ID).Header.Date; date != "2026-09-08" {
		t.Errorf("date %s", date)
	}
	b.Clock.Set(evening.Add(24 * time.Hour))
	b.Reopen(t) // counts survive
	closeDays(t, b)
	days := []entry.ClosedDay{
		{At: evening, Day: "2026-09-08", Accepted: []entry.Count{{Day: "2026-09-08", Channel: intake.Web, N: 1}},
			Refused: []entry.Count{{Day: "2026-09-08", Channel: intake.Web, Reason: intake.OutsideHours, N: 2}}},
		{At: evening.Add(24 * time.Hour), Day: "2026-09-09", Accepted: []entry.Count{}, Refused: []entry.Count{}},
	}
	if diff := cmp.Diff(days, closedDays(t, b)); diff != "" {
		t.Error(diff)
	}
	if s, err := b.Status(t.Context()); err != nil || s.Accepted[intake.Web] != 1 || s.Refused[intake.Web] != 2 {
		t.Errorf("status %+v, %v", s, err)
	}
	if thread, err := b.Thread(t.Context(), first.Receipt); err != nil || thread.Added != 2 {
		t.Errorf("thread %+v, %v", thread, err)
	}
}

func TestAddAfterTheEnd(t *testing.T) {
	b := storetest.New(t)
	receipt := submit(t, b, storetest.Web(b.Clock.Now(), "一")).Receipt
	end(t, b)
	if out, err := b.Add(t.Context(), receipt, storetest.Addition(b.Clock.Now(), "太晚")); !errors.Is(err, intake.ErrClosed) {
		t.Errorf("%+v, %v", out, err)
	}
	if _, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "太晚")); !errors.Is(err, intake.ErrClosed) {
		t.Errorf("a report: %v", err)
	}
	if _, err := b.Thread(t.Context(), receipt); err != nil {
		t.Errorf("the thread is still there to read: %v", err)
	}
}

// end puts the end of the inspection into the log.
func end(t *testing.T, b *storetest.Box) {
	t.Helper()
	d := b.Signed(t, entry.ClosedBody{At: b.Clock.Now()})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, b.Path, func(tx *bbolt.Tx) error { return store.Force(tx, d.Header, d.Bodies[0]) })
	b.Open(t, nil)
}

// Words alone can be sealed again: who adds them never hears of a change of
// keys at the same moment.
func TestManyAddWhileKeysChange(t *testing.T) {
	b := storetest.New(t)
	receipt := submit(t, b, storetest.Web(b.Clock.Now(), "一")).Receipt
	const callers = 8
	var wg sync.WaitGroup
	var adds [callers]int
	changed := make(chan struct{})
	for i := range callers {
		wg.Go(func() {
			for {
				// The same words twice are two additions: they have no meaning to compare.
				out, err := b.Add(t.Context(), receipt, storetest.Addition(b.Clock.Now(), "同时"))
				if err != nil || out.Verdict != intake.Accepted {
					t.Errorf("%+v, %v", out, err)
					return
				}
				adds[i]++
				select {
				case <-changed:
					return
				default:
				}
			}
		})
	}
	keys := b.Keys
	for range 20 {
		keys = storetest.NewKeys(t)
		b.Rekey(t, keys)
	}
	close(changed)
	wg.Wait()
	total := 0
	for _, n := range adds {
		total += n
	}
	if thread, err := b.Thread(t.Context(), receipt); err != nil || thread.Added != total {
		t.Errorf("thread %+v, %v; want %d added", thread, err, total)
	}
	in, err := storetest.OpenPart(b.Box, record(t, b, add(t, b, receipt, "最后").ID), 0, keys.Team)
	if err != nil || in.Report.Text != "最后" {
		t.Errorf("%+v, %v", in.Report, err)
	}
}
