package mailpoll

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// A Poller reads one mailbox into one box. It may be used by many goroutines;
// passes go one at a time. Two pollers on one mailbox and one box get in each
// other's way: the one that finds the other at work ends its pass.
type Poller struct {
	box      Box
	o        Options
	most     int64 // bytes of the largest message that is read: maxMessage, but in tests
	dial     func(context.Context) (net.Conn, error)
	name     string                 // tells this poller from others, in the place that it writes
	courtesy time.Duration          // courtesy, but in tests
	turn     chan struct{}          // held during a pass, and with it:
	asked    map[imap.UID]time.Time // when a message in doubt was asked for last

	mu     sync.Mutex
	status Status
}

// New makes a poller. It connects to nothing yet. Errors wrap
// intake.ErrInvalid and name the key of the configuration.
func New(box Box, o Options) (*Poller, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	p := &Poller{box: box, o: o, name: rand.Text()[:8], courtesy: courtesy, most: maxMessage, turn: make(chan struct{}, 1), asked: map[imap.UID]time.Time{}, status: Status{Totals: newSummary()}}
	p.dial = p.dialTCP
	return p, nil
}

// Pass connects, takes what the mailbox holds, and logs out. The summary tells
// what was done also when an error ended the pass; what is left is done by the
// next one. Errors: that of ctx; intake.ErrClosed when the inspection is over,
// and then nothing is touched; intake.ErrMoved when another poller is at work
// on the mailbox; the box's; and, in words for the operator, what is wrong with
// the mail server or the account.
func (p *Poller) Pass(ctx context.Context) (Summary, error) {
	s, err := p.connect(ctx)
	if err != nil {
		sum := newSummary()
		p.note(ctx, time.Time{}, sum, err)
		return sum, err
	}
	p.connected(true)
	defer p.connected(false)
	defer s.close(ctx)
	return p.look(ctx, s)
}

// DryRun tells what Pass would do, and changes neither the box nor the
// mailbox. Errors are those of Pass. Messages of the same content are told as
// duplicates only within 500 messages of each other.
func (p *Poller) DryRun(ctx context.Context) (Summary, error) {
	s, err := p.connect(ctx)
	if err != nil {
		return newSummary(), err
	}
	defer s.close(ctx)
	if err := p.begin(ctx); err != nil {
		return newSummary(), err
	}
	defer p.end()
	r := p.newRound(s)
	err = r.rehearse(ctx)
	return r.sum, err
}

// look is one pass over a session.
func (p *Poller) look(ctx context.Context, s *session) (Summary, error) {
	if err := p.begin(ctx); err != nil {
		return newSummary(), err
	}
	defer p.end()
	r := p.newRound(s)
	began := p.o.Now()
	err := r.run(ctx)
	p.note(ctx, began, r.sum, err)
	return r.sum, err
}

func (p *Poller) begin(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Poller) end() { <-p.turn }

// recall takes what waits from the place that the box has, so that it is told
// also after a restart, and while the server cannot be reached.
func (p *Poller) recall(ctx context.Context) {
	value, err := p.box.Cursor(ctx, p.cursorName())
	if err != nil {
		return
	}
	at, err := decodePlace(value)
	if err != nil || at.account != p.account() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &p.status.Totals
	t.Pending, t.Kept, t.Future = len(at.pending), at.kept.count(), len(at.again)
}

// note keeps the account of a pass, and logs only that the mailbox cannot be
// read, and that it can again: a line for each mail would tell when it came.
func (p *Poller) note(ctx context.Context, began time.Time, sum Summary, err error) {
	now := trouble(err)
	if err != nil && now == "" {
		return // stopped: what it did is in the box, and how the server is, nobody knows
	}
	p.mu.Lock()
	before := p.status.Trouble
	if sum.Read > 0 || err == nil {
		p.status.Totals.add(sum)
	}
	if err == nil {
		p.status.LastPass, p.status.began = p.o.Now(), began
	}
	p.status.Trouble = now
	p.mu.Unlock()
	if err != nil {
		p.recall(ctx)
	}
	switch {
	case now != "" && now != before:
		p.o.Log.ErrorContext(ctx, "a pass over the mailbox failed; it will be tried again", "trouble", now)
	case err == nil && before != "":
		p.o.Log.InfoContext(ctx, "the mailbox can be read again", slog.Int("pending", sum.Pending))
	}
}

// cursorName is the name of the mailbox's cursor in the box.
func (p *Poller) cursorName() string { return "mail:" + p.o.Mailbox }

// account tells the mailbox from those of other accounts, whose UIDs may be
// the same. The port is left out: it may change with the kind of TLS.
func (p *Poller) account() string {
	host, _, _ := net.SplitHostPort(p.o.Address) // checked by complete
	return fingerprint(strings.ToLower(host), p.o.Username, p.o.Mailbox)
}

// folders tells whether messages that stay in the mailbox could go now: they
// are looked at again when a folder is named, or the server has learnt to move.
func (p *Poller) folders(s *session) string {
	return fingerprint(p.o.Accepted, p.o.Refused, p.o.Quarantine, strconv.FormatBool(s.removes()))
}

// fingerprint is short, and another one for other words.
func fingerprint(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// folder is the name of a folder on the server, or "" for none.
func (p *Poller) folder(f folder) string {
	return map[folder]string{accepted: p.o.Accepted, refused: p.o.Refused, quarantine: p.o.Quarantine}[f]
}
