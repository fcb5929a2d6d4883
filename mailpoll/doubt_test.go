package mailpoll_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

const (
	badDate = "8-Sep-2026 01:59:43"
	badText = "坏"
)

// TestDoubts: a message at which the connection always breaks keeps no other
// waiting for more than a pass; it is asked for last, and alone, and after three
// times it is set aside, and counted once.
func TestDoubts(t *testing.T) {
	for name, at := range map[string]string{"INTERNALDATE": badDate, "body": badText} {
		for silent, trouble := range map[bool]intake.Trouble{false: intake.ServerBroke, true: intake.ServerSilent} {
			t.Run(fmt.Sprintf("%s, silent %t", name, silent), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, b := newStumble(t, at, silent), storetest.New(t)
					for n, want := range []int{0, 9, 10} {
						p := s.poller(t, b)
						got, err := p.Pass(t.Context())
						if err == nil {
							t.Fatalf("pass %d ends well", n+1)
						}
						same(t, "trouble", trouble, p.Status().Trouble)
						same(t, "set aside too early", 0, got.Quarantined)
						if n == 0 {
							continue // it does not know yet which one it is
						}
						same(t, fmt.Sprintf("reports after pass %d", n+1), want, len(taken(t, b)))
						alone := false
						for _, set := range s.asked {
							if alone = alone || set == "4"; alone && set != "4" || !alone && asks(set, 4) {
								t.Errorf("pass %d asks for %q", n+1, s.asked)
							}
						}
						if !alone {
							t.Errorf("pass %d does not ask for it: %q", n+1, s.asked)
						}
						if n == 1 {
							if err := s.Append("INBOX", inHours, letter("新")); err != nil {
								t.Fatal(err)
							}
						}
					}
					got, err := s.poller(t, b).Pass(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					same(t, "why", map[intake.Quarantine]int{intake.Unreadable: 1}, got.Quarantine)
					same(t, "last pass", sum(mailpoll.Summary{Quarantined: 1}), counts(got))
					same(t, "in the box", map[intake.Quarantine]int64{intake.Unreadable: 1}, status(t, b).Quarantined[intake.Mail])
					same(t, "in quarantine", 1, s.Messages("Set Aside"))
					same(t, "accepted", 10, s.Messages("已收"))
					same(t, "INBOX", 0, s.Messages("INBOX"))
					same(t, "another pass", sum(mailpoll.Summary{}), pass(t, s.poller(t, b)))
					same(t, "doubts", false, doubts(t, b))
				})
			})
		}
	}
}

// asks reports whether a set of UIDs has one.
func asks(set string, uid int) bool {
	for _, r := range strings.Split(set, ",") {
		var from, to int
		if n, _ := fmt.Sscanf(r, "%d:%d", &from, &to); n == 1 {
			to = from
		}
		if from <= uid && uid <= to {
			return true
		}
	}
	return false
}

// doubts reports whether any message is in doubt.
func doubts(t *testing.T, b *storetest.Box) bool {
	t.Helper()
	value, err := b.Cursor(t.Context(), "mail:INBOX")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(value, []byte("doubts"))
}

// TestDoubtResolved: a message at which the network failed is asked for again,
// and is no other than the rest once it comes; one that is gone is struck off.
func TestDoubtResolved(t *testing.T) {
	for _, gone := range []bool{false, true} {
		for _, failures := range []int{1, 2} {
			t.Run(fmt.Sprintf("gone %t, %d failures", gone, failures), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, b := newStumble(t, badText, false), storetest.New(t)
					for range failures {
						if _, err := s.poller(t, b).Pass(t.Context()); err == nil {
							t.Fatal("the pass ends well")
						}
					}
					same(t, "doubts", true, doubts(t, b))
					s.at = ""
					want := 10
					if gone {
						want = 9
						s.look(t, func(c *imapclient.Client) {
							if err := c.Create("Elsewhere", nil).Wait(); err != nil {
								t.Fatal(err)
							}
							if _, err := c.Select("INBOX", nil).Wait(); err != nil {
								t.Fatal(err)
							}
							found, err := c.UIDSearch(&imap.SearchCriteria{Text: []string{"坏"}}, nil).Wait()
							if err != nil {
								t.Fatal(err)
							}
							if _, err := c.Move(imap.UIDSetNum(found.AllUIDs()...), "Elsewhere").Wait(); err != nil {
								t.Fatal(err)
							}
						})
					}
					pass(t, s.poller(t, b))
					same(t, "doubts", false, doubts(t, b))
					got := taken(t, b)
					same(t, "reports", want, len(got))
					same(t, "the bad one is the last", !gone, got[len(got)-1] == "坏")
					same(t, "set aside", 0, len(status(t, b).Quarantined[intake.Mail]))
					same(t, "INBOX", 0, s.Messages("INBOX"))
				})
			})
		}
	}
}

// TestFlakyNetwork: a connection that breaks in every pass, each time at
// another message, sets none aside, and all get in.
func TestFlakyNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := newStumble(t, "", false), storetest.New(t)
		passes := 0
		for i := 0; ; i++ {
			s.at = ""
			if i < 10 && i != 3 {
				s.at = fmt.Sprintf("第%d封", i)
			}
			p := s.poller(t, b)
			if _, err := p.Pass(t.Context()); err == nil && i >= 10 {
				break
			}
			if passes++; passes > 15 {
				t.Fatal("it never ends")
			}
		}
		same(t, "reports", 10, len(taken(t, b)))
		same(t, "set aside", 0, len(status(t, b).Quarantined[intake.Mail]))
		same(t, "doubts", false, doubts(t, b))
		same(t, "accepted", 10, s.Messages("已收"))
	})
}
