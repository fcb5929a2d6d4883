package main

import (
	"context"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/mailpoll"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/socket"
)

// A servedBox is the box as serve shows it to other processes: its status also
// says how the mailbox is doing, which the box itself does not know, and it reads
// files of the hotline (upload.go).
type servedBox struct {
	*store.Box
	poller   *mailpoll.Poller // nil without a mailbox
	settings *settings
	uploads  chan struct{} // holds one token, of the file that is being read
}

func newServedBox(b *store.Box, poller *mailpoll.Poller, s *settings) servedBox {
	return servedBox{b, poller, s, make(chan struct{}, 1)}
}

var _ socket.Importer = servedBox{}

// Status is that of the box, with the mailbox.
func (b servedBox) Status(ctx context.Context) (entry.Status, error) {
	st, err := b.Box.Status(ctx)
	if err == nil && b.poller != nil {
		m := b.poller.Mailbox()
		st.Mailbox = &m
	}
	return st, err
}

// channelsOf is what a status says of the channels, with times in a zone.
func channelsOf(st entry.Status, zone *time.Location) triage.Channels {
	list := triage.Channels{Mailbox: st.Mailbox}
	if m := st.Mailbox; m != nil && m.LastPass != nil {
		m.LastPass = new(m.LastPass.In(zone))
	}
	for _, c := range intake.Channels() {
		open, live := st.Open[c]
		row := triage.ChannelCounts{Channel: c, Live: live, Open: open, Accepted: st.Accepted[c], Refused: st.Refused[c],
			RefusedBy: st.RefusedBy[c], Quarantined: st.Quarantined[c]}
		if live || row.Accepted > 0 || row.Refused > 0 || row.Aside() > 0 {
			list.Rows = append(list.Rows, row)
		}
	}
	return list
}
