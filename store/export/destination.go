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
	table   *textFile
	csv     *csv.Writer
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
	d = &destination{dir: dir, buf: make([]byte, copyBuffer)}
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
	if d.table, err = newTextFile(filepath.Join(dir, tableName)); err != nil {
		return nil, err
	}
	d.csv = csv.NewWriter(d.table)
	_, err = d.table.WriteString(byteOrderMark)
	return d, errors.Join(err, d.csv.Write(tableColumns))
}

// put writes the lines of an opened entry.
func (d *destination) put(j *job) error {
	if j.header.Kind != entry.KindAccepted {
		return d.actions.Encode(j.action())
	}
	rec := j.record()
	if err := d.records.Encode(rec); err != nil {
		return err
	}
	return d.csv.Write(rec.row())
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
	if d.csv != nil {
		d.csv.Flush()
		err = d.csv.Error()
	}
	for _, f := range []*textFile{d.records.text(), d.actions.text(), d.table} {
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

// create makes a file that only its owner reads; there must be none.
func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}
