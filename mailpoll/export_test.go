package mailpoll

import (
	"context"
	"net"
)

// SetDial replaces how the server is reached: a test gives pipes.
func (p *Poller) SetDial(dial func(context.Context) (net.Conn, error)) { p.dial = dial }

// SetMaxMessage replaces the size of the largest message that is read, in bytes.
func (p *Poller) SetMaxMessage(most int64) { p.most = most }

// Meaning is what a message is known by in the box.
var Meaning = meaning

// PerRemoval is how many messages are moved in one command.
const PerRemoval = perRemoval
