package desk_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// counted is what a busy inspection might show.
func counted(m *intake.Mailbox) triage.Channels {
	return triage.Channels{Mailbox: m, Rows: []triage.ChannelCounts{
		{Channel: intake.Web, Live: true, Open: true, Accepted: 41, Refused: 7, RefusedBy: map[intake.Reason]int64{intake.OutsideHours: 4, intake.ClosedDay: 3}},
		{Channel: intake.Mail, Live: true, Accepted: 29, Refused: 2, Quarantined: map[intake.Quarantine]int64{intake.TooLarge: 5, intake.Unfit: 1}},
		{Channel: intake.Letter, Accepted: 13},
	}}
}

// showing makes a desk whose counts are these.
func showing(t *testing.T, b *box, list triage.Channels, err error) *desk.Site {
	return b.site(t, func(o *desk.Options) {
		o.Channels = func(context.Context) (triage.Channels, error) { return list, err }
	})
}

// TestChannels: everybody who is signed in sees every count, and what a
// quarantine means; nobody else does.
func TestChannels(t *testing.T) {
	b := newBox(t)
	b.hire(t, "custodian", triage.Custodian)
	s := showing(t, b, counted(nil), nil)
	size, err := b.Size(t.Context())
	check(t, err)
	for _, l := range ui.Languages() {
		for name, passphrase := range map[string]string{leader: phrase, "custodian": other} {
			u := newBrowser(t, s, l)
			front := u.signIn(name, passphrase)
			if !strings.Contains(front.text, `href="`+u.base+`channels"`) {
				t.Error("no link leads to the channels")
			}
			page := u.get(u.base+"channels").wants(t, http.StatusOK, "41", "29", "13", says(l, "channel.letter"), says(l, "reason.outside-hours")+" · 4", says(l, "reason.closed-day")+" · 3",
				says(l, "quarantine.too-large")+" · 5", says(l, "quarantine.unfit")+" · 1", says(l, "quarantine.too-large-text"), says(l, "quarantine.unfit-text"),
				says(l, "channels.aside-do"), says(l, "channels.no-mailbox"), says(l, "channels.open"), says(l, "channels.closed"))
			for _, id := range []string{"quarantine.unreadable", "reason.after-period", "channels.aside-none"} {
				if strings.Contains(words(page.text), says(l, id)) {
					t.Errorf("the page says %s of nothing", id)
				}
			}
			stranger := newBrowser(t, s, l)
			if got := stranger.follow(stranger.get(u.base + "channels")); strings.Contains(words(got.text), says(l, "channels.text")) {
				t.Error("the counts without a session")
			}
		}
	}
	if now, err := b.Size(t.Context()); err != nil || now != size {
		t.Errorf("looking at the counts made %d entries, %v", now-size, err)
	}
}

// TestMailboxShown: what the poller says stands there in words, at times of the
// inspection's zone.
func TestMailboxShown(t *testing.T) {
	b := newBox(t)
	at := time.Date(2026, 9, 11, 2, 0, 5, 0, time.UTC)
	for name, tt := range map[string]struct {
		mailbox  intake.Mailbox
		says, no []string
		exact    []string
	}{
		"good":          {intake.Mailbox{Connected: true, LastPass: &at, Lag: 9, Kept: 17}, []string{"mailbox.connected", "mailbox.kept"}, []string{"mailbox.no-expunge", "mailbox.apart", "mailbox.fixed", "mailbox.no-folder", "channels.tell"}, []string{"2026-09-11 10:00:05", "17"}},
		"new":           {intake.Mailbox{Lag: -1, Trouble: intake.WrongLogin}, []string{"mailbox.apart", "mailbox.never", "trouble.login", "trouble.login-do", "channels.tell"}, []string{"mailbox.connected"}, nil},
		"two":           {intake.Mailbox{Connected: true, LastPass: &at, Trouble: intake.TwoPollers}, []string{"trouble.other"}, []string{"mailbox.never"}, nil},
		"left":          {intake.Mailbox{Connected: true, LastPass: &at, Left: 23}, []string{"mailbox.no-folder"}, []string{"mailbox.fixed"}, []string{"23"}},
		"for good":      {intake.Mailbox{Connected: true, LastPass: &at, NoExpunge: true}, []string{"mailbox.no-expunge"}, []string{"mailbox.kept", "mailbox.fixed"}, nil},
		"good and held": {intake.Mailbox{Connected: true, LastPass: &at, Left: 3, Fixed: true, NoExpunge: true}, []string{"mailbox.fixed"}, []string{"mailbox.no-expunge"}, nil},
		"held":          {intake.Mailbox{Connected: true, LastPass: &at, Left: 23, Fixed: true}, []string{"mailbox.fixed"}, []string{"mailbox.no-folder"}, []string{"23"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, l := range ui.Languages() {
				u := newBrowser(t, showing(t, b, counted(&tt.mailbox), nil), l)
				u.signIn(leader, phrase)
				page := u.get(u.base+"channels").wants(t, http.StatusOK, tt.exact...)
				for _, id := range tt.says {
					page.wants(t, http.StatusOK, says(l, id))
				}
				for _, id := range tt.no {
					if strings.Contains(words(page.text), says(l, id)) {
						t.Errorf("the page says %s", id)
					}
				}
			}
		})
	}
}

// TestTroublesShown: each trouble, and each reason for quarantine, has words that
// say what to do.
func TestTroublesShown(t *testing.T) {
	b := newBox(t)
	list := counted(&intake.Mailbox{})
	list.Rows[1].Quarantined = map[intake.Quarantine]int64{}
	for _, q := range intake.Quarantines() {
		list.Rows[1].Quarantined[q] = 1
	}
	s := b.site(t, func(o *desk.Options) {
		o.Channels = func(context.Context) (triage.Channels, error) { return list, nil }
	})
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		u.signIn(leader, phrase)
		for _, trouble := range intake.Troubles() {
			list.Mailbox.Trouble = trouble
			page := u.get(u.base+"channels").wants(t, http.StatusOK, says(l, "trouble."+string(trouble)), says(l, "trouble."+string(trouble)+"-do"))
			for _, q := range intake.Quarantines() {
				page.wants(t, http.StatusOK, says(l, "quarantine."+string(q)+"-text"))
			}
		}
	}
}

// TestChannelsGone: a box that does not answer has its usual page.
func TestChannelsGone(t *testing.T) {
	b := newBox(t)
	u := newBrowser(t, showing(t, b, triage.Channels{}, errors.Join(intake.ErrStopped, errors.New("/at/some/path"))), ui.English)
	u.signIn(leader, phrase)
	page := u.get(u.base+"channels").wants(t, http.StatusServiceUnavailable, says(ui.English, "desk.stopped"))
	if strings.Contains(page.text, "/at/some/path") {
		t.Error("the page says what the error says")
	}
}
