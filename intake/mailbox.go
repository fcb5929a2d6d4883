package intake

import "time"

// A Mailbox is how the poller of the published mailbox is doing, for those who
// run the service. Its JSON is part of that of `dengwen status --json`.
type Mailbox struct {
	Connected bool       `json:"connected"` // to the mail server, at this moment
	LastPass  *time.Time `json:"last_pass"` // when the last good pass ended; nil before the first
	// Lag is in seconds: whatever arrived longer ago than this has been dealt
	// with. It is -1 before the first good pass.
	Lag int64 `json:"lag_seconds"`
	// Trouble is what ended the last pass; empty after a good one.
	Trouble Trouble `json:"trouble,omitempty"`
	// Pending are dealt with, and their removal from the mailbox is not
	// confirmed. Left are dealt with and stay, because no folder is configured
	// or the server cannot take single messages out (Fixed). Future are those
	// whose time has not come, Unread those that the server does not give; both
	// are looked at again. Kept wait in the accepted folder for keep_days.
	Pending int  `json:"pending"`
	Left    int  `json:"left"`
	Fixed   bool `json:"fixed,omitempty"`
	Future  int  `json:"future"`
	Unread  int  `json:"unread"`
	Kept    int  `json:"kept"`
	// NoExpunge says that accepted mail stays in its folder for good, because the
	// server cannot delete single messages (no UIDPLUS).
	NoExpunge bool `json:"no_expunge,omitempty"`
}

// A Trouble is the class of what can end a pass over the mailbox. It never
// holds what a server said.
type Trouble string

// The troubles. Each has two sentences for the operator in the catalogues:
// trouble.NAME says what is wrong, and trouble.NAME-do what to do.
const (
	NoConnection  Trouble = "connect" // the server cannot be reached
	NoTLS         Trouble = "tls"     // it speaks no TLS on this port, or offers no STARTTLS
	Expired       Trouble = "expired" // its certificate is expired, or not valid yet by this machine's clock
	Untrusted     Trouble = "trust"   // nobody who is trusted has signed its certificate
	WrongHost     Trouble = "host"    // its certificate is for another name
	WrongLogin    Trouble = "login"   // the user name or the password
	UnsafeLogin   Trouble = "unsafe"  // the provider lets no program in: "Unsafe Login"
	NoMailbox     Trouble = "mailbox" // there is no such mailbox
	ServerBusy    Trouble = "busy"    // it lets nobody in at the moment
	ServerBroke   Trouble = "server"  // it broke off, refused, or answered what is no IMAP
	ServerSilent  Trouble = "silent"  // it did not answer in time
	FolderTrouble Trouble = "folder"  // messages cannot be moved to their folder
	QuotaFull     Trouble = "quota"   // the account on the server is full
	TwoPollers    Trouble = "other"   // another poller is at work on the mailbox
	PeriodOver    Trouble = "closed"  // the inspection is over: everything stays
	DiskFull      Trouble = "disk"    // the box has no space left
	BoxTrouble    Trouble = "box"     // the box did not take what it was given
	TooMuchStuck  Trouble = "stuck"   // too much that is dealt with cannot be moved out
)

// Troubles lists all troubles.
func Troubles() []Trouble {
	return []Trouble{NoConnection, NoTLS, Expired, Untrusted, WrongHost, WrongLogin, UnsafeLogin, NoMailbox, ServerBusy, ServerBroke, ServerSilent,
		FolderTrouble, QuotaFull, TwoPollers, PeriodOver, DiskFull, BoxTrouble, TooMuchStuck}
}
