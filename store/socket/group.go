package socket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"dengwen/intake"
)

const (
	// MaxGroup is how many bytes the files of a group may have together. The
	// server holds a group in memory until the box has packed it, so that no
	// slow sender holds cores. The files of most mails (the raw mail, its
	// attachments, a mail that it forwards) have less than three times the bytes
	// of the raw mail, so groups of 8 MiB of raw mail stay below; mails that are
	// forwarded inside one another may not.
	MaxGroup = 32 << 20
	// groupWords is how many bytes all else in a group may have together:
	// reports as JSON, meanings, names of files.
	groupWords = maxRecord
	// groupReports is how many reports Box.SubmitGroup takes at once.
	groupReports = 500
)

// errGroup says that a group has too much in it, of which no report is to
// blame: nothing that wraps it is an aboutReport.
var errGroup = fmt.Errorf("the group as a whole: %w", intake.ErrTooLong)

// submitGroup takes reports that go in together. Nothing reaches the box before
// all of them are here: what breaks off leaves nothing behind. Memory is held
// for who keeps silent, so nobody may for long.
func (s *server) submitGroup(w http.ResponseWriter, r *http.Request) {
	body := source{r.Body, http.NewResponseController(w), s.wait.file, func() error { return nil }}
	answer(func(c *call) ([]intake.Outcome, error) {
		reports, cursor, err := readGroup(c.Request, body)
		if err != nil {
			return nil, err
		}
		return s.box.SubmitGroup(c.Context(), reports, cursor)
	})(w, r)
}

// readGroup reads a group to the end of its request.
func readGroup(req *http.Request, body io.Reader) ([]*intake.Report, intake.Cursor, error) {
	var at *cursor
	fail := func(err error) ([]*intake.Report, intake.Cursor, error) { return nil, intake.Cursor{}, err }
	p, err := openForm(req, body, partCursor, groupWords)
	if err != nil {
		return fail(err)
	}
	if err := p.json(maxRecord, &at); err != nil {
		return fail(fmt.Errorf("cursor: %w", err))
	}
	if at != nil && at.Name == "" {
		// Nobody would store it, and its sender would think that it is.
		return fail(fmt.Errorf("cursor: it has no name: %w", intake.ErrInvalid))
	}
	if err := p.next(); err != nil {
		return fail(err)
	}
	var reports []*intake.Report
	room := int64(MaxGroup)
	for p.part != nil {
		switch {
		case !p.is(partReport):
			return fail(p.unexpected())
		case len(reports) == groupReports:
			return fail(fmt.Errorf("a group of more than %d reports: %w", groupReports, intake.ErrTooLong))
		}
		r, err := p.held(&room)
		if err != nil {
			// Not an aboutReport: what a report alone has too much of, the client
			// has found out, or the box says when the report comes by itself.
			return fail(fmt.Errorf("report %d: %w", len(reports)+1, err))
		}
		reports = append(reports, r)
	}
	return reports, at.cursor(), nil
}

// held reads a report and all of its files, and goes on to what follows them.
// Room is how many bytes of files may still come.
func (p *parts) held(room *int64) (*intake.Report, error) {
	head, err := p.report()
	if err != nil {
		return nil, err
	}
	var list heldFiles
	for head.Files && p.is(partFile) {
		if len(list) == intake.MaxFiles {
			return nil, fmt.Errorf("files: more than %d: %w", intake.MaxFiles, intake.ErrTooLong)
		}
		f, err := p.file()
		if err != nil {
			return nil, err
		}
		content, err := readAll(p.part, *room)
		if errors.Is(err, intake.ErrTooLong) {
			err = fmt.Errorf("files: %w", errGroup)
		}
		if err != nil {
			return nil, err
		}
		*room -= int64(len(content))
		list = append(list, heldFile{f, content})
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	return head.report(list.files), nil
}

// A heldFile is a file in memory.
type heldFile struct {
	head    fileHead
	content []byte
}

type heldFiles []heldFile

// files yields the files, anew each time that it is ranged over.
func (l heldFiles) files(yield func(intake.File, error) bool) {
	for _, f := range l {
		if !yield(f.head.file(bytes.NewReader(f.content))) {
			return
		}
	}
}

// SubmitGroup calls Box.SubmitGroup. Reports are read in the caller's goroutine
// and sent as they are read. An error about one of them has the method Report()
// int, as that of the box has. Beside the bounds of the box, the files of all of
// them may have MaxGroup bytes together, and all else 64 MiB as JSON. Over these
// it is ErrTooLong of no report: each can go by itself, through Submit. Photos
// are as in Submit.
func (c *Client) SubmitGroup(ctx context.Context, reports []*intake.Report, cursor intake.Cursor) (out []intake.Outcome, err error) {
	if n := len(reports); n > groupReports {
		return nil, fmt.Errorf("a group of %d reports, at most %d: %w", n, groupReports, intake.ErrTooLong)
	}
	at, err := encodeJSON(wireCursor(cursor))
	if err != nil {
		return nil, fmt.Errorf("cursor: %w", err)
	}
	err = c.sendParts(ctx, "submit-group", &sender{words: groupWords, files: MaxGroup}, func(s *sender) error {
		if err := s.part(partCursor, at); err != nil {
			return err
		}
		for i, r := range reports {
			text, err := encodeHead(r)
			if err == nil {
				err = s.report(text, r)
			}
			switch {
			case errors.Is(err, errGroup):
				return err
			case err != nil:
				return &reportError{i, fmt.Errorf("report %d: %w", i+1, err)}
			}
		}
		return nil
	}, hearJSON(&out))
	if err == nil && len(out) != len(reports) {
		err = fmt.Errorf("%d outcomes for %d reports: %w", len(out), len(reports), intake.ErrInvalid)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
