package mailpoll

import (
	"context"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
)

// SetDial replaces how the server is reached: a test gives pipes.
func (p *Poller) SetDial(dial func(context.Context) (net.Conn, error)) { p.dial = dial }

// SetInMemory replaces the size of the largest message that is held in memory,
// for all pollers.
func SetInMemory(most int64) { inMemory = most }

// SetCourtesy replaces how long removals of another poller are left to it.
func (p *Poller) SetCourtesy(d time.Duration) { p.courtesy = d }

// SetMaxMessage replaces the size of the largest message that is read, in bytes.
func (p *Poller) SetMaxMessage(most int64) { p.most = most }

// Meaning is what a message is known by in the box.
func Meaning(raw []byte, arrived time.Time) []byte {
	m := newMeaning(arrived)
	m.Write(raw)
	return m.Sum(nil)
}

// PerFetch is how many messages are asked for, and moved, in one command;
// PerGroup is how many go into the box at once.
const (
	PerFetch = perFetch
	PerGroup = perGroup
)

// TryMove moves a message to a folder; the error is why it does not go.
func (p *Poller) TryMove(ctx context.Context, uid uint32, to string) error {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	if _, err := s.choose(ctx, p.o.Mailbox, false); err != nil {
		return err
	}
	m, err := s.move(ctx, []imap.UID{imap.UID(uid)}, to)
	if err != nil {
		return err
	}
	return m.refused
}
