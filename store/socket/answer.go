package socket

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"dengwen/intake"
)

// A call is one request and what it asks with.
type call struct {
	*http.Request
	query url.Values
}

func newCall(r *http.Request) *call { return &call{r, r.URL.Query()} }

func (c *call) text(name string) string { return c.query.Get(name) }

func (c *call) number(name string) (int64, error) {
	n, err := strconv.ParseInt(c.query.Get(name), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: not a number: %w", name, intake.ErrInvalid)
	}
	return n, nil
}

// body reads the whole request, as one JSON value.
func (c *call) body(v any) error { return readJSON(c.Request.Body, maxRecord, v) }

// answer answers with one JSON value.
func answer[T any](fn func(*call) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := fn(newCall(r))
		var b []byte
		if err == nil {
			b, err = encodeJSON(v)
		}
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", typeJSON)
		_, _ = w.Write(b) // who does not hear the answer is gone
	}
}

// stream answers with lines.
func stream[T any](fn func(*call) (iter.Seq2[T, error], error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		seq, err := fn(newCall(r))
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", typeLines)
		out := newLines[T](w)
		for v, err := range seq {
			if err != nil {
				_ = out.end(err)
				return
			}
			if out.item(v) != nil {
				return
			}
		}
		_ = out.end(nil)
	}
}

// Content types; of submit the multipart's own.
const (
	typeJSON  = "application/json"
	typeLines = "application/x-ndjson"
)

// refuse answers with an error and nothing else.
func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", typeJSON)
	w.WriteHeader(http.StatusUnprocessableEntity)
	b, _ := encodeJSON(failed(err)) // strings cannot fail
	_, _ = w.Write(b)
}
