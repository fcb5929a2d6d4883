package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"dengwen/intake"
)

// importing is a line of the answer to an import: how far it is, now and then
// while the file is read and taken in; and last what became of it.
type importing struct {
	Rows   int                  `json:"rows,omitempty"`
	Answer *intake.ImportAnswer `json:"answer,omitempty"`
}

// Import calls Importer.Import. The file is read in the caller's goroutine and
// sent as it is read; told is called in one other, which ends before Import
// returns. A told that blocks for long is a caller who does not read the answer.
//
// A file over intake.MaxUpload is ErrTooLong and nothing of it goes in; an error
// of the file's own is returned as it is, after the server has dropped what it
// had. A server that reads no files of the hotline is ErrNotFound.
func (c *Client) Import(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(rows int)) (answer intake.ImportAnswer, err error) {
	head, err := encodeJSON(order)
	if err == nil && len(head) > maxFileHead {
		err = fmt.Errorf("%d bytes, at most %d: %w", len(head), maxFileHead, intake.ErrTooLong)
	}
	if err != nil {
		return answer, fmt.Errorf("import: order: %w", err)
	}
	err = c.sendParts(ctx, "import", &sender{words: unbounded}, func(s *sender) error {
		if err := s.part(partOrder, head); err != nil {
			return err
		}
		w, err := s.form.CreateFormField(partBody)
		if err == nil {
			_, err = io.Copy(w, &bounded{file, intake.MaxUpload})
		}
		return err
	}, func(in io.Reader) error {
		answer, err = hearImport(in, told)
		return err
	})
	if err != nil {
		return intake.ImportAnswer{}, err
	}
	return answer, nil
}

// hearImport reads the answer to an import to its end.
func hearImport(in io.Reader, told func(rows int)) (answer intake.ImportAnswer, err error) {
	last := false
	for line, err := range items[importing](in) {
		switch {
		case err != nil:
			return answer, err
		case last:
			return answer, fmt.Errorf("import: something follows the answer: %w", intake.ErrInvalid)
		case line.Answer != nil:
			answer, last = *line.Answer, true
		default:
			told(line.Rows)
		}
	}
	if !last {
		return answer, fmt.Errorf("import: there is no answer: %w", intake.ErrInvalid)
	}
	return answer, nil
}

// importFile takes in a file of the hotline, and tells how far it is while it
// goes on reading. The file is nowhere but in the memory of whoever imports it.
func (s *server) importFile(w http.ResponseWriter, r *http.Request) {
	box, ok := s.box.(Importer)
	if !ok {
		refuse(w, fmt.Errorf("import: no files of the hotline are read here: %w", intake.ErrNotFound))
		return
	}
	control := http.NewResponseController(w)
	order, file, err := readImport(r, source{r.Body, control, s.wait.file, func() error { return nil }})
	if err != nil {
		refuse(w, err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	w.Header().Set("Content-Type", typeLines)
	out := newLines[importing](w)
	var mu sync.Mutex // whoever reads the file need not be the one who tells
	answer, err := box.Import(ctx, order, file, func(rows int) {
		mu.Lock()
		defer mu.Unlock()
		if errors.Join(out.item(importing{Rows: rows}), out.w.Flush(), control.Flush()) != nil {
			cancel() // nobody hears the answer either
		}
	})
	mu.Lock()
	defer mu.Unlock()
	if err == nil {
		err = out.item(importing{Answer: &answer})
	}
	_ = out.end(err)
}

// readImport reads an import request up to the bytes of the file.
func readImport(req *http.Request, body io.Reader) (order intake.ImportOrder, file io.Reader, err error) {
	p, err := openForm(req, body, partOrder, unbounded)
	if err != nil {
		return order, nil, err
	}
	if err := p.json(maxFileHead, &order); err != nil {
		return intake.ImportOrder{}, nil, fmt.Errorf("order: %w", err)
	}
	if err := p.must(partBody); err != nil {
		return intake.ImportOrder{}, nil, err
	}
	return order, &upload{in: bounded{p.part, intake.MaxUpload}, form: p}, nil
}

// An upload is the file of an import. It ends with io.EOF only where its whole
// request has come: what breaks off ends with an error, each time it is asked.
type upload struct {
	in   bounded
	form *parts
	err  error
}

func (u *upload) Read(b []byte) (n int, err error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err = u.in.Read(b)
	switch {
	case err == nil, errors.Is(err, intake.ErrTooLong):
	case err != io.EOF:
		err = u.form.unread(err)
	default:
		if e := u.form.next(); e != nil {
			err = e
		} else if u.form.part != nil {
			err = u.form.unexpected()
		}
	}
	u.err = err
	return n, err
}

// bounded is a file that fails where it has more bytes than left.
type bounded struct {
	io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("file: more than %d bytes: %w", int64(intake.MaxUpload), intake.ErrTooLong)
	}
	return n, err
}
