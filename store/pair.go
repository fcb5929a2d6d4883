package store

import (
	"io"

	"dengwen/intake"
	"dengwen/store/seal"
)

// sealOne seals body to its end. Closing ends the sealed file; one that was cut
// off must stay unfinished.
func sealOne(w *seal.Writer, body io.Reader) error {
	if _, err := io.Copy(w, body); err != nil {
		return err
	}
	return w.Close()
}

// sealPair reads f.Body once and seals it as it is, and beside it what f.Shown
// makes of it; nothing but the readers' own buffers is held in memory. It
// reports whether there is anything to show: not when f.Shown's reader ended in
// an error of its own, which is no error of the submission.
//
// Whose error it was is told by who returned it first, since f.Shown's reader
// may swallow or reword what it met: one of f.Body, or of a disk, always fails.
func sealPair(shown, original *seal.Writer, f intake.File) (seen bool, err error) {
	body := &copied{r: f.Body, to: original}
	clean := &remembered{r: f.Shown(body)}
	_, err = io.Copy(shown, clean)
	if err != nil && clean.err == nil {
		return false, err // of shown
	}
	// What makes a photo fit to be shown may end before the photo does. The error
	// that body has met already comes back here too.
	if _, err := io.Copy(io.Discard, body); err != nil {
		return false, err
	}
	if err := original.Close(); err != nil {
		return false, err
	}
	if err != nil {
		return false, nil
	}
	return true, shown.Close()
}

// copied passes on what it reads once a copy of it is written. After its first
// error, of either side, it gives that again and touches neither.
type copied struct {
	r   io.Reader
	to  io.Writer
	err error
}

func (c *copied) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p)
	if _, failed := c.to.Write(p[:n]); failed != nil {
		n, err = 0, failed
	}
	c.err = err
	return n, err
}

// remembered keeps the error that ended a reader, but for io.EOF.
type remembered struct {
	r   io.Reader
	err error
}

func (m *remembered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if err != io.EOF {
		m.err = err
	}
	return n, err
}
