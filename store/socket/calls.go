package socket

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dengwen/store/entry"
)

func number(n int64) []string { return []string{strconv.FormatInt(n, 10)} }

// State calls Box.State.
func (c *Client) State(ctx context.Context) (entry.State, error) {
	return get[entry.State](ctx, c, "state", nil)
}

// Now calls Box.Now: the server's clock, not this machine's.
func (c *Client) Now(ctx context.Context) (time.Time, string, error) {
	a, err := get[nowAnswer](ctx, c, "now", nil)
	return a.Now, a.Day, err
}

// Size calls Box.Size.
func (c *Client) Size(ctx context.Context) (int64, error) {
	return get[int64](ctx, c, "size", nil)
}

// Find calls Box.Find.
func (c *Client) Find(ctx context.Context, id string) (int64, error) {
	return get[int64](ctx, c, "find", url.Values{"id": {id}})
}

// About calls Box.About.
func (c *Client) About(ctx context.Context, id string) ([]int64, error) {
	return get[[]int64](ctx, c, "about", url.Values{"id": {id}})
}

// Cursor calls Box.Cursor.
func (c *Client) Cursor(ctx context.Context, name string) ([]byte, error) {
	return get[[]byte](ctx, c, "cursor", url.Values{"name": {name}})
}

// Wrap calls Box.Wrap.
func (c *Client) Wrap(ctx context.Context, account string) ([]byte, error) {
	return get[[]byte](ctx, c, "wrap", url.Values{"account": {account}})
}

// ViewKey calls Box.ViewKey.
func (c *Client) ViewKey(ctx context.Context) ([]byte, error) {
	return get[[]byte](ctx, c, "view-key", nil)
}

// PublicCheckpoint calls Box.PublicCheckpoint.
func (c *Client) PublicCheckpoint(ctx context.Context) ([]byte, error) {
	return get[[]byte](ctx, c, "public-checkpoint", nil)
}

// Status calls Box.Status.
func (c *Client) Status(ctx context.Context) (entry.Status, error) {
	return get[entry.Status](ctx, c, "status", nil)
}

// Check calls Box.Check.
func (c *Client) Check(ctx context.Context) ([]entry.Problem, error) {
	return get[[]entry.Problem](ctx, c, "check", nil)
}

// Append calls Box.Append. A draft may have 64 MiB as JSON.
func (c *Client) Append(ctx context.Context, d entry.Draft) (int64, error) {
	return do[int64](ctx, c, http.MethodPost, "append", nil, d)
}

// Checkpoint calls Box.Checkpoint.
func (c *Client) Checkpoint(ctx context.Context) ([]byte, error) {
	return do[[]byte](ctx, c, http.MethodPost, "checkpoint", nil, nil)
}

// Export calls Box.Export.
func (c *Client) Export(ctx context.Context, from int64) (note []byte, size int64, err error) {
	a, err := do[exportAnswer](ctx, c, http.MethodPost, "export", url.Values{"from": number(from)}, nil)
	return a.Note, a.Size, err
}

// CloseDays calls Box.CloseDays.
func (c *Client) CloseDays(ctx context.Context) error {
	_, err := do[nothing](ctx, c, http.MethodPost, "close-days", nil, nil)
	return err
}

// Compact calls Box.Compact.
func (c *Client) Compact(ctx context.Context) error {
	_, err := do[nothing](ctx, c, http.MethodPost, "compact", nil, nil)
	return err
}

// PutViews calls Box.PutViews. All views together may have 64 MiB as JSON.
func (c *Client) PutViews(ctx context.Context, views map[int64][]byte) error {
	list := make([]entry.View, 0, len(views))
	for _, index := range slices.Sorted(maps.Keys(views)) {
		list = append(list, entry.View{Index: index, Sealed: views[index]})
	}
	_, err := do[nothing](ctx, c, http.MethodPost, "views", nil, list)
	return err
}

// DropViews calls Box.DropViews.
func (c *Client) DropViews(ctx context.Context) error {
	_, err := do[nothing](ctx, c, http.MethodDelete, "views", nil, nil)
	return err
}

// Views calls Box.Views, anew each time that it is ranged over.
func (c *Client) Views(ctx context.Context, from int64) iter.Seq2[entry.View, error] {
	return listen[entry.View](ctx, c, "views", url.Values{"from": number(from)})
}

// Entries calls Box.Entries, anew each time that it is ranged over. Headers
// are read from the canonical bytes, as everywhere else.
func (c *Client) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for item, err := range listen[recordItem](ctx, c, "entries", url.Values{"from": number(from), "to": number(to)}) {
			rec := entry.Record{Index: item.Index, Raw: item.Raw}
			if err == nil {
				rec.Header, err = entry.DecodeHeader(item.Raw)
			}
			if err != nil {
				yield(entry.Record{}, err)
				return
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// listen makes a call that is answered with lines.
func listen[T any](ctx context.Context, c *Client, name string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		l, resp, err := c.ask(ctx, http.MethodGet, name, query, nil)
		if err != nil {
			yield(none, err)
			return
		}
		defer l.close()
		for v, err := range items[T](resp.Body) {
			if !yield(v, ended(ctx, err)) || err != nil {
				return
			}
		}
	}
}

// Part calls Box.Part. The bytes come as they are read, until ctx ends; a
// stream that breaks off ends with an error, never with io.EOF.
func (c *Client) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	return c.bytes(ctx, "part", url.Values{"index": number(index), "part": number(int64(part))})
}

// Backup calls Box.Backup and writes to w what comes. After an error it is
// not a backup.
func (c *Client) Backup(ctx context.Context, w io.Writer) error {
	src, err := c.bytes(ctx, "backup", nil)
	if err != nil {
		return err
	}
	defer src.Close()
	_, err = io.Copy(w, src)
	return err
}

func (c *Client) bytes(ctx context.Context, name string, query url.Values) (io.ReadCloser, error) {
	l, resp, err := c.ask(ctx, http.MethodGet, name, query, nil)
	if err != nil {
		return nil, err
	}
	return &incoming{ctx, l, resp}, nil
}

// incoming is an answer of bytes.
type incoming struct {
	ctx  context.Context
	line *line
	resp *http.Response
}

func (in *incoming) Read(p []byte) (int, error) {
	n, err := in.resp.Body.Read(p)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		if err = received(in.resp); err == nil {
			err = io.EOF
		}
	default:
		err = broken(err)
	}
	if err != io.EOF {
		err = ended(in.ctx, err)
	}
	return n, err
}

func (in *incoming) Close() error {
	in.line.close()
	return nil
}
