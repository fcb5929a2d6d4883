package mailpoll_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/mailpoll/memserver"
	"dengwen/store/storetest"
)

// pipes is a listener without a network, for time that a test makes.
type pipes struct {
	calls chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{calls: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.calls <- far:
		return near, nil
	case <-p.done:
		return nil, errors.Join(net.ErrClosed, near.Close(), far.Close())
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), near.Close(), far.Close())
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// running runs a poller until the test is over.
func running(t *testing.T, p *mailpoll.Poller) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// await returns once a poller that runs has made a good pass.
func await(t *testing.T, p *mailpoll.Poller) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for p.Status().LastPass.IsZero() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("no good pass: %+v", p.Status())
		}
	}
}

// TestRunIdles: mail that comes while the poller waits is taken long before
// the next pass is due.
func TestRunIdles(t *testing.T) {
	implicit, _ := dovecot(t)
	for name, h := range map[string]host{"Dovecot": implicit, "memory": memory(t)} {
		t.Run(name, func(t *testing.T) {
			came := make(chan bool, 9)
			b := &watched{Box: storetest.New(t), step: func(what string) error {
				if what == "after SubmitGroup" {
					came <- true
				}
				return nil
			}}
			o := h.options()
			o.Every = time.Hour
			p := newPoller(t, b, o)
			stop := running(t, p)
			defer stop()
			await(t, p)
			for _, text := range []string{"一", "二"} {
				h.put(t, "INBOX", inHours, letter(text))
				<-came
			}
			if st := p.Status(); !st.Connected || st.Trouble != "" {
				t.Errorf("%+v", st)
			}
			stop()
			same(t, "box", []string{"一", "二"}, taken(t, b.Box))
			if p.Status().Connected {
				t.Error("it says that it is connected")
			}
		})
	}
}

// TestRunPeriodically: a message whose time comes is taken by the next pass,
// for no server tells of it.
func TestRunPeriodically(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l, b := memserver.New(username, password), newPipes(), storetest.New(t)
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(l) }()
		if err := s.Append("INBOX", later, letter("将来")); err != nil {
			t.Fatal(err)
		}
		p := newPoller(t, b, host{"127.0.0.1:143", mailpoll.NoTLS, nil, password}.options())
		p.SetDial(l.Dial)
		stop := running(t, p)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		same(t, "totals", sum(mailpoll.Summary{Future: 1}), counts(p.Status().Totals))
		b.Clock.Set(later)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "totals", sum(mailpoll.Summary{Accepted: 1}), counts(p.Status().Totals))
		if s.Messages("INBOX") != 0 || s.Messages("已收") != 1 {
			t.Errorf("%d in the mailbox, %d in the folder", s.Messages("INBOX"), s.Messages("已收"))
		}
		stop()
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
}

// TestRunReconnects: the pauses between attempts grow to five minutes, are not
// all the same, and start anew after a good pass.
func TestRunReconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l, b := memserver.New(username, password), newPipes(), storetest.New(t)
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(l) }()
		p := newPoller(t, b, host{"127.0.0.1:143", mailpoll.NoTLS, nil, password}.options())
		var mu sync.Mutex
		var attempts []time.Time
		up, conn := false, net.Conn(nil)
		p.SetDial(func(ctx context.Context) (c net.Conn, err error) {
			mu.Lock()
			defer mu.Unlock()
			attempts = append(attempts, time.Now())
			if !up {
				return nil, errors.New("canary: the network is down")
			}
			conn, err = l.Dial(ctx)
			return conn, err
		})
		stop := running(t, p)
		synctest.Wait()
		same(t, "class, at once", "connect", string(p.Status().Trouble))
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		mu.Lock()
		var pauses []time.Duration
		for i := range attempts[1:] {
			pauses = append(pauses, attempts[i+1].Sub(attempts[i]))
		}
		up = true
		mu.Unlock()
		same(t, "class", "connect", string(p.Status().Trouble))
		if pauses[0] < time.Second || pauses[0] > 2*time.Second || slices.Max(pauses) > 5*time.Minute || slices.Min(pauses[len(pauses)-10:]) < 2*time.Minute {
			t.Errorf("pauses %s", pauses)
		}
		slices.Sort(pauses)
		if n := len(pauses); len(slices.Compact(pauses)) < n/2 {
			t.Errorf("the pauses do not differ: %s", pauses)
		}

		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if st := p.Status(); !st.Connected || st.Trouble != "" {
			t.Errorf("%+v", st)
		}
		mu.Lock()
		n, cut := len(attempts), time.Now()
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		mu.Unlock()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		mu.Lock()
		if len(attempts) != n+1 {
			t.Errorf("%d attempts in %s after a good session broke", len(attempts)-n, time.Since(cut))
		}
		mu.Unlock()
		stop()
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
}
