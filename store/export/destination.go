package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"dengwen/store/entry"
)

// copyBuffer is how much of a file is copied at once, in bytes: a chunk of age.
const copyBuffer = 64 << 10

// A destination is the directory that Open fills. Its methods are for one
// goroutine, but files may be written by another.
type destination struct {
	dir     string
	records *jsonFile
	actions *jsonFile
	table   *tableFile
	calls   *comparison // written when all is read
	buf     []byte
}

// newDestination makes the directory, which must not be there.
func newDestination(dir string) (d *destination, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(dir, filesName), 0o700); err != nil {
		return nil, err
	}
	d = &destination{dir: dir, calls: newComparison(), buf: make([]byte, copyBuffer)}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if d.records, err = newJSONFile(filepath.Join(dir, recordsName)); err != nil {
		return nil, err
	}
	if d.actions, err = newJSONFile(filepath.Join(dir, actionsName)); err != nil {
		return nil, err
	}
	d.table, err = newTableFile(filepath.Join(dir, tableName), tableColumns)
	return d, err
}

// put writes the lines of an opened entry. Those of a call must wait.
func (d *destination) put(j *job) error {
	switch j.header.Kind {
	case entry.KindAccepted:
		rec := j.record()
		d.calls.report(j, rec)
		return errors.Join(d.records.Encode(rec), d.table.write(rec.row()))
	case entry.KindCall:
		d.calls.call(j)
		return nil
	}
	return d.actions.Encode(j.action())
}

// file writes one attachment to path, below the directory.
func (d *destination) file(path string, plain io.Reader) error {
	f, err := create(filepath.Join(d.dir, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, plain, d.buf)
	return errors.Join(err, f.Close())
}

// close finishes all files that are open.
func (d *destination) close() error {
	var err error
	if d.table != nil {
		err = d.table.close()
	}
	for _, f := range []*textFile{d.records.text(), d.actions.text()} {
		if f != nil {
			err = errors.Join(err, f.close())
		}
	}
	return err
}

// A textFile is a file that is written through a buffer.
type textFile struct {
	*bufio.Writer
	file *os.File
}

func newTextFile(path string) (*textFile, error) {
	f, err := create(path)
	if err != nil {
		return nil, err
	}
	return &textFile{bufio.NewWriterSize(f, copyBuffer), f}, nil
}

func (f *textFile) close() error { return errors.Join(f.Flush(), f.file.Close()) }

// A jsonFile has one JSON object a line.
type jsonFile struct {
	*json.Encoder
	out *textFile
}

func newJSONFile(path string) (*jsonFile, error) {
	out, err := newTextFile(path)
	if err != nil {
		return nil, err
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return &jsonFile{enc, out}, nil
}

func (f *jsonFile) text() *textFile {
	if f == nil {
		return nil
	}
	return f.out
}

// A tableFile is a CSV file for spreadsheets.
type tableFile struct {
	csv *csv.Writer
	out *textFile
}

func newTableFile(path string, columns []string) (*tableFile, error) {
	out, err := newTextFile(path)
	if err != nil {
		return nil, err
	}
	f := &tableFile{csv.NewWriter(out), out}
	if _, err = out.WriteString(byteOrderMark); err == nil {
		err = f.csv.Write(columns)
	}
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	return f, nil
}

// write writes a row, of which no cell is a formula then.
func (f *tableFile) write(row []string) error {
	for i := range row {
		row[i] = cell(row[i])
	}
	return f.csv.Write(row)
}

func (f *tableFile) close() error {
	f.csv.Flush()
	return errors.Join(f.csv.Error(), f.out.close())
}

// create makes a file that only its owner reads; there must be none.
func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}
