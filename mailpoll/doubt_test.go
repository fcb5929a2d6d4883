package mailpoll_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
// waiting for more than a few passes; then it is asked for last, and alone, and
// when that was so on three days it is set aside, and counted once.
func TestDoubts(t *testing.T) {
	const found = 3 // passes after which it is known which one it is
	for name, at := range map[string]string{"INTERNALDATE": badDate, "body": badText} {
		for silent, trouble := range map[bool]intake.Trouble{false: intake.ServerBroke, true: intake.ServerSilent} {
			t.Run(fmt.Sprintf("%s, silent %t", name, silent), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, b := newStumble(t, at, silent), storetest.New(t)
					passes := 0
					for day := range 3 {
						if day > 0 { // others come, so it is not the server
							if err := s.Append("INBOX", inHours, letter(fmt.Sprint("第", day))); err != nil {
								t.Fatal(err)
							}
						}
						for range []int{6, 4, 1}[day] {
							got, err := s.poller(t, b).Pass(t.Context())
							if err == nil {
								t.Fatalf("day %d, pass %d ends well", day, passes)
							}
							same(t, "trouble", trouble, mailpoll.Trouble(err))
							same(t, "set aside too early", 0, got.Quarantined)
							if passes++; passes == found {
								if err := s.Append("INBOX", inHours, letter("新")); err != nil {
									t.Fatal(err)
								}
							}
							if passes > found {
								same(t, fmt.Sprintf("reports after pass %d", passes), 10+day, len(taken(t, b)))
								s.alone(t)
							}
							b.Clock.Add(time.Minute)
						}
						b.Clock.Set(storetest.Start.AddDate(0, 0, day+1))
					}
					got, err := s.poller(t, b).Pass(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					same(t, "why", map[intake.Quarantine]int{intake.Unreadable: 1}, got.Quarantine)
					same(t, "last pass", sum(mailpoll.Summary{Quarantined: 1}), counts(got))
					same(t, "in the box", map[intake.Quarantine]int64{intake.Unreadable: 1}, status(t, b).Quarantined[intake.Mail])
					same(t, "in quarantine", 1, s.Messages("Set Aside"))
					same(t, "accepted", 12, s.Messages("已收"))
					same(t, "INBOX", 0, s.Messages("INBOX"))
					same(t, "another pass", sum(mailpoll.Summary{}), pass(t, s.poller(t, b)))
					same(t, "doubts", 0, doubts(t, b))
				})
			})
		}
	}
}

// alone looks whether the bad message was asked for, alone, after all others.
func (s *stumble) alone(t *testing.T) {
	t.Helper()
	alone := false
	for _, set := range s.asked {
		if alone = alone || set == "4"; alone && set != "4" || !alone && asks(set, 4) {
			t.Errorf("it asks for %q", s.asked)
		}
	}
	if !alone {
		t.Errorf("it does not ask for it: %q", s.asked)
	}
}

// TestDoubtPause: a poller that goes on running asks for a message in doubt once
// an hour, and the passes in between are good ones.
func TestDoubtPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := newStumble(t, badText, false), storetest.New(t)
		p := s.poller(t, b)
		var broken []int // the minutes
		for minute := range 6 * 60 {
			got, err := p.Pass(t.Context())
			switch {
			case err != nil:
				broken = append(broken, minute)
			case got.Unread != 1:
				t.Fatalf("minute %d: %+v", minute, got)
			}
			b.Clock.Add(time.Minute)
		}
		same(t, "passes that broke, by the minute", []int{0, 1, 2, 62, 122, 182, 242, 302}, broken)
		same(t, "reports", 9, len(taken(t, b)))
		s.at = ""
		b.Clock.Add(time.Hour)
		same(t, "then", sum(mailpoll.Summary{Accepted: 1}), pass(t, p))
	})
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

// doubts is how many messages are in doubt.
func doubts(t *testing.T, b *storetest.Box) int {
	t.Helper()
	return doubtsIn(t, b, "INBOX")
}

func doubtsIn(t *testing.T, b *storetest.Box, mailbox string) int {
	t.Helper()
	value, err := b.Cursor(t.Context(), "mail:"+mailbox)
	if err != nil {
		t.Fatal(err)
	}
	var place struct{ Doubts [][]uint32 }
	if err := json.Unmarshal(value, &place); err != nil && len(value) > 0 {
		t.Fatal(err)
	}
	return len(place.Doubts)
}

// TestDoubtResolved: a message at which the network failed is asked for again,
// and is no other than the rest once it comes; one that is gone is struck off.
func TestDoubtResolved(t *testing.T) {
	for _, gone := range []bool{false, true} {
		for _, failures := range []int{2, 3} { // one pass alone does not tell which message it is
			t.Run(fmt.Sprintf("gone %t, %d failures", gone, failures), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, b := newStumble(t, badText, false), storetest.New(t)
					for range failures {
						if _, err := s.poller(t, b).Pass(t.Context()); err == nil {
							t.Fatal("the pass ends well")
						}
					}
					same(t, "doubts", 1, doubts(t, b))
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
					same(t, "doubts", 0, doubts(t, b))
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
		same(t, "doubts", 0, doubts(t, b))
		same(t, "accepted", 10, s.Messages("已收"))
	})
}
