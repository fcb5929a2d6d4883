package public

import (
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

const (
	// showTime is how long a form that is sent once more is answered with the
	// receipt it got: a lost answer, a double tap, the button of a browser that
	// sends again.
	showTime = 10 * time.Minute
	// maxTaken bounds what is remembered; the oldest goes first. Each takes some
	// 300 bytes.
	maxTaken = 100_000
)

var (
	// errTaken says that just this was taken before, too long ago to show its
	// receipt again.
	errTaken = errors.New("the form was taken before")
	// errTwice says that just this was taken a moment ago: its answer is known.
	errTwice = errors.New("the form was taken a moment ago")
)

// once remembers which forms were taken, by their stamp and all that was in
// them, for as long as their stamps are good. So one that is sent twice is one
// report, and two texts from one form are two. What it keeps says nothing to
// whoever reads it: keyed hashes, and receipts that only who sends the same form
// again can open.
type once struct {
	key [32]byte // in no file; gone with the process

	mu    sync.Mutex
	forms map[[32]byte]*sent
	order [][32]byte // of those that were taken, oldest first
	fresh [][32]byte // and of those whose receipt is still kept
}

// sent is one form, under way or taken.
type sent struct {
	at      time.Time     // when it was taken; zero while it is under way
	done    chan struct{} // closed when that is decided
	receipt []byte        // sealed; nil when there is none, or it is too old
}

func newOnce() *once {
	o := &once{forms: map[[32]byte]*sent{}}
	rand.Read(o.key[:])
	return o
}

// A claim is the right to bring a form in.
type claim struct {
	of      *once
	id, key [32]byte
}

// claim asks for the right to bring in the form with this stamp and content. One
// without a stamp is always a form of its own. While the same form is under way,
// claim waits to see what becomes of it. Errors: errTwice with the receipt that
// it got, which is empty where a form gets none; errTaken; and ctx's.
func (o *once) claim(ctx context.Context, stamp string, content [32]byte) (c *claim, receipt string, err error) {
	if stamp == "" {
		return nil, "", nil
	}
	c = &claim{o, o.hash("form", stamp, content), o.hash("receipt", stamp, content)}
	for {
		s, ours := o.begin(c.id)
		if ours {
			return c, "", nil
		}
		select {
		case <-s.done:
		case <-ctx.Done():
			return nil, "", ctx.Err()
		}
		if receipt, taken, err := o.before(c, s); taken {
			return nil, receipt, err
		}
	}
}

func (o *once) hash(what, stamp string, content [32]byte) (sum [32]byte) {
	h := hmac.New(sha256.New, o.key[:])
	h.Write([]byte(what + "\x00" + stamp + "\x00"))
	h.Write(content[:])
	h.Sum(sum[:0])
	return sum
}

// begin marks a form as under way, unless it is, or was taken.
func (o *once) begin(id [32]byte) (s *sent, ours bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget()
	if s = o.forms[id]; s != nil {
		return s, false
	}
	s = &sent{done: make(chan struct{})}
	o.forms[id] = s
	return s, true
}

// before tells what became of a form that was sent before; one that was not
// taken may be sent anew.
func (o *once) before(c *claim, s *sent) (receipt string, taken bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case s.at.IsZero():
		return "", false, nil
	case time.Since(s.at) > showTime:
		return "", true, errTaken
	case s.receipt == nil:
		return "", true, errTwice // it got none
	}
	plain, err := c.seal().Open(nil, make([]byte, c.seal().NonceSize()), s.receipt, nil)
	if err != nil {
		return "", true, errTaken
	}
	return string(plain), true, errTwice
}

// forget drops what is too old: receipts first, forms with their stamps.
func (o *once) forget() {
	for len(o.fresh) > 0 {
		s := o.forms[o.fresh[0]]
		if s != nil && time.Since(s.at) <= showTime {
			break
		}
		if s != nil {
			s.receipt = nil
		}
		o.fresh = o.fresh[1:]
	}
	for len(o.order) > 0 {
		s := o.forms[o.order[0]]
		if time.Since(s.at) <= stampTime && len(o.order) < maxTaken {
			break
		}
		delete(o.forms, o.order[0])
		o.order = o.order[1:]
	}
}

// taken says that the form was taken, and with which receipt.
func (c *claim) taken(receipt string) {
	if c == nil {
		return
	}
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	s := c.of.forms[c.id]
	s.at = time.Now()
	if receipt != "" {
		// The key is of this one form, so that its nonce may be too.
		s.receipt = c.seal().Seal(nil, make([]byte, c.seal().NonceSize()), []byte(receipt), nil)
		c.of.fresh = append(c.of.fresh, c.id)
	}
	c.of.order = append(c.of.order, c.id)
	close(s.done)
}

// dropped says that it was not taken. It is for a defer: after taken it does
// nothing.
func (c *claim) dropped() {
	if c == nil {
		return
	}
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	if s := c.of.forms[c.id]; s != nil && s.at.IsZero() {
		delete(c.of.forms, c.id)
		close(s.done)
	}
}

func (c *claim) seal() cipher.AEAD { return sealer(c.key) }
