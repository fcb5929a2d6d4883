package memserver_test

import (
	"net"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"dengwen/mailpoll/memserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves a mailbox on this machine for the length of a test.
func start(t *testing.T) (*memserver.Server, string) {
	t.Helper()
	s := memserver.New("demo", "secret")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s, l.Addr().String()
}

func login(t *testing.T, address string) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login("demo", "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// What is appended is there, byte for byte and with its date, and MOVE takes
// it to another mailbox.
func TestMailbox(t *testing.T) {
	s, address := start(t)
	at := time.Date(2026, 9, 8, 10, 30, 0, 0, time.FixedZone("", 8*3600))
	raw := []byte("Subject: x\r\n\r\n正文\r\n")
	for _, name := range []string{"inbox", "INBOX", "已收"} {
		if err := s.Append(name, at, raw); err != nil {
			t.Fatal(err)
		}
	}
	c := login(t, address)
	caps, err := c.Capability().Wait()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []imap.Cap{imap.CapIMAP4rev1, imap.CapMove, imap.CapUIDPlus, imap.CapIdle} {
		if !caps.Has(want) {
			t.Errorf("%s is not offered", want)
		}
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	section := &imap.FetchItemBodySection{Peek: true}
	got, err := c.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{InternalDate: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	if diff := cmp.Diff(string(raw), string(got[0].FindBodySection(section))); diff != "" || !got[0].InternalDate.Equal(at) {
		t.Errorf("%s at %s", diff, got[0].InternalDate)
	}
	if _, err := c.Move(imap.UIDSetNum(1), "已收").Wait(); err != nil {
		t.Fatal(err)
	}
	counts := []int{s.Messages("Inbox"), s.Messages("已收"), s.Messages("nowhere")}
	if !slices.Equal(counts, []int{1, 2, 0}) {
		t.Errorf("the mailboxes hold %d", counts)
	}
}

func TestWrongPassword(t *testing.T) {
	_, address := start(t)
	c, err := imapclient.DialInsecure(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, wrong := range [][2]string{{"demo", "Secret"}, {"demo", ""}, {"other", "secret"}} {
		if err := c.Login(wrong[0], wrong[1]).Wait(); err == nil {
			t.Errorf("%q gets in", wrong)
		}
	}
}

// Close ends connections in any state, also one that idles, and waits until
// nobody is served any more; goleak sees to that.
func TestClose(t *testing.T) {
	s, address := start(t)
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	c := login(t, address)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	idle, err := c.Idle()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	<-c.Closed()
	_ = idle.Close() // the connection is gone, as it should be
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(l); err == nil {
		t.Error("a server that is closed serves")
	}
	if _, err := l.Accept(); err == nil {
		t.Error("its listener is open")
	}
}
