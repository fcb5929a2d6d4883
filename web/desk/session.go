package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"dengwen/intake"
)

const (
	// maxSessions bounds how many are signed in at once.
	maxSessions = 32
	// lookAgain is how often a session's rest is looked at: a timer does not
	// notice that the machine slept.
	lookAgain = 30 * time.Second

	// paramUnattended marks a page that is loaded again without anybody there.
	paramUnattended = "unattended"

	cookieSession = "desk"
	cookieBrowser = "desk-browser"
)

// A session is one unlocked account in one browser.
type session struct {
	key     string            // the part of the path that is its own
	token   [sha256.Size]byte // hash of what its cookie holds
	browser string            // that signed in
	account Account
	ctx     context.Context // ends with the session
	stop    context.CancelFunc
	rows    refresh
	calls   calls

	mu     sync.Mutex
	ended  bool
	timer  *time.Timer
	used   time.Time
	said   string                     // the confirmation that the next page shows
	permit string                     // the report whose identity the next page may open
	opened map[string]bool            // reports that were read here
	sent   map[[sha256.Size]byte]bool // forms that were sent
	// importing is the file on its way, or nil.
	importing *importing
}

// random draws n bytes as hex digits.
func random(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// open begins a session and returns what its cookie is to hold. Sessions that
// the same browser began before are ended.
func (s *Site) open(account Account, browser string) (*session, string, error) {
	token := random(32)
	x := &session{
		key: random(16), token: sha256.Sum256([]byte(token)), browser: browser, account: account, used: time.Now(),
		opened: map[string]bool{}, sent: map[[sha256.Size]byte]bool{},
	}
	x.ctx, x.stop = context.WithCancel(context.Background())
	var older []*session
	s.mu.Lock()
	for _, o := range s.sessions {
		if o.browser == browser {
			older = append(older, o)
		}
	}
	err := s.room(len(older))
	if err == nil {
		s.sessions[x.key] = x
	}
	s.mu.Unlock()
	if err != nil {
		x.stop()
		return nil, "", err
	}
	for _, o := range older {
		s.end(o)
	}
	s.watch(x)
	return x, token, nil
}

// room reports whether one more session may begin when some end. s.mu is held.
func (s *Site) room(ending int) error {
	if s.closed {
		return intake.ErrStopped
	}
	if len(s.sessions)-ending >= maxSessions {
		return errCrowded
	}
	return nil
}

// end locks a session. What it is doing is broken off.
func (s *Site) end(x *session) {
	s.mu.Lock()
	delete(s.sessions, x.key)
	s.mu.Unlock()
	x.mu.Lock()
	x.ended = true
	if x.timer != nil {
		x.timer.Stop()
	}
	i := x.importing
	x.importing = nil
	x.mu.Unlock()
	x.stop()
	x.account.Lock()
	if i != nil {
		i.leave()
	}
}

// watch ends the session once it has rested long enough.
func (s *Site) watch(x *session) {
	x.mu.Lock()
	left := s.options.Idle - x.rested()
	if left > 0 && !x.ended {
		x.timer = time.AfterFunc(min(left, lookAgain), func() { s.watch(x) })
	}
	x.mu.Unlock()
	if left <= 0 {
		s.end(x)
	}
}

// rested is how long the session was not used, by the clock that says more: the
// monotonic one stands still while the machine sleeps, the wall clock can be set
// back. x.mu is held.
func (x *session) rested() time.Duration {
	now := time.Now()
	return max(now.Sub(x.used), now.Round(0).Sub(x.used.Round(0)))
}

// sessionOf is the session that a request's path and cookie belong to, or nil. Other
// cookies of the same name, which a server at another port may have set, do no
// harm.
func (s *Site) sessionOf(key string, r *http.Request) *session {
	s.mu.Lock()
	x := s.sessions[key]
	s.mu.Unlock()
	if x == nil {
		return nil
	}
	match := 0
	for _, cookie := range r.CookiesNamed(cookieSession) {
		sum := sha256.Sum256([]byte(cookie.Value))
		match |= subtle.ConstantTimeCompare(sum[:], x.token[:])
	}
	if match == 0 {
		return nil
	}
	if !x.use(s.options.Idle, r.URL.Query().Has(paramUnattended)) {
		s.end(x)
		return nil
	}
	return x
}

// use notes that the session is in use, unless it ended or rested too long. What
// a page asks for by itself is no use.
func (x *session) use(idle time.Duration, unattended bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended || x.rested() >= idle {
		return false
	}
	if !unattended {
		x.used = time.Now()
	}
	return true
}

func (x *session) over() bool { return x.ctx.Err() != nil }
