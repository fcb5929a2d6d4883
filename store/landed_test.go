package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// TestEveryCommitThatLands fails every commit of a life after it took effect,
// whatever it was for: of each life every sixth, so that what makes one last
// succeeds. Nobody hears of it.
func TestEveryCommitThatLands(t *testing.T) {
	const lives = 6
	for first := range lives {
		landed := 0
		c := &commits{how: func(n int) (bool, bool) {
			after := n%lives == first
			if after {
				landed++
			}
			return false, after
		}}
		l := &life{b: storetest.NewAround(t, c.around), acked: map[string]string{}, added: map[string]int{}}
		if failures := l.live(t); failures != 1 { // the torn file
			t.Errorf("commits %d, %d and so on: %d were told that they failed", first, first+lives, failures-1)
		}
		if landed < 20/lives {
			t.Errorf("of a life's commits, %d landed", landed)
		}
		l.check(t, true)
		l.b.Reopen(t)
		l.check(t, true)
	}
}

// commits fails commits: the n-th, from 1, as how(n) says.
type commits struct {
	mu  sync.Mutex
	n   int
	how func(n int) (before, after bool)
}

func (c *commits) around(s store.Step, do func() error) error {
	if s != store.StepCommit {
		return do()
	}
	c.mu.Lock()
	c.n++
	before, after := c.how(c.n)
	c.mu.Unlock()
	if before {
		return storetest.ErrFault
	}
	if err := do(); err != nil || !after {
		return err
	}
	return storetest.ErrFault
}

// TestAGroupThatLands: when every commit fails after it took effect, and the
// one that makes it last succeeds, all of each group are told that they are in.
func TestAGroupThatLands(t *testing.T) {
	c := &commits{how: func(n int) (bool, bool) { return false, n%2 == 1 }}
	b := storetest.NewAround(t, c.around)
	receipts := make(chan string, 64)
	var wg sync.WaitGroup
	for caller := range 16 {
		wg.Go(func() {
			for i := range 4 {
				r := storetest.Web(b.Clock.Now(), fmt.Sprint(caller, i))
				r.Files = files(intake.File{Name: "a", Body: strings.NewReader("attached")})
				out, err := b.Submit(context.Background(), r)
				if err != nil || out.Verdict != intake.Accepted {
					t.Errorf("outcome %+v, %v", out, err)
				}
				receipts <- out.Receipt
			}
		})
	}
	wg.Wait()
	close(receipts)
	for receipt := range receipts {
		if thread, err := b.Thread(t.Context(), receipt); err != nil || thread.State != intake.Received {
			t.Errorf("thread %+v, %v", thread, err)
		}
	}
	if s, err := b.Status(t.Context()); err != nil || s.Accepted[intake.Web] != 64 || s.Entries != 4+64 {
		t.Errorf("status %+v, %v", s, err)
	}
	if c.n < 2 {
		t.Errorf("%d commits", c.n)
	}
}

// TestKeysThatLand: what such a commit changed of the standing is in force.
func TestKeysThatLand(t *testing.T) {
	c := &commits{how: func(n int) (bool, bool) { return false, n == 1 }}
	b := storetest.NewAround(t, c.around)
	next := storetest.NewKeys(t)
	b.Rekey(t, next)
	rec := record(t, b, submit(t, b, storetest.Web(b.Clock.Now(), "换过钥匙")).ID)
	if _, err := storetest.OpenPart(b.Box, rec, 0, next.Team); err != nil {
		t.Error(err)
	}
}

// TestACommitThatCannotBeSure: where the file says that a commit took effect,
// and what would make that last fails too, nobody is told that it is in.
func TestACommitThatCannotBeSure(t *testing.T) {
	for name, second := range map[string]struct{ before, after bool }{"before": {before: true}, "after": {after: true}} {
		t.Run(name, func(t *testing.T) {
			c := &commits{how: func(n int) (bool, bool) {
				switch n {
				case 1:
					return false, true
				case 2:
					return second.before, second.after
				}
				return false, false
			}}
			b := storetest.NewAround(t, c.around)
			out, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "不知道"))
			if !errors.Is(err, storetest.ErrFault) || out != (intake.Outcome{}) {
				t.Errorf("%+v, %v", out, err)
			}
			submit(t, b, storetest.Web(b.Clock.Now(), "以后照常"))
		})
	}
}

// TestACommitThatDoesNotLand: one that failed before it took effect has
// failed, for all of its group, and nothing of it is there.
func TestACommitThatDoesNotLand(t *testing.T) {
	c := &commits{how: func(n int) (bool, bool) { return n == 1, false }}
	b := storetest.NewAround(t, c.around)
	if out, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "没有写成")); !errors.Is(err, storetest.ErrFault) || out != (intake.Outcome{}) {
		t.Errorf("%+v, %v", out, err)
	}
	if c.n != 1 {
		t.Errorf("%d commits", c.n)
	}
	out := submit(t, b, storetest.Web(b.Clock.Now(), "再来一次"))
	if at, err := b.Find(t.Context(), out.ID); err != nil || at != 4 || record(t, b, out.ID).Header.Kind != entry.KindAccepted {
		t.Errorf("entry %d, %v", at, err)
	}
}
