package socket

import (
	"net"
	"time"
)

// SetGrace sets how long calls under way may take when the server stops.
func (l *Listener) SetGrace(d time.Duration) { l.grace = d }

// SetPeer sets who the kernel is taken to say has called.
func (l *Listener) SetPeer(uid uint32, err error) {
	l.peer = func(*net.UnixConn) (uint32, error) { return uid, err }
}

// PeerUID and Serves are for tests of the credential check alone.
var (
	PeerUID = peerUID
	Serves  = serves
)

// Limits that tests go over.
const (
	MaxPath   = maxPath
	MaxRecord = maxRecord
	MaxHeader = maxHeader
)
