package socket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"syscall"
	"time"

	"dengwen/intake"
)

// Limits of what one call carries, in bytes. Each is checked before the work
// is done, and by the sender too, so that it fails with the same error at
// once.
const (
	// maxRecord bounds one JSON value: a report without its files, a draft
	// with its bodies, the views of one PutViews, an answer. The longest report
	// is a mail of intake.MaxDecoded, which escapes may double.
	maxRecord = 64 << 20
	// maxMeaning bounds the meaning of a single report, which may be a raw
	// mail. It travels as it is, not in the JSON.
	maxMeaning = 128 << 20
	// maxFileHead bounds what describes a file. Groups have bounds of their own.
	maxFileHead = 64 << 10
)

// A report is an intake.Report on the wire. Its files follow it.
type report struct {
	Channel   intake.Channel  `json:"channel"`
	Arrived   time.Time       `json:"arrived"`
	AboutTeam bool            `json:"about_team,omitempty"`
	Unit      string          `json:"unit,omitempty"`
	Persons   []intake.Person `json:"persons,omitempty"`
	Category  intake.Category `json:"category,omitempty"`
	Subject   string          `json:"subject,omitempty"`
	Text      string          `json:"text,omitempty"`
	Recorder  string          `json:"recorder,omitempty"`
	Marks     []intake.Mark   `json:"marks,omitempty"`
	Identity  intake.Identity `json:"identity,omitzero"`
	Files     bool            `json:"files,omitempty"` // whether there are files, be it none of them
	Meaning   []byte          `json:"meaning,omitempty"`
	Cursor    *cursor         `json:"cursor,omitempty"`
}

type cursor struct {
	Name  string `json:"name"`
	Value []byte `json:"value"`
	After []byte `json:"after"` // null asks nothing
}

// wireCursor is what crosses of a cursor; nil is the one without a name, which
// nobody stores.
func wireCursor(c intake.Cursor) *cursor {
	if c.Name == "" {
		return nil
	}
	return &cursor{c.Name, c.Value, c.After}
}

func (c *cursor) cursor() intake.Cursor {
	if c == nil {
		return intake.Cursor{}
	}
	return intake.Cursor{Name: c.Name, Value: c.Value, After: c.After}
}

// A phoneCall is an intake.Call on the wire.
type phoneCall struct {
	At       time.Time `json:"at"`
	Caller   string    `json:"caller,omitempty"`
	Callee   string    `json:"callee,omitempty"`
	Seconds  int       `json:"seconds,omitempty"`
	Answered bool      `json:"answered,omitempty"`
	Meaning  []byte    `json:"meaning,omitempty"`
}

func wireCall(c *intake.Call) phoneCall {
	return phoneCall{c.At, c.Caller, c.Callee, c.Seconds, c.Answered, c.Meaning}
}

func (w phoneCall) call() *intake.Call {
	return &intake.Call{At: w.At, Caller: w.Caller, Callee: w.Callee, Seconds: w.Seconds, Answered: w.Answered, Meaning: w.Meaning}
}

// A forgetting is what a forget call asks with.
type forgetting struct {
	Channel  intake.Channel `json:"channel"`
	Meanings [][]byte       `json:"meanings"`
	Cursor   *cursor        `json:"cursor,omitempty"`
}

// An aside is an intake.Aside on the wire.
type aside struct {
	Channel intake.Channel    `json:"channel"`
	Arrived time.Time         `json:"arrived,omitzero"`
	Why     intake.Quarantine `json:"why"`
	Meaning []byte            `json:"meaning,omitempty"`
	Cursor  *cursor           `json:"cursor,omitempty"`
}

func wireAside(a intake.Aside) aside {
	return aside{a.Channel, a.Arrived, a.Why, a.Source.Meaning, wireCursor(a.Source.Cursor)}
}

func (w aside) aside() intake.Aside {
	return intake.Aside{Channel: w.Channel, Arrived: w.Arrived, Why: w.Why, Source: intake.Source{Meaning: w.Meaning, Cursor: w.Cursor.cursor()}}
}

func wireReport(r *intake.Report) report {
	return report{Channel: r.Channel, Arrived: r.Arrived, AboutTeam: r.AboutTeam, Unit: r.Unit, Persons: r.Persons, Category: r.Category,
		Subject: r.Subject, Text: r.Text, Recorder: r.Recorder, Marks: r.Marks, Identity: r.Identity, Files: r.Files != nil,
		Meaning: r.Source.Meaning, Cursor: wireCursor(r.Source.Cursor)}
}

// report returns w as the box takes it; files are what its Files yields, if it
// has any.
func (w report) report(files iter.Seq2[intake.File, error]) *intake.Report {
	r := &intake.Report{Channel: w.Channel, Arrived: w.Arrived, AboutTeam: w.AboutTeam, Unit: w.Unit, Persons: w.Persons, Category: w.Category,
		Subject: w.Subject, Text: w.Text, Recorder: w.Recorder, Marks: w.Marks, Identity: w.Identity,
		Source: intake.Source{Meaning: w.Meaning, Cursor: w.Cursor.cursor()}}
	if w.Files {
		r.Files = files
	}
	return r
}

// noFiles are the files of a report that says it has some but cannot be
// followed by any, as in a file of reports: the box refuses it.
func noFiles(func(intake.File, error) bool) {}

// encodeJSON writes v as one line.
func encodeJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // texts would grow for nothing
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("%w: %w", intake.ErrInvalid, err)
	}
	if buf.Len() > maxRecord {
		return nil, fmt.Errorf("%d bytes as JSON, at most %d: %w", buf.Len(), maxRecord, intake.ErrTooLong)
	}
	return buf.Bytes(), nil
}

// decodeJSON reads one value and nothing after it. Both ends are one
// program: a field that one of them does not know would be lost, so it is
// refused.
func decodeJSON(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("malformed: %w: %w", intake.ErrInvalid, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("malformed: something follows the value: %w", intake.ErrInvalid)
	}
	return nil
}

// readJSON reads r to its end as one value of up to max bytes.
func readJSON(r io.Reader, max int64, v any) error {
	b, err := readAll(r, max)
	if err != nil {
		return err
	}
	return decodeJSON(b, v)
}

func readAll(r io.Reader, max int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, broken(err)
	}
	if int64(len(b)) > max {
		return nil, fmt.Errorf("more than %d bytes: %w", max, intake.ErrTooLong)
	}
	return b, nil
}

// broken says that what was being received did not come to its end. However
// the kernel puts it that the other side is gone, it is io.ErrUnexpectedEOF.
func broken(err error) error {
	if errors.Is(err, errSilent) {
		return err // it says itself what happened
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the connection broke off: %w", err)
}
