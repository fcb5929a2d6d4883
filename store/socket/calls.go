package socket

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dengwen/intake"
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

// Forget calls Box.Forget. The meanings together may have 64 MiB as JSON.
func (c *Client) Forget(ctx context.Context, ch intake.Channel, meanings [][]byte, cursor intake.Cursor) error {
	_, err := do[nothing](ctx, c, http.MethodPost, "forget", nil, forgetting{ch, meanings, wireCursor(cursor)})
	return err
}

// SetAside calls Box.SetAside. The meaning may have some 48 MiB.
func (c *Client) SetAside(ctx context.Context, a intake.Aside) error {
	_, err := do[nothing](ctx, c, http.MethodPost, "set-aside", nil, wireAside(a))
	return err
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
