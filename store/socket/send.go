package socket

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strconv"
	"sync"

	"dengwen/intake"
)

// Submit calls Box.Submit. Files are read in the caller's goroutine and sent
// as they are read; a report that the box turns away is answered before they
// are, and then only a read under way is waited for. The report itself may
// have 64 MiB as JSON, its meaning 128 MiB.
//
// A file's Shown is not called: what the team may see of a photo is made on the
// other side, by package photo, of a file that begins as a photo. Of any other
// file that has a Shown, the original alone is kept.
func (c *Client) Submit(ctx context.Context, r *intake.Report) (out intake.Outcome, err error) {
	text, err := encodeHead(r)
	if err != nil {
		return out, err
	}
	err = c.sendParts(ctx, "submit", &sender{words: unbounded, files: unbounded}, func(s *sender) error { return s.report(text, r) }, hearJSON(&out))
	return out, err
}

// encodeHead is what crosses of a report before its meaning and its files.
func encodeHead(r *intake.Report) ([]byte, error) {
	if n := len(r.Source.Meaning); n > maxMeaning {
		return nil, fmt.Errorf("meaning: %d bytes, at most %d: %w", n, maxMeaning, intake.ErrTooLong)
	}
	head := wireReport(r)
	head.Meaning = nil
	text, err := encodeJSON(head)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return text, nil
}

// SubmitAll calls Box.SubmitAll. Reports are read and each is called in the
// caller's goroutine, as the box would; outcomes may come somewhat later. An
// error of the reports' own is returned as it is, after the server has taken
// back what it had.
func (c *Client) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) error {
	return submitFile(ctx, c, "submit-all", "report", dryRun, reports, wireReport, each)
}

// SubmitCalls calls Box.SubmitCalls, in the manner of SubmitAll.
func (c *Client) SubmitCalls(ctx context.Context, dryRun bool, calls iter.Seq2[*intake.Call, error], each func(i int, o intake.Outcome)) error {
	return submitFile(ctx, c, "submit-calls", "call", dryRun, calls, wireCall, each)
}

// submitFile sends the items of a file, each in its form on the wire, and tells
// the outcomes. Kind is what one of them is in an error.
func submitFile[T, W any](ctx context.Context, c *Client, name, kind string, dryRun bool, list iter.Seq2[T, error], wire func(T) W, each func(i int, o intake.Outcome)) error {
	var heard outcomes
	told := 0
	tell := func() {
		for _, o := range heard.take() {
			each(told, o)
			told++
		}
	}
	query := url.Values{"dry-run": {strconv.FormatBool(dryRun)}}
	err := c.converse(ctx, name, query, typeLines, func(w io.Writer) error {
		out := newLines[W](w)
		n := 0
		for v, err := range list {
			if err != nil {
				return err
			}
			n++
			if err := out.item(wire(v)); err != nil {
				return fmt.Errorf("%s %d: %w", kind, n, err)
			}
			tell()
		}
		return out.end(nil)
	}, func(answer io.Reader) error {
		for o, err := range items[intake.Outcome](answer) {
			if err != nil {
				return err
			}
			heard.add(o)
		}
		return nil
	})
	if err == nil {
		tell()
	}
	return err
}

// outcomes are those that came and were not told yet. There are never more
// than there are reports on their way, since the server answers nothing else.
type outcomes struct {
	mu   sync.Mutex
	list []intake.Outcome
}

func (q *outcomes) add(o intake.Outcome) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, o)
}

func (q *outcomes) take() []intake.Outcome {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := q.list
	q.list = nil
	return list
}
