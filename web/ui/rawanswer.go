package ui

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
)

// A headed listener puts the headers that every answer has into those too that
// net/http gives by itself, to what is no request or has too large a head: it
// writes them straight to the connection, past every handler.
type headed struct{ net.Listener }

func (l headed) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if t, secure := c.(*tls.Conn); secure {
		return &headedTLS{headedConn{c, rawHead + head(transport)}, t}, nil
	}
	return &headedConn{c, rawHead}, nil
}

// bare is how such an answer's head ends: no answer of a handler has only that.
const bare = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"

// rawHead is what it lacks.
var rawHead = head(append(always, header{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"})...)

func head(list ...header) string {
	var b strings.Builder
	for _, h := range list {
		b.WriteString("\r\n" + h.name + ": " + h.value)
	}
	return b.String()
}

type headedConn struct {
	net.Conn
	more string
}

func (c *headedConn) Write(p []byte) (int, error) {
	line := bytes.IndexByte(p, '\r')
	if line < 0 || !bytes.HasPrefix(p, []byte("HTTP/1.1 ")) || !bytes.HasPrefix(p[line:], []byte(bare)) {
		return c.Conn.Write(p)
	}
	status, body := p[:line], p[line+len(bare):]
	if _, err := io.WriteString(c.Conn, string(status)+c.more+bare+string(body)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite lets net/http end an answer while the client still sends.
func (c *headedConn) CloseWrite() error {
	if half, can := c.Conn.(interface{ CloseWrite() error }); can {
		return half.CloseWrite()
	}
	return nil
}

// headedTLS says that its requests come over TLS. The handshake happens with the
// first reading, within the time for a request's headers.
type headedTLS struct {
	headedConn
	tls *tls.Conn
}

// ConnectionState is what net/http asks for Request.TLS.
func (c *headedTLS) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }
