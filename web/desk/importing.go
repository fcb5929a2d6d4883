package desk

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"dengwen/intake"
)

// A stage is how far a file is on its way into the box.
type stage int

const (
	checking stage = iota // it is read, and nothing is written
	checked               // somebody is to confirm it
	taking                // it goes in, and goes on when its session ends
	taken
)

// An importing is a file of a session on its way. What was uploaded is held
// until it went in, or until nobody can confirm it any more.
type importing struct {
	id    string // names it in forms
	name  string // as the browser called the file
	size  int64
	order intake.ImportOrder
	stock *stock

	mu      sync.Mutex
	file    *heldFile // nil once it went in, or belongs to another importing
	stage   stage
	rows    int           // read so far
	running chan struct{} // closed when the run ends; nil between runs
	stop    context.CancelFunc
	answer  intake.ImportAnswer
	trouble refusal // why there is no answer; without an id there is one
	left    bool    // its session ended, or has another file
}

// run has the file read once, beside the requests. A check ends with its
// session; what was confirmed ends with the site.
func (s *Site) run(of context.Context, i *importing, next stage) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case s.closed:
		return intake.ErrStopped
	case i.left:
		return errReplaced // or its session ended, which every answer says first
	case next == taking && (i.stage != checked || i.trouble.id != "" || i.answer.Fault != ""):
		return nil // sent twice, or there is nothing to take in
	case i.file == nil:
		return errReplaced // it was just handed over, to be read in another way
	}
	ctx, stop := context.WithCancel(of)
	running, order, in := make(chan struct{}), i.order, i.file.reader()
	order.DryRun = next == checking
	i.forget()
	i.stage, i.rows, i.running, i.stop = next, 0, running, stop
	s.work.Go(func() {
		defer stop()
		answer, err := s.options.Import(ctx, order, in, func(rows int) {
			i.mu.Lock()
			i.rows = rows
			i.mu.Unlock()
		})
		var trouble refusal
		if err != nil {
			answer, trouble = intake.ImportAnswer{}, s.failed(err, "a file of the hotline was not read", next == taking)
		}
		i.finish(answer, trouble)
		close(running)
	})
	return nil
}

// failed is what a run beside the requests tells of an error. The log has what
// kind it is, where the program is at fault or nobody may be there to be told.
func (s *Site) failed(err error, what string, always bool) refusal {
	r, class := refusalOf(err)
	if always || r.status == http.StatusInternalServerError {
		s.options.Log.Error(what, "kind", fmt.Sprint(class))
	}
	return r
}

// finish notes what came of a run: an answer, or trouble.
func (i *importing) finish(answer intake.ImportAnswer, trouble refusal) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.running = nil
	i.stage++
	i.trouble, i.answer = trouble, answer
	if !i.stock.take(int64(len(answer.Sheet))) {
		i.answer.Sheet = nil
	}
	if i.left {
		i.forget()
	}
	// A file that cannot be read, or of which nobody knows whether it went in,
	// may be sent once more as it is.
	if i.file != nil && (i.left || i.stage == taken && trouble.id == "" && answer.Fault == "") {
		i.file.drop()
		i.file = nil
	}
}

// forget drops what is known of the rows: their sheet holds words of reporters.
// i.mu is held.
func (i *importing) forget() {
	clear(i.answer.Sheet)
	i.stock.give(int64(len(i.answer.Sheet)))
	i.answer = intake.ImportAnswer{}
}

// leave ends it for its session: what was not confirmed is broken off and
// dropped, what is going in goes on.
func (i *importing) leave() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.left = true
	i.forget()
	if i.stage == taking {
		return
	}
	if i.stop != nil {
		i.stop()
	}
	if i.file != nil {
		i.file.drop()
		i.file = nil
	}
}

// pass hands the file over, to be read in another way; nil where it is not held
// or is going in.
func (i *importing) pass() *heldFile {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.stage == taking {
		return nil
	}
	f := i.file
	i.file = nil
	return f
}

// busy reports whether the file is going in.
func (i *importing) busy() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.stage == taking
}
