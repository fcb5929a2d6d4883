package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/web/ui"
)

// maxRowsSheet is the size of the largest sheet of rows to correct that the desk
// is given, in bytes. Whoever has more of them corrects the file itself.
const maxRowsSheet = 8 << 20

// Import takes in what somebody has uploaded at the desk. It is read here, for
// this process holds no key that reads: what a file made by a stranger could do
// to its reader, it would do where nothing is unlocked. One file is read at a
// time, and none touches the disk.
func (b servedBox) Import(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(rows int)) (intake.ImportAnswer, error) {
	words := ui.NewWords(order.Language)
	data, err := readUpload(file)
	if err != nil {
		return intake.ImportAnswer{}, err
	}
	select {
	case b.uploads <- struct{}{}:
		defer func() { <-b.uploads }()
	case <-ctx.Done():
		return intake.ImportAnswer{}, ctx.Err()
	}
	flags, err := flagsOf(order)
	if err != nil {
		return faultOf(words, err), nil
	}
	options := b.settings.fileOptions(flags)
	options.Guarded = true // whoever uploads sees which rows are known
	opened, err := hotline.Open(bytes.NewReader(data), int64(len(data)), options)
	if err != nil {
		return faultOf(words, err), nil
	}
	p := newPreview(opened)
	in := newImporting(opened)
	in.told, in.seen = told, p.see
	sheet := &capped{left: maxRowsSheet}
	in.sheet = newRowsSheet(sheet, opened, words)
	if err := in.into(ctx, b.Box, order.DryRun); err != nil {
		if fileFault(err) {
			return faultOf(words, err), nil
		}
		return intake.ImportAnswer{}, err
	}
	late := in.end()
	p.answer.Imported = in.result
	p.answer.Rows, p.answer.Damaged, p.answer.First, p.answer.Last = nil, in.damaged, in.first, in.last
	// What an exchange recorded is nobody's to correct.
	if late == nil && in.result.Exchange == "" && in.work() > 0 {
		p.answer.Sheet = sheet.buf.Bytes()
	}
	return p.answer, nil
}

// readUpload reads a whole file within its bound.
func readUpload(file io.Reader) ([]byte, error) {
	var buf bytes.Buffer
	n, err := buf.ReadFrom(io.LimitReader(file, intake.MaxUpload+1))
	if err != nil {
		return nil, err
	}
	if n > intake.MaxUpload {
		return nil, fmt.Errorf("upload: %w", intake.ErrTooLong)
	}
	return buf.Bytes(), nil
}

// flagsOf reads an order as the command line would be read.
func flagsOf(order intake.ImportOrder) (f *importFlags, err error) {
	f = &importFlags{}
	if order.Zone != "" {
		if f.zone, err = loadZone(order.Zone); err != nil {
			return nil, err
		}
	}
	if order.Columns != "" {
		f.columns, err = hotline.ParseMap(order.Columns)
	}
	return f, err
}

// faultOf is the answer for a file that cannot be read: what and where, without
// the sentence that other errors of its kind share, for the page says as much.
func faultOf(words ui.Words, err error) intake.ImportAnswer {
	a := intake.ImportAnswer{Fault: cmp.Or(detail(words, err), explain(words, err))}
	if first, n := utf8.DecodeRuneInString(a.Fault); n > 0 {
		a.Fault = string(unicode.ToUpper(first)) + a.Fault[n:] // it begins a sentence here
	}
	for d, told := errors.AsType[*intake.Detail](err); told; d, told = errors.AsType[*intake.Detail](d.Err) {
		a.FaultID = d.ID // the innermost: those around it say where
	}
	return a
}

// fileFault reports whether an error is about the file, and not about the box.
// Of those of the box, some are also of these kinds; they say more.
func fileFault(err error) bool {
	if _, told := errors.AsType[*intake.Detail](err); !told {
		return false
	}
	return errors.Is(err, intake.ErrInvalid) || errors.Is(err, intake.ErrTooLong)
}

// A capped buffer takes up to left bytes, and then fails.
type capped struct {
	buf  bytes.Buffer
	left int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		return 0, fmt.Errorf("rows: %w", intake.ErrTooLong)
	}
	return c.buf.Write(p)
}
