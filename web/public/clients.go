package public

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"dengwen/intake"
)

// What one client may do. An office behind one address is one client, so the
// limits are for machines; and no client is ever locked out.
const (
	// A client may send as many forms at once as it may in this time.
	burstTime = 2 * time.Minute
	// Of the places for forms one client has a quarter, and those who come by this
	// machine itself have three, so that nobody has all.
	clientShare, nearShare = 1, 3 // of four
	// A client may send this many bytes of files at once, and as many in an hour.
	fileBytes = 4 << 30
	// Codes that no report has. Beyond the first ten each makes the client's
	// next look-up wait for two seconds more, five at most.
	freeWrong  = 10
	wrongTime  = 2 * time.Second
	wrongDelay = 5 * time.Second

	// keyTime is how long clients are known by one key: then all is forgotten.
	keyTime = time.Hour
	// maxClients bounds what is known, less than a kilobyte each; one more, and all of
	// it is forgotten early.
	maxClients = 50_000
)

var (
	// errRate says that a client has sent too many forms in a short time.
	errRate = errors.New("too many forms from one place")
	// errSome says that it sends too many files at once.
	errSome = errors.New("too many files from one place")
)

// clients are who sends forms, each known by a keyed hash of its address for an
// hour at most, and in memory only: neither the address nor anything that
// follows from it is written anywhere.
type clients struct {
	forms rate.Limit

	mu     sync.Mutex
	key    [32]byte
	known  map[[16]byte]*client
	forget *time.Timer // of both
	// near is everybody who comes by this machine itself: a reverse proxy, Tor.
	// They cannot be told apart, so that only guessing slows them.
	near *client
}

type client struct {
	forms *rate.Limiter
	bytes *rate.Limiter // of files
	wrong *rate.Limiter // codes that no report has
	places
}

// newClients allows so many forms a minute; 0 is no limit.
func newClients(aMinute float64) *clients {
	c := &clients{forms: rate.Inf}
	if aMinute > 0 {
		c.forms = rate.Limit(aMinute / 60)
	}
	c.near = newClient(rate.Inf, rate.Inf, nearShare)
	return c
}

func newClient(forms, bytes rate.Limit, share int) *client {
	burst := 0 // which an infinite limit ignores
	if forms != rate.Inf {
		burst = max(1, int(float64(forms)*burstTime.Seconds()))
	}
	return &client{forms: rate.NewLimiter(forms, burst), bytes: rate.NewLimiter(bytes, fileBytes), wrong: rate.NewLimiter(rate.Every(wrongTime), freeWrong),
		places: newPlaces(fieldPlaces*share/4, filePlaces*share/4)}
}

// of finds the client of a request by the address of its connection; headers
// that name another are anybody's to send.
func (c *clients) of(r *http.Request) *client {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || at.Addr().Unmap().IsLoopback() {
		return c.near
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxClients {
		c.begin()
	}
	id := c.id(at.Addr().Unmap())
	one := c.known[id]
	if one == nil {
		one = newClient(c.forms, fileBytes/rate.Limit(time.Hour.Seconds()), clientShare)
		c.known[id] = one
	}
	return one
}

// begin forgets who is known, and has what comes forgotten in its time, whether
// anybody comes then or not.
func (c *clients) begin() {
	if c.forget != nil {
		c.forget.Stop()
	}
	rand.Read(c.key[:])
	c.known = map[[16]byte]*client{}
	c.forget = time.AfterFunc(keyTime, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.known = nil
		clear(c.key[:])
	})
}

// id is the keyed hash of an address; of IPv6, of the network that one
// household or office has.
func (c *clients) id(addr netip.Addr) (id [16]byte) {
	if addr.Is6() {
		if net, err := addr.WithZone("").Prefix(64); err == nil {
			addr = net.Addr()
		}
	}
	h := hmac.New(sha256.New, c.key[:])
	b := addr.As16()
	h.Write(b[:])
	copy(id[:], h.Sum(nil))
	return id
}

// allow counts a form. Error: errRate.
func (c *client) allow() error {
	if !c.forms.Allow() {
		return errRate
	}
	return nil
}

// store counts bytes of files. Error: errSome.
func (c *client) store(n int) error {
	if !c.bytes.AllowN(time.Now(), n) {
		return errSome
	}
	return nil
}

// wait is for whoever comes with a receipt code: one that tried many which no
// report has waits before anything is looked up, so that a wrong code is no
// sooner known than a right one. Error: ctx's.
func (c *client) wait(ctx context.Context) error {
	short := -c.wrong.Tokens()
	if short <= 0 {
		return nil
	}
	timer := time.NewTimer(min(time.Duration(short*float64(wrongTime)), wrongDelay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// found counts what came of a look-up.
func (c *client) found(err error) {
	if errors.Is(err, intake.ErrNotFound) && -c.wrong.Tokens() < wrongDelay.Seconds()/wrongTime.Seconds() {
		c.wrong.Reserve()
	}
}
