package store_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// The environment of a process that TestKill starts: the box; and the round,
// its seed, and the file that the one before was at when it was killed.
const (
	killedBox   = "DENGWEN_TEST_KILLED_BOX"
	killedRound = "DENGWEN_TEST_KILLED_ROUND"
)

const (
	killedCallers  = 16
	killedRows     = 300 // of a file; most repeat another, since sealing is not on trial
	killedMeanings = 20
	killedRecord   = "record-" // begins the name of a file that is a call record
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedBox); dir != "" {
		if err := beKilled(dir); err != nil {
			say("error: %v", err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// beKilled writes into the box until the process is killed, or the one that
// started it has gone. It says what the box acknowledged once it has.
func beKilled(dir string) error {
	var round int
	var seed uint64
	var file string
	if _, err := fmt.Sscan(os.Getenv(killedRound), &round, &seed, &file); err != nil {
		return err
	}
	clock := storetest.NewClock()
	b, err := store.Open(dir, store.Options{Now: clock.Now, Around: func(s store.Step, do func() error) error {
		say("step %q", s)
		err := do()
		say("step %q done", s)
		return err
	}})
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() { failed <- submitFiles(b, clock, round, file) }()
	go func() { failed <- submitGroups(b, clock, round) }()
	for caller := range killedCallers - 2 {
		rng := rand.New(rand.NewPCG(seed, uint64(caller)))
		go func() { failed <- submitSingles(b, clock, round, rng) }()
	}
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		failed <- fmt.Errorf("nobody is there to kill this process: %v", err)
	}()
	return <-failed
}

// say writes one line with one call, so that a kill cannot cut it in two.
func say(format string, a ...any) { fmt.Fprintf(os.Stdout, format+"\n", a...) }

// submitSingles sends calls out of a range that other goroutines, and the
// round before, draw from too, and web reports, every other with a file; to half
// of these it adds something.
func submitSingles(b *store.Box, clock *storetest.Clock, round int, rng *rand.Rand) error {
	for {
		n := rng.IntN(100)
		if n < 40 {
			r := storetest.Web(clock.Now(), "网上")
			if n%2 == 0 {
				r.Files = files(intake.File{Name: "a", Body: strings.NewReader("contents")})
			}
			out, err := b.Submit(context.Background(), r)
			if err != nil {
				return err
			}
			say("web %s", out.ID)
			if n%4 < 2 {
				if err := addTo(b, clock, out, n%4 == 0); err != nil {
					return err
				}
			}
			continue
		}
		meaning := fmt.Sprintf("call-%d", round*40+n)
		out, err := b.Submit(context.Background(), storetest.Call(clock.Now(), meaning))
		if err != nil {
			return err
		}
		say("call %s %s", out.ID, meaning)
	}
}

// addTo adds to a report with its receipt.
func addTo(b *store.Box, clock *storetest.Clock, to intake.Outcome, withFile bool) error {
	a := storetest.Addition(clock.Now(), "补充")
	if withFile {
		a = storetest.Addition(clock.Now(), "补充附件", intake.File{Name: "b", Body: strings.NewReader("more contents")})
	}
	out, err := b.Add(context.Background(), to.Receipt, a)
	if err != nil {
		return err
	}
	say("added %s %s", out.ID, to.ID)
	return nil
}

// submitFiles imports one file after another, the given one first; every other
// is a call record.
func submitFiles(b *store.Box, clock *storetest.Clock, round int, name string) error {
	for n := 0; ; n++ {
		say("begin %s", name)
		var rows []string
		meaning := func(i int) string { return fmt.Sprintf("%s:%d", name, i*killedMeanings/killedRows) }
		each := func(i int, o intake.Outcome) {
			if o.Verdict == intake.Accepted {
				rows = append(rows, fmt.Sprintf("call %s %s", o.ID, meaning(i)))
			}
		}
		submit := func() error {
			return b.SubmitAll(context.Background(), false, func(yield func(*intake.Report, error) bool) {
				for i := 0; i < killedRows && yield(storetest.Call(clock.Now(), meaning(i)), nil); i++ {
				}
			}, each)
		}
		if strings.HasPrefix(name, killedRecord) {
			submit = func() error {
				return b.SubmitCalls(context.Background(), false, func(yield func(*intake.Call, error) bool) {
					for i := 0; i < killedRows && yield(storetest.Record(clock.Now(), meaning(i)), nil); i++ {
					}
				}, each)
			}
		}
		if err := submit(); err != nil {
			return err
		}
		say("file %s", name)
		for _, row := range rows {
			say("%s", row)
		}
		name = fmt.Sprintf("%s%d-%d", []string{killedRecord, "file-"}[(round+n)%2], round, n)
	}
}

// hear takes down one line of the process.
func (w *witness) hear(t *testing.T, words []string) {
	t.Helper()
	switch {
	case words[0] == "step":
	case words[0] == "web":
		w.acked[words[1]] = ""
	case words[0] == "added":
		w.acked[words[1]], w.added[words[1]] = "", words[2]
	case words[0] == "call":
		if before, ok := w.acked[words[1]]; ok && before != words[2] {
			t.Errorf("entry %s was acknowledged as %s and as %s", words[1], before, words[2])
		}
		w.acked[words[1]] = words[2]
	case words[0] == "begin":
		w.begun = words[1]
	case words[0] == "file":
		w.files[words[1]] = true
	case words[0] == "mail":
		w.mails[words[1]] = words[2]
	case words[0] == "aside":
		w.aside++
	default:
		t.Errorf("the process says: %s", strings.Join(words, " "))
	}
}
