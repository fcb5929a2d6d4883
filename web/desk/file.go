package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"dengwen/intake"
)

const (
	chunk = 64 << 10 // bytes that are held back until those after them were read
	// chunkTime is how long a browser may take for one of them.
	chunkTime = time.Minute
)

// file hands over an attachment as it was sent. Nothing of it is interpreted:
// not its name, not its type. A browser that shows it all the same shows it
// without our origin and with everything off.
//
// The last bytes go out only once the account said that they were the whole
// file; otherwise the connection is broken off, so that what was saved does not
// look complete.
func (s *Site) file(k call) error {
	id, entry := k.Param("id"), k.Param("entry")
	part, err := strconv.Atoi(k.Param("part"))
	if err != nil || !idShape.MatchString(id) || !idShape.MatchString(entry) {
		return errMissing
	}
	a, src, err := k.account.File(k.Request().Context(), entry, part)
	if err != nil {
		return err
	}
	defer src.Close()
	held, more := make([]byte, chunk), make([]byte, chunk)
	n, end, err := fill(src, held)
	if err != nil {
		return err
	}
	h := k.Response().Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fileName(id, entry, part)))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	k.Response().WriteHeader(http.StatusOK)
	out := http.NewResponseController(k.Response())
	for !end {
		var m int
		if m, end, err = fill(src, more); err != nil {
			break
		}
		// A writer without deadlines has no slow reader behind it.
		if err = out.SetWriteDeadline(time.Now().Add(chunkTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			break
		}
		if _, err = k.Response().Write(held[:n]); err != nil || k.over() {
			break
		}
		held, more, n = more, held, m
	}
	if err == nil && !k.over() {
		_, err = k.Response().Write(held[:n])
	}
	if err != nil || k.over() || k.Response().Size != a.Size {
		if errors.Is(err, intake.ErrDamaged) {
			s.options.Log.Error("an attachment is damaged", "kind", fmt.Sprint(intake.ErrDamaged))
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// fill reads until b is full or src ends.
func fill(src io.Reader, b []byte) (n int, end bool, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = src.Read(b[n:])
		n += m
	}
	if err == io.EOF {
		return n, true, nil
	}
	return n, false, err
}

// fileName is the name under which a file is saved: which report it is of, and
// nothing that its sender wrote.
func fileName(report, entry string, part int) string {
	if entry != report {
		return fmt.Sprintf("report-%.8s-%.8s-%d.bin", report, entry, part)
	}
	return fmt.Sprintf("report-%.8s-%d.bin", report, part)
}
