package socket

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"

	"dengwen/store/entry"
)

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
