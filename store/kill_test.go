package store_test

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

const (
	killRounds = 48
	killLines  = 220 // a process is killed somewhere in its first so many lines
)

// killSteps are those that processes meet; every other round ends at one of
// them, for some are too short to be hit by chance.
var killSteps = []store.Step{store.StepBlobWrite, store.StepBlobSync, store.StepBlobLink, store.StepBlobUnlink, store.StepStage, store.StepPlace,
	store.StepFinish, store.StepCommit}

// TestKill kills a process that writes into a box from many goroutines, again
// and again on the same box: at one of the lines in which the process tells
// what it was acknowledged, or that it begins or has done a step that makes
// something durable. Whenever that is: the box opens again, has all that was
// acknowledged, no meaning twice, each file whole or not at all, and nothing
// half-done lies about.
func TestKill(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	w := &witness{b: storetest.New(t), acked: map[string]string{}, added: map[string]string{}, files: map[string]bool{}, meanings: map[string]string{}, rows: map[string]int{},
		mails: map[string]string{}, groups: map[string]int{}}
	if err := w.b.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range killRounds {
		at, line := rng.IntN(killLines), ""
		if round%2 == 1 {
			at, line = rng.IntN(2), fmt.Sprintf("step %q", killSteps[round/2%len(killSteps)])
		}
		w.run(t, round, rng.Uint64(), at, line)
		w.b.Open(t, nil)
		w.look(t)
		if err := w.b.Close(); err != nil {
			t.Fatal(err)
		}
		if round%10 == 9 {
			storetest.CheckInvariants(t, w.b.Path)
		}
		if t.Failed() {
			t.Fatalf("round %d, killed at line %d %s", round, at, line)
		}
	}
	records := 0
	for name := range w.rows {
		if strings.HasPrefix(name, killedRecord) {
			records++
		}
	}
	t.Logf("%d entries; %d reports and calls, %d additions, %d files, %d mails, %d set aside acknowledged; %d ledgers and %d call records are in",
		w.size, len(w.acked)-len(w.added), len(w.added), len(w.files), len(w.mails), w.aside, len(w.rows)-records, records)
	if len(w.acked) < killRounds || len(w.added) == 0 || len(w.files) == 0 || len(w.rows) == records || records == 0 || len(w.mails) == 0 || w.aside == 0 {
		t.Error("too little was acknowledged for this test to say anything")
	}
}

// A witness knows what the killed processes were told, and what the log has.
type witness struct {
	b     *storetest.Box
	acked map[string]string // entry id → meaning, "" for the web
	added map[string]string // entry id → the report's that was added to
	files map[string]bool   // acknowledged
	begun string            // the file begun last
	mails map[string]string // entry id → its group
	aside int               // mails set aside, as acknowledged

	size     int64             // entries looked at
	blobs    int               // sealed files that they name
	meanings map[string]string // meaning → entry id, as the log has it
	rows     map[string]int    // file → its rows in the log
	groups   map[string]int    // group → its mails in the log
	newest   string            // the group that came last
	kills    int
}

// run starts a process on the box and kills it at line number at of those that
// begin with start.
func (w *witness) run(t *testing.T, round int, seed uint64, at int, start string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), killedBox+"="+w.b.Path, fmt.Sprintf("%s=%d %d %s", killedRound, round, seed, cmp.Or(w.begun, "file-0")))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // held open: the process ends when we do
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	for n := 0; ; {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break // a line that was cut off was told to nobody
		}
		if err != nil {
			t.Fatal(err)
		}
		w.hear(t, strings.Fields(line))
		if !strings.HasPrefix(line, start) {
			continue
		}
		if n == at {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		n++
	}
	w.kills++
	if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Errorf("the process was not killed: %v", err)
	}
}

// meaning is what an entry of the hotline or a mail says in the part that tells it
// from the others.
func (w *witness) meaning(rec entry.Record) (string, error) {
	if rec.Header.Kind == entry.KindCall {
		in, err := storetest.OpenPart(w.b.Box, rec, 0, w.b.Keys.Custodian)
		if err != nil {
			return "", err
		}
		return in.Call.Caller, nil
	}
	in, err := storetest.OpenPart(w.b.Box, rec, 0, w.b.Keys.Team)
	if err != nil {
		return "", err
	}
	return in.Report.Text, nil
}

// look compares what is new in the log with what was acknowledged.
func (w *witness) look(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	size, err := w.b.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range w.b.Entries(ctx, w.size, size) {
		if err != nil {
			t.Fatal(err)
		}
		w.blobs += max(0, len(rec.Header.Parts)-2)
		if rec.Header.Channel != intake.Hotline && rec.Header.Channel != intake.Mail {
			continue
		}
		meaning, err := w.meaning(rec)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Channel == intake.Mail {
			w.newest, _, _ = strings.Cut(meaning, ":")
			w.groups[w.newest]++
			continue
		}
		if before := w.meanings[meaning]; before != "" {
			t.Errorf("%s is in the log twice, as %s and as %s", meaning, before, rec.Header.ID)
		}
		w.meanings[meaning] = rec.Header.ID
		if name, _, ok := strings.Cut(meaning, ":"); ok {
			w.rows[name]++
		}
	}
	w.size = size
	for id, meaning := range w.acked {
		if _, err := w.b.Find(ctx, id); err != nil {
			t.Errorf("%q was acknowledged and is lost: %v", meaning, err)
		}
		if meaning != "" && w.meanings[meaning] != id {
			t.Errorf("%s was acknowledged as %s and is %s", meaning, id, w.meanings[meaning])
		}
	}
	w.lookAtMails(t)
	for id, ref := range w.added {
		if found, err := w.b.About(ctx, ref); err != nil || len(found) != 1 {
			t.Errorf("%s was added to %s, which has %d additions: %v", id, ref, len(found), err)
		}
	}
	for name, rows := range w.rows {
		if rows != killedMeanings {
			t.Errorf("%s is in with %d of %d rows", name, rows, killedMeanings)
		}
	}
	for name := range w.rows {
		if w.rows[name] == 0 {
			t.Errorf("%s was acknowledged and is lost", name)
		}
	}
	for dir, want := range map[string]int{".": 4, "blobs": w.blobs + 1, "blobs/incoming": 0} {
		names, err := os.ReadDir(filepath.Join(w.b.Path, dir))
		if err != nil {
			t.Fatal(err)
		}
		if len(names) != want {
			t.Errorf("%s holds %d names, want %d", dir, len(names), want)
		}
	}
}
