package socket

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/url"
	"strconv"
	"sync"

	"dengwen/intake"
)

// Submit calls Box.Submit. Files are read in the caller's goroutine and sent
// as they are read; a report that the box turns away is answered before they
// are, and then only a read under way is waited for. The report itself may
// have 64 MiB as JSON, its meaning 128 MiB.
func (c *Client) Submit(ctx context.Context, r *intake.Report) (out intake.Outcome, err error) {
	head := wireReport(r)
	head.Meaning = nil
	if n := len(r.Source.Meaning); n > maxMeaning {
		return out, fmt.Errorf("meaning: %d bytes, at most %d: %w", n, maxMeaning, intake.ErrTooLong)
	}
	text, err := encodeJSON(head)
	if err != nil {
		return out, fmt.Errorf("report: %w", err)
	}
	boundary := rand.Text()
	feed := func(w io.Writer) error {
		form := multipart.NewWriter(w)
		if err := form.SetBoundary(boundary); err != nil {
			return err
		}
		if err := addPart(form, partReport, text); err != nil {
			return err
		}
		if m := r.Source.Meaning; len(m) > 0 {
			if err := addPart(form, partMeaning, m); err != nil {
				return err
			}
		}
		if r.Files != nil {
			if err := addFiles(form, r.Files); err != nil {
				return err
			}
		}
		if err := addPart(form, partEnd, nil); err != nil {
			return err
		}
		return form.Close()
	}
	err = c.converse(ctx, "submit", nil, "multipart/form-data; boundary="+boundary, feed, func(answer io.Reader) error {
		return readJSON(answer, maxRecord, &out)
	})
	return out, err
}

func addPart(form *multipart.Writer, name string, content []byte) error {
	w, err := form.CreateFormField(name)
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

func addFiles(form *multipart.Writer, files iter.Seq2[intake.File, error]) error {
	for f, err := range files {
		if err != nil {
			return err
		}
		if f.Shown != nil {
			// What the team may see would have to be made on the other side.
			return fmt.Errorf("file: a photo that is still to be cleaned: %w", intake.ErrInvalid)
		}
		head, err := encodeJSON(fileHead{f.Name, f.Type, f.Private})
		if err != nil {
			return err
		}
		if len(head) > maxFileHead {
			return fmt.Errorf("file: its name and type have %d bytes, at most %d: %w", len(head), maxFileHead, intake.ErrTooLong)
		}
		if err := addPart(form, partFile, head); err != nil {
			return err
		}
		w, err := form.CreateFormField(partBody)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, f.Body); err != nil {
			return err
		}
	}
	return nil
}

// SubmitAll calls Box.SubmitAll. Reports are read and each is called in the
// caller's goroutine, as the box would; outcomes may come somewhat later. An
// error of the reports' own is returned as it is, after the server has taken
// back what it had.
func (c *Client) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) error {
	var heard outcomes
	told := 0
	tell := func() {
		for _, o := range heard.take() {
			each(told, o)
			told++
		}
	}
	query := url.Values{"dry-run": {strconv.FormatBool(dryRun)}}
	err := c.converse(ctx, "submit-all", query, typeLines, func(w io.Writer) error {
		out := newLines[report](w)
		n := 0
		for r, err := range reports {
			if err != nil {
				return err
			}
			n++
			if err := out.item(wireReport(r)); err != nil {
				return fmt.Errorf("report %d: %w", n, err)
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
