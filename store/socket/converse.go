package socket

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// errHungUp is what a request's source meets when it goes on after the answer.
var errHungUp = errors.New("the call is over")

// converse makes a call whose answer is read while its request is still being
// written. feed writes the request in the caller's goroutine; when it fails,
// the request ends in the middle and the server drops it.
func (c *Client) converse(ctx context.Context, name string, query url.Values, contentType string,
	feed func(io.Writer) error, hear func(io.Reader) error) error {
	body, w := io.Pipe()
	defer w.CloseWithError(errHungUp) // a feed that panics must not look like one that is done
	req, err := c.newRequest(ctx, http.MethodPost, name, query, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", contentType)
	l, err := c.open(req)
	if err != nil {
		return ended(ctx, err)
	}
	defer l.close()
	var talk sync.WaitGroup
	talk.Go(func() {
		if err := req.Write(l); err != nil {
			l.hangUp()
		}
	})
	var heard error
	talk.Go(func() {
		var resp *http.Response
		if resp, heard = l.answer(); heard == nil {
			heard = hear(resp.Body)
		}
		// The call is over, however much is unsaid.
		body.CloseWithError(errHungUp)
		l.Close()
	})
	fed := feed(mouth{w})
	w.CloseWithError(fed)
	talk.Wait()
	if fed != nil && !errors.Is(fed, errHungUp) {
		return fed
	}
	return ended(ctx, heard)
}

// A mouth writes a request, and says so in one way when nobody listens.
type mouth struct{ *io.PipeWriter }

func (m mouth) Write(p []byte) (int, error) {
	n, err := m.PipeWriter.Write(p)
	if err != nil {
		err = errHungUp
	}
	return n, err
}
