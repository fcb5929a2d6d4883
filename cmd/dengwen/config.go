package main

import (
	"dengwen/intake"
)

// Config is the configuration of one inspection: a TOML file. Only inspection,
// hours (which may be empty), box.dir and keys are required. A key that is not
// here is an error. Paths are relative to the configuration file. Secrets are
// never in it: they come from files or from the environment.
type Config struct {
	Inspection Inspection `toml:"inspection"`
	Hours      *Hours     `toml:"hours"`
	Box        Box        `toml:"box"`
	Keys       Keys       `toml:"keys"`
	Public     *Public    `toml:"public"`
	Desk       *Desk      `toml:"desk"`
	Metrics    *Metrics   `toml:"metrics"`
	Mail       *Mail      `toml:"mail"`
	Hotline    Hotline    `toml:"hotline"`
	Demo       *Demo      `toml:"demo"`
}

// Inspection is what the announcement says. Name, timezone, first and last are
// required. All but the period and the zone are fixed when the box is made.
type Inspection struct {
	Name    string   `toml:"name"`    // of the inspection
	Team    string   `toml:"team"`    // of the team
	Units   []string `toml:"units"`   // the inspected units, as reporters choose from them
	Place   string   `toml:"place"`   // where the team stays
	Phone   string   `toml:"phone"`   // the duty phone
	Mailbox string   `toml:"mailbox"` // the published address

	Timezone string `toml:"timezone"` // IANA name, such as Asia/Shanghai
	First    string `toml:"first"`    // first day of the period, 2026-09-07
	Last     string `toml:"last"`     // last day, which is in
	// Cutoff is an instant, 2026-10-30T12:00:00+08:00, from which on nothing
	// is taken whatever the windows say.
	Cutoff string `toml:"cutoff"`
}

// Hours says when the channels are open inside the period. Without windows it
// is 08:30-18:00, without weekdays every day.
type Hours struct {
	Opening
	// What differs for one channel; a section replaces only the keys it has.
	Web     *Opening `toml:"web"`
	Mail    *Opening `toml:"mail"`
	Hotline *Opening `toml:"hotline"`
}

// Opening is the hours of all channels, or what differs for one.
type Opening struct {
	Windows  []string `toml:"windows"`  // "08:30-18:00"; the first minute is in, the last is out
	Weekdays []string `toml:"weekdays"` // mon tue wed thu fri sat sun
	Open     []string `toml:"open"`     // dates that are open whatever the weekday
	Closed   []string `toml:"closed"`   // dates that are closed whatever the weekday
}

// Box is where the box is.
type Box struct {
	Dir string `toml:"dir"` // made by init; its parent directories too
}

// Keys are the recipients whose private halves are not on this machine: age1pq1…
// each, or the path of a file that holds one.
type Keys struct {
	Archive string `toml:"archive"` // opens everything; the recovery of last resort
	Office  string `toml:"office"`  // of the office that sent the team; opens reports about the team
}

// Public is the public site.
type Public struct {
	Listen string `toml:"listen"` // host:port
	// Address is where reporters find the site, https://report.example.cn/: the
	// notice shows it, and prints it as a QR code. By default it is the first of
	// ACMEDomains.
	Address string `toml:"address"`
	TLSCert string `toml:"tls_cert"` // PEM file
	TLSKey  string `toml:"tls_key"`  // PEM file
	// ACMEDomains are the names of the site, for each of which an authority
	// gives a certificate and renews it; then there is no TLSCert. To name them
	// is to agree to the authority's terms. It looks at port 443 of each name:
	// whatever Listen says, that port must lead here. Account and certificates
	// are kept in the directory acme beside this file.
	ACMEDomains []string `toml:"acme_domains"`
	// ACMEDirectory is the https:// address of the directory of another
	// authority than Let's Encrypt.
	ACMEDirectory string `toml:"acme_directory"`
	Insecure      bool   `toml:"insecure"` // plain HTTP although listen is not a loopback address
	// Onion is the address of the onion service (version 3) that leads here. Tor
	// Browser, when it comes by TLS, is told of it.
	Onion    string `toml:"onion"`
	MaxFile  int64  `toml:"max_file"`  // bytes of one attachment; default 50 MiB
	MaxFiles int    `toml:"max_files"` // attachments of one report; default 10
	// Rate is how many forms one client may send in a minute; default 60, and 0
	// is no limit. Clients that come by a loopback address have none: behind a
	// proxy or Tor all are one.
	Rate *float64 `toml:"rate"`
}

// Desk is the staff's site.
type Desk struct {
	Listen   string `toml:"listen"` // host:port
	TLSCert  string `toml:"tls_cert"`
	TLSKey   string `toml:"tls_key"`
	Insecure bool   `toml:"insecure"` // plain HTTP although listen is not a loopback address
}

// Metrics is where counts are served for monitoring.
type Metrics struct {
	Listen string `toml:"listen"` // host:port, loopback only
}

// Mail is the published mailbox, read over IMAP.
type Mail struct {
	Address      string `toml:"address"`       // host:port of the server
	TLS          string `toml:"tls"`           // implicit, starttls, or none for a loopback address
	CAFile       string `toml:"ca_file"`       // PEM file of who signed the server's certificate, if not a public authority
	Username     string `toml:"username"`      //
	PasswordFile string `toml:"password_file"` // its first line is the password
	Mailbox      string `toml:"mailbox"`       // the folder that is read; default INBOX
	Accepted     string `toml:"accepted"`      // the folder that accepted mails are moved to
	Refused      string `toml:"refused"`       // the folder that refused mails are moved to
	Quarantine   string `toml:"quarantine"`    // the folder for what the poller cannot handle
	// KeepDays is how many days an accepted mail waits in its folder before it is
	// expunged, so that a backup of the box can catch up; default 7, and 0 is until
	// the next pass. Refused and quarantined mails are never expunged.
	KeepDays *uint16  `toml:"keep_days"`
	Poll     Duration `toml:"poll"` // time between two passes; default 1m
}

// Hotline is how duty ledgers and call records are read.
type Hotline struct {
	// Timezone is that of the times in ledgers, by default the inspection's, and
	// in call records, for which there is no default: many exchanges write UTC.
	// CallTimezone is that of call records alone, where it is another.
	Timezone     string `toml:"timezone"`
	CallTimezone string `toml:"call_timezone"`
	// Columns names the column of a field whose head is not understood:
	// time = "登记时间". The fields are those of import --map. A ledger without
	// such a column is read by the heads that it has.
	Columns map[string]string `toml:"columns"`
}

// Demo makes the box a demo box: its log says so for ever, and serve refuses
// it. The demo command writes this section; no inspection has it.
type Demo struct {
	// Clock is by how much the box's clock is ahead of the machine's, 36h or
	// -1h30m.
	Clock Duration `toml:"clock"`
}

// rules is the schedule as the configuration has it.
func (c *Config) rules() intake.Rules {
	r := intake.Rules{Timezone: c.Inspection.Timezone, First: c.Inspection.First, Last: c.Inspection.Last, Cutoff: c.Inspection.Cutoff, Hours: c.Hours.rules()}
	for _, o := range []struct {
		channel intake.Channel
		hours   *Opening
	}{{intake.Web, c.Hours.Web}, {intake.Mail, c.Hours.Mail}, {intake.Hotline, c.Hours.Hotline}} {
		if o.hours != nil {
			r.Channels = append(r.Channels, intake.ChannelHours{Channel: o.channel, Hours: o.hours.rules()})
		}
	}
	return r
}

func (o *Opening) rules() intake.Hours {
	return intake.Hours{Windows: o.Windows, Weekdays: o.Weekdays, Open: o.Open, Closed: o.Closed}
}
