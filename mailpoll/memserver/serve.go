package memserver

import (
	"errors"
	"net"
	"sync"
)

// Serve answers on l, which it closes, until Close, and then returns nil; it
// returns the listener's error when that ends by itself. On a server that is
// closed already it returns net.ErrClosed.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errors.Join(net.ErrClosed, l.Close())
	}
	s.listeners[l] = true
	s.running.Add(1)
	s.mu.Unlock()
	defer s.running.Done()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, l)
		_ = l.Close() // it is closed already, but after an error of its own
	}()
	return s.imap.Serve(listener{l, s})
}

// Close ends all listeners and connections, and returns when none is served
// any more. What the mailboxes hold can still be asked for. To close twice is
// fine.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	var errs []error
	for l := range s.listeners {
		errs = append(errs, l.Close())
	}
	for c := range s.conns {
		_ = c.Conn.Close() // the client may have been faster
	}
	s.mu.Unlock()
	s.running.Wait()
	return errors.Join(errs...)
}

// A listener keeps account of its connections: imapserver's own Close does not
// wait for them, and overlooks one that was accepted at that moment.
type listener struct {
	net.Listener
	server *Server
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	s := l.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.Join(net.ErrClosed, c.Close())
	}
	kept := &conn{Conn: c, server: s}
	s.conns[kept] = true
	s.running.Add(1)
	return kept, nil
}

// A conn is closed by imapserver as the last thing that it does with it.
type conn struct {
	net.Conn
	server *Server
	once   sync.Once
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		c.server.mu.Lock()
		delete(c.server.conns, c)
		c.server.mu.Unlock()
		c.server.running.Done()
	})
	return err
}
