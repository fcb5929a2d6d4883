package socket

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"dengwen/intake"
)

// A Client makes the calls of a box that another process serves. It may be
// used by many goroutines, holds nothing open between calls, and survives a
// restart of the server.
//
// A call whose context ends returns the context's error; where it would have
// changed the box it waits up to ten seconds to hear whether it did, and then
// returns what it hears. A call whose connection breaks has an unknown
// outcome, as over any wire.
type Client struct{ path string }

// helloTimeout bounds Dial. The server answers hello without the box.
const helloTimeout = 5 * time.Second

// Dial finds out who serves the socket at path. Errors: ErrNotFound when
// nobody does; ErrForbidden when its server serves another user; ErrVersion
// when it speaks another protocol; ErrTooLong for a path over 107 bytes.
func Dial(path string) (*Client, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), helloTimeout)
	defer cancel()
	c := &Client{path}
	hello, err := get[helloAnswer](ctx, c, "hello", nil)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		// It may have been a server that was just going. Then it is gone now.
		hello, err = get[helloAnswer](ctx, c, "hello", nil)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, fmt.Errorf("nobody serves %s: %w", path, intake.ErrNotFound)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %w", intake.ErrForbidden, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("%s: the server hung up; it serves its own user and root: %w", path, intake.ErrForbidden)
	case err != nil:
		return nil, err
	case hello.Protocol != protocol:
		return nil, fmt.Errorf("%s: the server speaks protocol %d, this program %d: %w", path, hello.Protocol, protocol, intake.ErrVersion)
	}
	return c, nil
}

// A line is the connection of one call. Each call has its own: that is what
// lets the caller hang up one of them, and nothing is left open or stale.
// Whoever opens a line closes it.
type line struct {
	*net.UnixConn
	in   *bufio.Reader
	req  *http.Request
	stop func() bool
}

func (c *Client) newRequest(ctx context.Context, method, name string, query url.Values, body io.Reader) (*http.Request, error) {
	u := url.URL{Scheme: "http", Host: "box", Path: "/v1/" + name, RawQuery: query.Encode()}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}
	req.Close = true
	return req, nil
}

// open connects, and lets the end of the request's context end the call.
func (c *Client) open(req *http.Request) (*line, error) {
	conn, err := new(net.Dialer).DialContext(req.Context(), "unix", c.path)
	if err != nil {
		// Nobody serves the box at this moment.
		return nil, fmt.Errorf("%w: %w", intake.ErrStopped, err)
	}
	l := &line{UnixConn: conn.(*net.UnixConn), in: bufio.NewReader(conn), req: req}
	l.stop = context.AfterFunc(req.Context(), func() {
		if req.Method == http.MethodGet {
			conn.Close()
		} else {
			l.hangUp()
		}
	})
	return l, nil
}

func (l *line) close() {
	l.stop()
	l.Close()
}

// hangUp tells the server that the call is given up, and leaves it some time
// to say what became of it. Errors only mean that the line is dead already.
func (l *line) hangUp() {
	_ = l.CloseWrite()
	_ = l.SetReadDeadline(time.Now().Add(grace))
}

// answer reads the head of the answer; an error that was answered is returned.
func (l *line) answer() (*http.Response, error) {
	resp, err := http.ReadResponse(l.in, l.req)
	if err != nil {
		return nil, broken(err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return resp, nil
	case http.StatusUnprocessableEntity:
		var f failure
		if err := readJSON(resp.Body, maxRecord, &f); err != nil {
			return nil, err
		}
		return nil, f.error()
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return nil, fmt.Errorf("the server does not know the call %s: %w", l.req.URL.Path, intake.ErrVersion)
	}
	return nil, fmt.Errorf("the server answered %s: %w", resp.Status, intake.ErrInvalid)
}

// ask sends a request that is small or in memory and reads the answer's head.
func (c *Client) ask(ctx context.Context, method, name string, query url.Values, body any) (*line, *http.Response, error) {
	var content io.Reader
	if body != nil {
		b, err := encodeJSON(body)
		if err != nil {
			return nil, nil, err
		}
		content = bytes.NewReader(b)
	}
	req, err := c.newRequest(ctx, method, name, query, content)
	if err != nil {
		return nil, nil, err
	}
	l, err := c.open(req)
	if err != nil {
		return nil, nil, ended(ctx, err)
	}
	// A server that has answered before it read everything is heard all the
	// same; one that is gone does not answer.
	_ = req.Write(l)
	resp, err := l.answer()
	if err != nil {
		l.close()
		return nil, nil, ended(ctx, err)
	}
	return l, resp, nil
}

// do makes a call that is answered with one JSON value.
func do[T any](ctx context.Context, c *Client, method, name string, query url.Values, body any) (v T, err error) {
	l, resp, err := c.ask(ctx, method, name, query, body)
	if err != nil {
		return v, err
	}
	defer l.close()
	return v, ended(ctx, readJSON(resp.Body, maxRecord, &v))
}

func get[T any](ctx context.Context, c *Client, name string, query url.Values) (T, error) {
	return do[T](ctx, c, http.MethodGet, name, query, nil)
}

// ended gives a call that failed because its context ended the context's
// error, whichever way the failure showed.
func ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
