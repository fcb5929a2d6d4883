package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/mailpoll"
	"dengwen/store/entry"
	"dengwen/web/ui"
)

// speaker is a program that says everything into a buffer.
func speaker(w ui.Words) (*app, *bytes.Buffer) {
	var out bytes.Buffer
	return &app{console: console{out: &out}, words: w}, &out
}

// TestTroublesHaveWords: in both languages each trouble says what is wrong and
// what to do, each reason for quarantine what it is, and no two say the same.
func TestTroublesHaveWords(t *testing.T) {
	for _, w := range []ui.Words{english, chinese} {
		said := map[string]string{}
		say := func(id string) string {
			text := w.Text(id)
			if !w.Has(id) || said[text] != "" {
				t.Errorf("%s in %s: %q, as %q", id, w.Language(), text, said[text])
			}
			said[text] = id
			return text
		}
		stop := map[string]string{ui.English: ".", ui.Chinese: "。"}[w.Language()]
		for _, trouble := range intake.Troubles() {
			for _, id := range []string{"trouble." + string(trouble), "trouble." + string(trouble) + "-do"} {
				if text := say(id); !strings.HasSuffix(text, stop) {
					t.Errorf("%s in %s is no sentence: %q", id, w.Language(), text)
				}
			}
		}
		for _, q := range intake.Quarantines() {
			say("quarantine." + string(q))
			say("quarantine." + string(q) + "-text")
		}
	}
}

// TestStatusText: what status says of a box and its mailbox.
func TestStatusText(t *testing.T) {
	at := time.Date(2026, 9, 11, 2, 0, 5, 0, time.UTC)
	st := entry.NewStatus()
	st.Entries, st.Accepted[intake.Mail], st.Refused[intake.Mail], st.Open[intake.Mail], st.Accepted[intake.Letter] = 12, 3, 2, true, 1
	st.RefusedBy[intake.Mail] = map[intake.Reason]int64{intake.OutsideHours: 1, intake.BeforePeriod: 1}
	st.Quarantined[intake.Mail] = map[intake.Quarantine]int64{intake.Unreadable: 1, intake.TooLarge: 4}
	st.Mailbox = &intake.Mailbox{Connected: true, LastPass: &at, Lag: 9, Trouble: intake.QuotaFull, Pending: 1, Left: 2, Fixed: true, Future: 3, Unread: 4, Kept: 5}
	zone, err := loadZone("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	a, out := speaker(english)
	a.showStatus(st, channelsOf(st, zone), nil)
	a.showMailbox(*st.Mailbox)
	want := `12 entries in the log
         accepted  refused  quarantined  now
web      0         0        0            closed
mail     3         2        5            open
hotline  0         0        0            closed
letter   1         0        0
Refused, by reason:
mail  before the inspection period  1
mail  outside the announced hours   1
Quarantined, by reason:
mail  too large          4
mail  cannot be fetched  1
The mailbox: connected to the mail server.
The mailbox is full: what people send to it bounces meanwhile.
Have it enlarged, or delete from the folder for accepted mail what a backup of the box holds.
Last good pass: 2026-09-11 10:00:05 (Asia/Shanghai).
What had arrived 9 seconds ago is dealt with, but for what is counted below.
1  dealt with; that they are removed from the mailbox is not confirmed yet
2  dealt with; they stay in the mailbox
3  not looked at yet: by the mail server's clock their time has not come
4  not given by the mail server; asked for again in every pass
5  accepted; they wait in their folder for mail.keep_days, then they are deleted
` + english.Text("mailbox.fixed") + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	a, out = speaker(chinese)
	st.Mailbox.LastPass, st.Mailbox.Trouble, st.Mailbox.Connected, st.Mailbox.Fixed, st.Mailbox.NoExpunge = nil, intake.TwoPollers, false, false, true
	a.showStatus(st, channelsOf(st, zone), nil)
	a.showMailbox(*st.Mailbox)
	for _, id := range []string{"mailbox.apart", "mailbox.never", "trouble.other", "trouble.other-do", "mailbox.no-folder", "mailbox.no-expunge", "reason.outside-hours", "quarantine.unreadable"} {
		if !strings.Contains(out.String(), chinese.Text(id)) {
			t.Errorf("status does not say %s:\n%s", id, out)
		}
	}
	if strings.Contains(out.String(), chinese.Text("mailbox.kept")) {
		t.Error("status says that accepted mail waits to be deleted, which it never is")
	}
	if found := inEnglish.FindString(typed.ReplaceAllString(out.String(), "")); found != "" {
		t.Errorf("status says %q in Chinese", found)
	}
}

// TestChannelsOf: a channel is there if it is live or has anything to show.
func TestChannelsOf(t *testing.T) {
	st := entry.NewStatus()
	st.Quarantined[intake.Letter] = map[intake.Quarantine]int64{intake.Unfit: 1}
	st.Refused[intake.SMS] = 1
	var names []intake.Channel
	for _, row := range channelsOf(st, time.UTC).Rows {
		names = append(names, row.Channel)
	}
	if diff := cmp.Diff([]intake.Channel{intake.Web, intake.Mail, intake.Hotline, intake.Letter, intake.SMS}, names); diff != "" {
		t.Error(diff)
	}
}

// TestPassText: what poll says of a pass that met everything.
func TestPassText(t *testing.T) {
	sum := mailpoll.Summary{Read: 9, Accepted: 2, Refused: map[intake.Reason]int{intake.ClosedDay: 3}, Duplicate: 1, Future: 1, Quarantined: 2,
		Quarantine: map[intake.Quarantine]int{intake.DeepParts: 1, intake.TooLarge: 1}, Unread: 1, Expunged: 6, Pending: 3, Left: 1}
	a, out := speaker(english)
	a.showPass(sum)
	want := `9 messages read: 2 accepted, 3 refused, 1 duplicate, 1 to come, 2 quarantined
refused      on a closed day     3
quarantined  too large           1
quarantined  parts within parts  1
1 message was not given by the mail server; it stays where it is, and is asked for again.
6 accepted messages have waited for mail.keep_days and are deleted from their folder.
3 messages are taken and not yet removed from where they lay; the next pass goes on with them.
1 message that is dealt with stays in the mailbox.
` + english.Text("mailbox.no-folder") + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	a, out = speaker(chinese)
	sum.Fixed, sum.NoExpunge = true, true
	a.showPass(sum)
	if strings.Contains(out.String(), chinese.Text("mailbox.no-expunge")) {
		t.Error("poll says that mail lies in a folder, to which nothing is moved")
	}
	sum.Left = 0
	sum.Fixed = false
	a.showPass(sum)
	if !strings.HasSuffix(out.String(), chinese.Text("mailbox.no-expunge")+"\n") {
		t.Errorf("poll does not say that accepted mail stays:\n%s", out)
	}
	if found := inEnglish.FindString(typed.ReplaceAllString(out.String(), "")); found != "" || !strings.Contains(out.String(), chinese.Text("mailbox.fixed")) {
		t.Errorf("poll says %q in Chinese:\n%s", found, out)
	}
}

// Every heap has a figure.
func TestHeapsHaveFigures(t *testing.T) {
	for _, h := range triage.Heaps(intake.Mailbox{}) {
		if heapMetrics[h.Name] == nil {
			t.Errorf("there is no figure of what is %s", h.Name)
		}
	}
}
