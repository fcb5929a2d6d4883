// Package memserver is a mailbox in memory, for the demo and for tests: a real
// IMAP server (RFC 3501, with IDLE, MOVE and UIDPLUS) that holds what it is
// given until its process ends. It knows one user, writes nothing to disk and
// logs nothing.
//
// The password crosses the wire as it is, so the listener is one that only
// this machine reaches: a loopback address, or a pipe in a test.
package memserver

import (
	"bytes"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// A Server is one user's mailboxes. It begins with an empty INBOX.
type Server struct {
	user *imapmemserver.User
	imap *imapserver.Server

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]bool
	conns     map[*conn]bool
	running   sync.WaitGroup // listeners and connections that are served
}

// New makes a server that lets in who knows this name and password.
func New(username, password string) *Server {
	users := imapmemserver.New()
	s := &Server{user: imapmemserver.NewUser(username, password), listeners: map[net.Listener]bool{}, conns: map[*conn]bool{}}
	users.AddUser(s.user)
	s.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		// IDLE is always offered. MOVE and UIDPLUS work only when they are named
		// here; without the first a client cannot take a message out in one step.
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}, imap.CapUIDPlus: {}},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0), // it would name the addresses of clients
	})
	_ = s.user.Create(inbox, nil) // fails only where there is one
	return s
}

const inbox = "INBOX"

// boxName is the name that a mailbox is kept under: RFC 3501 knows INBOX in
// any case.
func boxName(mailbox string) string {
	if strings.EqualFold(mailbox, inbox) {
		return inbox
	}
	return mailbox
}

// Append puts a message at the end of a mailbox, which is made if it is not
// there. at becomes the message's INTERNALDATE, to the second. The server
// keeps no reference to raw.
func (s *Server) Append(mailbox string, at time.Time, raw []byte) error {
	name := boxName(mailbox)
	_ = s.user.Create(name, nil) // most of the time it is there
	_, err := s.user.Append(name, literal{bytes.NewReader(raw)}, &imap.AppendOptions{Time: at})
	return err
}

// literal is a message on its way in.
type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// Messages is how many messages a mailbox holds; a mailbox that is not there
// holds none.
func (s *Server) Messages(mailbox string) int {
	st, err := s.user.Status(boxName(mailbox), &imap.StatusOptions{NumMessages: true})
	if err != nil {
		return 0
	}
	return int(*st.NumMessages)
}
