package socket

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// SetGrace sets how long calls under way may take when the server stops.
func (l *Listener) SetGrace(d time.Duration) { l.grace = d }

// SetPeer sets who the kernel is taken to say has called.
func (l *Listener) SetPeer(uid uint32, err error) {
	l.peer = func(*net.UnixConn) (uint32, error) { return uid, err }
}

// SetPatience sets how long the server waits for a caller.
func (l *Listener) SetPatience(answer, file time.Duration) { l.wait = patience{answer, file} }

// NewServer is the server that Serve runs, for connections of any kind.
func NewServer(box Box, log *slog.Logger) *http.Server {
	return newServer(box, log, patience{answerWait, fileWait}).http(context.Background())
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

	GroupReports = groupReports

	AnswerWait = answerWait
	FileWait   = fileWait
)
