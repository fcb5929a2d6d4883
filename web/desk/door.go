package desk

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// maxWaiting is how many wait at the door; whoever comes after them is asked
	// to come again. Unlocking takes 256 MiB and a second, so it is one at a time.
	maxWaiting = 4
	// freeTries is how many wrong passphrases cost nothing but their second.
	freeTries = 5
	// Each further one costs twice the delay of the one before.
	firstDelay = 2 * time.Second
	maxDelay   = time.Minute
	// forgetTries is how long after the last one they are forgotten.
	forgetTries = 15 * time.Minute
	// maxClients bounds how many clients' tries are remembered; beyond it they
	// are counted together.
	maxClients = 1000
)

// A door lets people in one after another, and keeps those away for a while who
// guess. It counts by client address, in memory only: whoever guesses from one
// machine keeps nobody at another from signing in, though everybody behind one
// proxy or tunnel is one client. A passphrase has 70 bits or more, so this is a
// second bar, and may be lenient.
type door struct {
	turn chan struct{} // holds one token, of whoever is inside

	mu      *sync.Mutex
	waiting int
	tries   map[string]tries
}

// tries are the wrong ones of one client.
type tries struct {
	n    int
	last time.Time
}

func newDoor() door {
	return door{turn: make(chan struct{}, 1), mu: &sync.Mutex{}, tries: map[string]tries{}}
}

// enter waits for the client's turn and returns how to leave. It returns errBusy
// when too many wait, a refusal that says how long to wait after too many wrong
// tries, or the context's error.
func (d *door) enter(ctx context.Context, client string) (leave func(), err error) {
	if err := d.wait(client); err != nil {
		return nil, err
	}
	if !d.queue() {
		return nil, errBusy
	}
	defer d.unqueue()
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = func() { <-d.turn }
	// Tries before this one in the line were wrong meanwhile, perhaps.
	if err := d.wait(client); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

func (d *door) queue() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting >= maxWaiting {
		return false
	}
	d.waiting++
	return true
}

func (d *door) unqueue() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting--
}

// wait refuses a client that has to wait.
func (d *door) wait(client string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.tries[d.known(client)]
	if left := delay(t.n) - time.Since(t.last); left > 0 {
		return slowDown(left)
	}
	return nil
}

// delay follows n wrong tries.
func delay(n int) time.Duration {
	if n < freeTries {
		return 0
	}
	return min(firstDelay<<min(n-freeTries, 10), maxDelay)
}

// wrong counts a wrong try, right forgets them.
func (d *door) wrong(client string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c, t := range d.tries {
		if time.Since(t.last) >= forgetTries {
			delete(d.tries, c)
		}
	}
	if len(d.tries) >= maxClients {
		client = d.known(client)
	}
	d.tries[client] = tries{d.tries[client].n + 1, time.Now()}
}

func (d *door) right(client string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.tries, client)
}

// known is the client under which tries are counted. d.mu is held.
func (d *door) known(client string) string {
	if _, is := d.tries[client]; !is && len(d.tries) >= maxClients {
		return ""
	}
	return client
}

// clientOf is the machine, or for IPv6 the network, that a connection is from.
// What a request says of it in headers is not looked at.
func clientOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		network, _ := ip.Prefix(64) // 64 bits are within an IPv6 address
		return network.String()
	}
	return ip.String()
}
