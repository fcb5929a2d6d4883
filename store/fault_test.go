package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// A life does everything that writes to a box, and remembers what the box
// acknowledged.
type life struct {
	b     *storetest.Box
	acked map[string]string // entry id → text
	texts []string          // meanings that were sent, in whole or in vain
	added map[string]int    // receipt → additions acknowledged
	web   int               // web reports acknowledged
}

// fileRows are enough for several chunks of staging; most repeat the one
// before, since it is the writing that is on trial and not the sealing.
const (
	fileRows = 600
	fileSame = 100
)

// live runs a life until its end, going on after every failure.
func (l *life) live(t *testing.T) (failures int) {
	t.Helper()
	fail := func(err error) {
		if err == nil {
			return
		}
		if !errors.Is(err, storetest.ErrFault) && !errors.Is(err, errTorn) {
			t.Errorf("an error that the fault does not explain: %v", err)
		}
		failures++
	}
	ctx := t.Context()
	for i := range 3 {
		r := storetest.Web(l.b.Clock.Now(), fmt.Sprintf("网上%d", i))
		r.Files = files(intake.File{Name: "a", Body: strings.NewReader("one")}, intake.File{Name: "b", Private: true, Body: strings.NewReader("two")})
		out, err := l.b.Submit(ctx, r)
		fail(err)
		l.ack(out, err, r.Text)
		if out.Receipt != "" {
			l.web++
			l.added[out.Receipt] = 0
			fail(l.add(t, out.Receipt))
		}
	}
	for _, text := range []string{"电话一", "电话二", "电话一"} {
		r := storetest.Call(l.b.Clock.Now(), text)
		out, err := l.b.Submit(ctx, r)
		fail(err)
		l.ack(out, err, text)
		l.texts = append(l.texts, text)
	}
	fail(l.file(t, "台账", nil))
	fail(l.file(t, "撕坏的台账", errTorn))
	fail(l.forget(t))
	fail(l.group(t))
	fail(l.b.SetAside(ctx, aside(l.b.Clock.Now(), intake.TooLarge, "太大的信")))
	_, _, err := l.b.Export(ctx, 0)
	fail(err)
	fail(l.b.PutViews(ctx, map[int64][]byte{4: []byte("row")}))
	fail(l.b.Compact(ctx))
	l.b.Clock.Add(24 * time.Hour)
	fail(l.b.CloseDays(ctx))
	_, err = l.b.Checkpoint(ctx)
	fail(err)
	return failures
}

var errTorn = errors.New("the file is torn")

func (l *life) file(t *testing.T, name string, end error) error {
	outcomes := map[int]intake.Outcome{}
	text := func(i int) string { return fmt.Sprintf("%s第%d行", name, i-i%fileSame) }
	err := l.b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range fileRows {
			if !yield(storetest.Call(l.b.Clock.Now(), text(i)), nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	}, func(i int, o intake.Outcome) { outcomes[i] = o })
	if end == nil {
		for i := 0; i < fileRows; i += fileSame {
			l.texts = append(l.texts, text(i))
		}
	}
	for i, o := range outcomes {
		l.ack(o, err, text(i))
	}
	return err
}

// add adds to a report twice, once with files; it tries the other when one
// fails.
func (l *life) add(t *testing.T, receipt string) error {
	var errs error
	for _, a := range []*intake.Addition{storetest.Addition(l.b.Clock.Now(), "补充"),
		storetest.Addition(l.b.Clock.Now(), "补充附件", intake.File{Name: "c", Body: strings.NewReader("three")}, intake.File{Name: "d", Private: true, Body: strings.NewReader("four")})} {
		out, err := l.b.Add(t.Context(), receipt, a)
		l.ack(out, err, a.Text)
		if errs = errors.Join(errs, err); err == nil {
			l.added[receipt]++
		}
	}
	return errs
}

// forget takes a mail in and forgets it. Once that is acknowledged, the mail is
// new whenever it comes, and the cursor is there.
func (l *life) forget(t *testing.T) error {
	r := storetest.Call(l.b.Clock.Now(), "一封信")
	r.Channel = intake.Mail
	out, err := l.b.Submit(t.Context(), r)
	l.ack(out, err, r.Text)
	if err != nil {
		return err
	}
	cursor := intake.Cursor{Name: "mail:INBOX", Value: []byte(out.ID)}
	if err := l.b.Forget(t.Context(), intake.Mail, [][]byte{r.Source.Meaning}, cursor); err != nil {
		return err
	}
	if value, err := l.b.Cursor(t.Context(), cursor.Name); err != nil || string(value) != out.ID {
		t.Errorf("cursor %q, %v; want %s", value, err, out.ID)
	}
	again, err := l.b.Submit(t.Context(), r)
	l.ack(again, err, r.Text)
	if err == nil && again.Verdict != intake.Accepted {
		t.Errorf("a mail that was forgotten: %+v", again)
	}
	return err
}

func (l *life) ack(o intake.Outcome, err error, text string) {
	if err == nil && o.Verdict == intake.Accepted {
		l.acked[o.ID] = text
	}
}

// TestFaults fails every step that makes something durable, before and after
// it takes effect, at several of the times it is reached. Whatever happens:
// nothing acknowledged is lost, no row is in twice, the box goes on working
// without being opened again, and it opens again.
func TestFaults(t *testing.T) {
	// How often a life reaches a step, where seven times is too often; at those
	// that it reaches as often as that, the second time is like the first.
	done := map[store.Step]int{}
	reached := map[store.Step]bool{store.StepKey: true, store.StepRenameBox: true} // see TestFaultsOfCreate and -OfRestore
	for _, step := range store.Steps() {
		if reached[step] {
			continue
		}
		for _, after := range []bool{false, true} {
			for _, nth := range []int{7, 1, 2} {
				if most, ok := done[step]; ok && most < nth || !ok && nth == 2 {
					continue
				}
				f := &storetest.Fault{Step: step, After: after, Nth: nth}
				name := fmt.Sprintf("%s/after=%v/%d", step, after, nth)
				t.Run(name, func(t *testing.T) {
					l := &life{b: storetest.NewAround(t, f.Around), acked: map[string]string{}, added: map[string]int{}}
					failures := l.live(t)
					if !f.Fired() {
						if failures != 1 { // the torn file
							t.Errorf("%d failures without a fault", failures)
						}
						done[step] = nth - 1
						return
					}
					reached[step] = true
					if step == store.StepCommit && after && failures != 1 {
						t.Errorf("%d were told that they failed, and the commit took effect", failures-1)
					}
					l.check(t, false)
					l.b.Reopen(t)
					l.check(t, false)
					l.live(t) // everybody who failed tries again
					l.check(t, true)
				})
			}
		}
		if !reached[step] {
			t.Errorf("no test reaches %q", step)
		}
	}
}

// check compares the log with what was acknowledged; whole says that every
// meaning that was sent must be in by now.
func (l *life) check(t *testing.T, whole bool) {
	t.Helper()
	got := map[string]int{}
	size, err := l.b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	var records []entry.Record
	var web int
	for rec, err := range l.b.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		ids[rec.Header.ID] = true
		if rec.Header.Kind == entry.KindAccepted && rec.Header.Channel == intake.Web {
			web++
		}
		if rec.Header.Channel == intake.Hotline {
			records = append(records, rec)
		}
	}
	for id, text := range l.acked {
		if !ids[id] {
			t.Errorf("%s was acknowledged and is lost", text)
		}
	}
	// Nothing knows these again when they are sent again: who was told that they
	// failed must be able to believe it.
	if web != l.web {
		t.Errorf("%d web reports are in the log, and %d were acknowledged", web, l.web)
	}
	for receipt, n := range l.added {
		if thread, err := l.b.Thread(t.Context(), receipt); err != nil || thread.Added != n {
			t.Errorf("%d were added, thread %+v, %v", n, thread, err)
		}
	}
	if !whole {
		return
	}
	if n := status(t, l.b).Quarantined[intake.Mail][intake.TooLarge]; n != 1 {
		t.Errorf("one mail was set aside, %d are counted", n)
	}
	for _, rec := range records {
		in, err := storetest.OpenPart(l.b.Box, rec, 0, l.b.Keys.Team)
		if err != nil {
			t.Fatal(err)
		}
		got[in.Report.Text]++
	}
	for _, text := range l.texts {
		if got[text] != 1 {
			t.Errorf("%s is in the log %d times", text, got[text])
		}
	}
	for text := range got {
		if strings.HasPrefix(text, "撕坏") {
			t.Errorf("%s is in the log, and its file never was whole", text)
		}
	}
}

func TestFaultsOfCreate(t *testing.T) {
	for _, step := range []store.Step{store.StepKey, store.StepRenameBox, store.StepCheckpoint} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%v", step, after), func(t *testing.T) {
				f := &storetest.Fault{Step: step, After: after, Nth: 1}
				clock, keys, dir := storetest.NewClock(), storetest.NewKeys(t), filepath.Join(t.TempDir(), "box")
				opts := store.Options{Now: clock.Now, Around: f.Around}
				if err := store.Create(dir, storetest.Founding(t, keys), opts); !errors.Is(err, storetest.ErrFault) {
					t.Fatalf("error %v", err)
				}
				err := store.Create(dir, storetest.Founding(t, keys), opts)
				if moved := step == store.StepRenameBox && after; moved != errors.Is(err, intake.ErrExists) || !moved && err != nil {
					t.Errorf("again: %v", err)
				}
				storetest.CheckInvariants(t, dir)
				alone(t, dir)
			})
		}
	}
}

func TestFaultsOfRestore(t *testing.T) {
	b, _ := filled(t)
	copied := backup(t, b)
	for _, step := range []store.Step{store.StepKey, store.StepRenameBox, store.StepCommit, store.StepCheckpoint} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%v", step, after), func(t *testing.T) {
				f := &storetest.Fault{Step: step, After: after, Nth: 1}
				dir := filepath.Join(t.TempDir(), "box")
				opts := store.Options{Now: b.Clock.Now, Around: f.Around}
				landed := step == store.StepCommit && after
				if err := store.Restore(t.Context(), bytes.NewReader(copied), dir, nil, opts); landed != (err == nil) || !landed && !errors.Is(err, storetest.ErrFault) {
					t.Fatalf("error %v", err)
				}
				err := store.Restore(t.Context(), bytes.NewReader(copied), dir, nil, opts)
				if moved := landed || step == store.StepRenameBox && after; moved != errors.Is(err, intake.ErrExists) || !moved && err != nil {
					t.Errorf("again: %v", err)
				}
				storetest.CheckInvariants(t, dir)
				alone(t, dir)
			})
		}
	}
}

// alone checks that nothing half-done lies beside a box.
func alone(t *testing.T, dir string) {
	t.Helper()
	names, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 1 {
		t.Errorf("beside the box: %v", names)
	}
}
