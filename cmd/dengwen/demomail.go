package main

import (
	"crypto/rand"
	"errors"
	"net"
	"path"
	"strings"
	"time"

	"dengwen/mailpoll/memserver"
)

// A demoMailbox is the published mailbox of the demo: a real IMAP server on
// this machine, in the demo's own memory.
type demoMailbox struct {
	*memserver.Server
	address, password string
	ended             chan error
}

func openMailbox() (*demoMailbox, error) {
	m := &demoMailbox{password: rand.Text(), ended: make(chan error, 1)}
	m.Server = memserver.New("xuncha", m.password)
	names, err := samples.ReadDir("sample/mail")
	if err != nil {
		return nil, err
	}
	zone := time.FixedZone("", 8*60*60)
	for _, n := range names {
		raw, err := samples.ReadFile(path.Join("sample/mail", n.Name()))
		if err != nil {
			return nil, err
		}
		at, err := time.ParseInLocation("20060102T150405", strings.TrimSuffix(n.Name(), ".eml"), zone)
		if err != nil {
			return nil, err
		}
		if err := m.Append("INBOX", at, raw); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m.address = l.Addr().String()
	go func() { m.ended <- m.Serve(l) }()
	return m, nil
}

// Close ends the server and waits until it has ended.
func (m *demoMailbox) Close() error {
	err := m.Server.Close()
	if ended := <-m.ended; !errors.Is(ended, net.ErrClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
