package socket

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"dengwen/intake"
)

// serves reports whether a process of user uid is served by one of user own.
// Root can read the box's files and the server's memory as it likes, so
// nothing would be kept from it by refusing.
func serves(own, uid uint32) bool { return uid == own || uid == 0 }

// A guard lets in whom it serves and hangs up on everybody else before a byte
// is read.
type guard struct {
	*Listener
	log *slog.Logger
}

// Accept waits for the next connection of somebody who is served.
func (g guard) Accept() (net.Conn, error) {
	for {
		conn, err := g.ln.AcceptUnix()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				g.log.Error("control socket: no connection can be taken", "error", err)
			}
			return nil, err
		}
		if err = g.check(conn); err == nil {
			return conn, nil
		}
		g.log.Warn("control socket: a connection was refused", "error", err)
		conn.Close()
	}
}

func (g guard) check(conn *net.UnixConn) error {
	uid, err := g.peer(conn)
	if err != nil {
		return fmt.Errorf("who called is not known: %w", err)
	}
	if own := uint32(os.Geteuid()); !serves(own, uid) {
		return fmt.Errorf("user %d called, user %d is served: %w", uid, own, intake.ErrForbidden)
	}
	return nil
}

// Addr is the socket's address.
func (g guard) Addr() net.Addr { return g.ln.Addr() }
