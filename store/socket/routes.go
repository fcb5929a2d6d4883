package socket

import (
	"io"
	"iter"
	"net/http"
	"time"

	"dengwen/store/entry"
)

// protocol is what hello answers. It changes when a call changes its meaning,
// or has a field that an older program would refuse.
const protocol = 3

// Answers of more than one value.
type (
	helloAnswer struct {
		Protocol int `json:"protocol"`
	}
	nowAnswer struct {
		Now time.Time `json:"now"`
		Day string    `json:"day"`
	}
	exportAnswer struct {
		Note []byte `json:"note"`
		Size int64  `json:"size"`
	}
	recordItem struct {
		Index int64  `json:"index"`
		Raw   []byte `json:"raw"` // says all of the header
	}
	nothing struct{}
)

func (s *server) routes() *http.ServeMux {
	b, mux := s.box, http.NewServeMux()
	mux.HandleFunc("GET /v1/hello", answer(func(*call) (helloAnswer, error) { return helloAnswer{protocol}, nil }))
	mux.HandleFunc("GET /v1/state", answer(func(c *call) (entry.State, error) { return b.State(c.Context()) }))
	mux.HandleFunc("GET /v1/size", answer(func(c *call) (int64, error) { return b.Size(c.Context()) }))
	mux.HandleFunc("GET /v1/status", answer(func(c *call) (entry.Status, error) { return b.Status(c.Context()) }))
	mux.HandleFunc("GET /v1/check", answer(func(c *call) ([]entry.Problem, error) { return b.Check(c.Context()) }))
	mux.HandleFunc("GET /v1/find", answer(func(c *call) (int64, error) { return b.Find(c.Context(), c.text("id")) }))
	mux.HandleFunc("GET /v1/about", answer(func(c *call) ([]int64, error) { return b.About(c.Context(), c.text("id")) }))
	mux.HandleFunc("GET /v1/wrap", answer(func(c *call) ([]byte, error) { return b.Wrap(c.Context(), c.text("account")) }))
	mux.HandleFunc("GET /v1/cursor", answer(func(c *call) ([]byte, error) { return b.Cursor(c.Context(), c.text("name")) }))
	mux.HandleFunc("GET /v1/view-key", answer(func(c *call) ([]byte, error) { return b.ViewKey(c.Context()) }))
	mux.HandleFunc("GET /v1/public-checkpoint", answer(func(c *call) ([]byte, error) { return b.PublicCheckpoint(c.Context()) }))
	mux.HandleFunc("POST /v1/checkpoint", answer(func(c *call) ([]byte, error) { return b.Checkpoint(c.Context()) }))
	mux.HandleFunc("POST /v1/close-days", answer(func(c *call) (nothing, error) { return nothing{}, b.CloseDays(c.Context()) }))
	mux.HandleFunc("POST /v1/compact", answer(func(c *call) (nothing, error) { return nothing{}, b.Compact(c.Context()) }))
	mux.HandleFunc("DELETE /v1/views", answer(func(c *call) (nothing, error) { return nothing{}, b.DropViews(c.Context()) }))
	mux.HandleFunc("GET /v1/now", answer(func(c *call) (a nowAnswer, err error) {
		a.Now, a.Day, err = b.Now(c.Context())
		return a, err
	}))
	mux.HandleFunc("POST /v1/export", answer(func(c *call) (a exportAnswer, err error) {
		from, err := c.number("from")
		if err == nil {
			a.Note, a.Size, err = b.Export(c.Context(), from)
		}
		return a, err
	}))
	mux.HandleFunc("POST /v1/append", answer(func(c *call) (int64, error) {
		var d entry.Draft
		if err := c.body(&d); err != nil {
			return 0, err
		}
		return b.Append(c.Context(), d)
	}))
	mux.HandleFunc("POST /v1/forget", answer(func(c *call) (nothing, error) {
		var f forgetting
		if err := c.body(&f); err != nil {
			return nothing{}, err
		}
		return nothing{}, b.Forget(c.Context(), f.Channel, f.Meanings, f.Cursor.cursor())
	}))
	mux.HandleFunc("POST /v1/set-aside", answer(func(c *call) (nothing, error) {
		var a aside
		if err := c.body(&a); err != nil {
			return nothing{}, err
		}
		return nothing{}, b.SetAside(c.Context(), a.aside())
	}))
	mux.HandleFunc("POST /v1/views", answer(func(c *call) (nothing, error) {
		var list []entry.View
		if err := c.body(&list); err != nil {
			return nothing{}, err
		}
		views := make(map[int64][]byte, len(list))
		for _, v := range list {
			views[v.Index] = v.Sealed
		}
		return nothing{}, b.PutViews(c.Context(), views)
	}))
	mux.HandleFunc("GET /v1/views", stream(func(c *call) (iter.Seq2[entry.View, error], error) {
		from, err := c.number("from")
		return b.Views(c.Context(), from), err
	}))
	mux.HandleFunc("GET /v1/entries", stream(s.entries))
	mux.HandleFunc("GET /v1/part", s.part)
	mux.HandleFunc("GET /v1/backup", func(w http.ResponseWriter, r *http.Request) {
		sendBytes(w, func(w io.Writer) error { return b.Backup(r.Context(), w) })
	})
	mux.HandleFunc("POST /v1/submit", answer(s.submit))
	mux.HandleFunc("POST /v1/submit-group", s.submitGroup)
	mux.HandleFunc("POST /v1/submit-all", s.submitAll)
	mux.HandleFunc("POST /v1/submit-calls", s.submitCalls)
	mux.HandleFunc("POST /v1/import", s.importFile)
	return mux
}

func (s *server) entries(c *call) (iter.Seq2[recordItem, error], error) {
	from, err := c.number("from")
	if err != nil {
		return nil, err
	}
	to, err := c.number("to")
	return func(yield func(recordItem, error) bool) {
		for rec, err := range s.box.Entries(c.Context(), from, to) {
			if !yield(recordItem{rec.Index, rec.Raw}, err) {
				return
			}
		}
	}, err
}

func (s *server) part(w http.ResponseWriter, r *http.Request) {
	c := newCall(r)
	index, err := c.number("index")
	var part int64
	if err == nil {
		part, err = c.number("part")
	}
	var src io.ReadCloser
	if err == nil {
		src, err = s.box.Part(r.Context(), index, int(part))
	}
	if err != nil {
		refuse(w, err)
		return
	}
	defer src.Close()
	sendBytes(w, func(w io.Writer) error {
		_, err := io.Copy(w, src)
		return err
	})
}
