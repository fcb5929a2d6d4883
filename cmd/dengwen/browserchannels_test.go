package main

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store"
	"dengwen/store/reader"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// hardCounts have something of everything, for there is no mailbox to which all
// of it happens.
func hardCounts() triage.Channels {
	at := clockAt(testNow)()
	list := triage.Channels{Mailbox: &intake.Mailbox{LastPass: &at, Lag: 86_400, Trouble: intake.WrongLogin, Pending: 12, Left: 40_000, Fixed: true, Future: 3, Unread: 1, Kept: 1234}}
	for i, c := range intake.Channels() {
		row := triage.ChannelCounts{Channel: c, Live: i < 3, Open: i < 2, Accepted: 41_000, Refused: 5_000, RefusedBy: map[intake.Reason]int64{}}
		for _, why := range intake.Reasons()[1:] {
			row.RefusedBy[why] = 1_000
		}
		if c == intake.Mail {
			row.Quarantined = map[intake.Quarantine]int64{}
			for _, why := range intake.Quarantines() {
				row.Quarantined[why] = 300
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// TestBrowserChannels looks at the desk's page of the channels when there is
// much to say.
func TestBrowserChannels(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	_, dir := inspection(t)
	box, err := store.Open(filepath.Join(dir, "box"), store.Options{Now: clockAt(testNow)})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	phrase, err := readPassphrase(filepath.Join(dir, "passphrase.txt"))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := loadZone("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	site, err := desk.New(desk.Options{
		Unlock: func(ctx context.Context, name, passphrase string) (desk.Account, error) {
			return reader.Unlock(ctx, box, name, passphrase)
		},
		Channels: func(context.Context) (triage.Channels, error) { return hardCounts(), nil },
		Listen:   server.Listener.Addr().String(), Inspection: "示例市第一轮巡察", Timezone: zone, Now: clockAt(testNow), Idle: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	server.Config.Handler = site
	server.Start()
	defer server.Close()
	for _, w := range []ui.Words{chinese, english} {
		t.Run(w.Language(), func(t *testing.T) {
			b := newTab(t, ctx, server.URL, w)
			signIn(b, phrase)
			b.follow(w.Text("channels.title"))
			b.shows(w.Text("trouble.login"), w.Text("mailbox.fixed"), w.Text("quarantine.unreadable-text"))
			look(b, "desk", "channels-trouble")
		})
	}
}
