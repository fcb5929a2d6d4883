package ui

import (
	"log/slog"
	"strings"
	"sync"
	"time"
)

// quietTime is how long a kind of error is not said again. A scanner of ports
// makes as many of them as it likes.
const quietTime = time.Minute

// quiet keeps of net/http's log lines what kind of thing happened. All of them
// name the client's address, and some repeat what it sent. Of each kind it says
// one a minute at most, with the number of those left out before.
type quiet struct {
	log   *slog.Logger
	mu    sync.Mutex
	kinds map[string]*seen
}

type seen struct {
	said    time.Time
	leftOut int
}

func (q *quiet) Write(line []byte) (int, error) {
	kind := "other"
	for _, k := range []string{"TLS handshake error", "panic serving", "superfluous response.WriteHeader", "Accept error", "URL query contains semicolon"} {
		if strings.Contains(string(line), k) {
			kind = k
			break
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	k := q.kinds[kind]
	if k == nil {
		k = &seen{}
		q.kinds[kind] = k
	}
	if now := time.Now(); k.said.IsZero() || now.Sub(k.said) >= quietTime {
		q.say(kind, k.leftOut)
		*k = seen{said: now}
	} else {
		k.leftOut++
	}
	return len(line), nil
}

// rest says at the end what was left out since.
func (q *quiet) rest() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for kind, k := range q.kinds {
		if k.leftOut > 0 {
			q.say(kind, k.leftOut)
			k.leftOut = 0
		}
	}
}

func (q *quiet) say(kind string, leftOut int) {
	if leftOut > 0 {
		q.log.Warn("the web server met an error", "kind", kind, "left_out", leftOut)
		return
	}
	q.log.Warn("the web server met an error", "kind", kind)
}
