package mailpoll

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// Before TLS a server has to say a greeting and one answer.
const (
	maxLine  = 8 << 10 // bytes
	maxLines = 64
)

var (
	errNoTLS = errors.New("STARTTLS is refused") // the server does not upgrade the connection
	errBusy  = errors.New("BYE for a greeting")
	errMute  = errors.New("no greeting in clear") // as from a server that waits for TLS
)

// upgrade asks for TLS on a connection in clear (RFC 3501 section 6.2.1) and
// shakes hands. It is done here because go-imap's own waits for ever when the
// connection breaks right after the server's OK. Nothing that the server says
// in clear is believed: not its capabilities, and not that somebody is logged
// in already (PREAUTH); bytes that were slipped in behind its OK end it all.
func upgrade(ctx context.Context, conn net.Conn, config *tls.Config) (net.Conn, error) {
	in := bufio.NewReaderSize(conn, maxLine)
	greeting, err := readLine(in)
	if greeting == "" && errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, errMute
	}
	if err != nil {
		return nil, err
	}
	if starts(greeting, "* BYE") {
		return nil, errBusy
	}
	if !starts(greeting, "* OK") {
		return nil, errNoTLS
	}
	if err := conn.SetWriteDeadline(time.Now().Add(briefly.silence)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, "S1 STARTTLS\r\n"); err != nil {
		return nil, err
	}
	if err := answered(in); err != nil {
		return nil, err
	}
	if in.Buffered() > 0 {
		return nil, errNoTLS
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secure, nil
}

// answered reads up to the answer to STARTTLS.
func answered(in *bufio.Reader) error {
	for range maxLines {
		line, err := readLine(in)
		if err != nil {
			return err
		}
		if starts(line, "S1 OK") {
			return nil
		}
		if !starts(line, "*") {
			return errNoTLS
		}
	}
	return errNoTLS
}

func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	return string(bytes.TrimRight(line, "\r\n")), err
}

// starts reports whether a line begins with these words.
func starts(line, words string) bool {
	rest := line[min(len(words), len(line)):]
	return len(line) >= len(words) && strings.EqualFold(line[:len(words)], words) && (rest == "" || rest[0] == ' ')
}
