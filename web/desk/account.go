package desk

import (
	"context"
	"io"
	"log/slog"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// An Account is one unlocked account at work. Its methods may be called by
// several goroutines; errors wrap the sentinels of package intake. Once it is
// locked, or was removed by somebody else, they return intake.ErrForbidden.
type Account interface {
	// Name is the account's name, Account its roles as they are now.
	Name() string
	Account(ctx context.Context) (triage.Account, error)
	// Accounts lists all accounts by name, removed ones too.
	Accounts(ctx context.Context) ([]triage.Account, error)
	// Lock drops the keys, for good.
	Lock()

	// Sync brings the rows up to the newest entry, and tells now and then how
	// many entries of how many are done. An error that wraps intake.ErrDamaged
	// or intake.ErrKey is about single entries; the rest is there.
	Sync(ctx context.Context, told func(done, total int)) error
	// List is one page of the rows of a state and a channel, newest first, and
	// how many there are in all. Empty stands for any.
	List(state triage.State, channel intake.Channel, offset, limit int) ([]triage.Row, int)

	// Read, Identity and File open; that they do is written first. An error of
	// Read that comes with a case is about a note or a reply in it, and one of
	// Identity that comes with anything is about an addition.
	Read(ctx context.Context, id string) (triage.Case, error)
	// Identity lists the originals of the report and of its additions.
	Identity(ctx context.Context, id string) (intake.Identity, []triage.Attachment, error)
	// File opens a part of a report, or of what was added to one. The stream
	// ends without an error only if it was the whole file.
	File(ctx context.Context, id string, part int) (triage.Attachment, io.ReadCloser, error)

	// Calls holds the ledger against the call records, and tells now and then how
	// many of how many entries it has opened. It is a custodian's. Once all was
	// opened, it opens what came since.
	Calls(ctx context.Context, told func(done, total int)) (triage.Calls, error)

	// Triage, Note and Reply write.
	Triage(ctx context.Context, id string, to triage.Standing, text string) error
	Note(ctx context.Context, id, text string) error
	Reply(ctx context.Context, id, text string) error
}

// Options are what a site needs.
type Options struct {
	// Unlock opens an account; intake.ErrPassphrase when the name or the
	// passphrase is wrong, without telling which. It is called for one at a time.
	Unlock func(ctx context.Context, name, passphrase string) (Account, error)
	// Channels is what came in by each channel, and how the mailbox is doing: at
	// this moment, and without any key.
	Channels func(ctx context.Context) (triage.Channels, error)
	// Import takes in a file of the hotline, or says what would happen; nil where
	// files are not taken. The file is not parsed here, where keys are unlocked.
	Import func(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(rows int)) (intake.ImportAnswer, error)
	// Zones are those of the configuration, by which files are read: for ledgers,
	// empty is Timezone, and for call records, empty where nobody has declared it.
	Zones struct{ Ledger, Calls string }
	// Listen is the address at which the site is served, host:port. Requests to
	// any other are refused. With an unspecified host, 0.0.0.0 or [::], it is
	// the address at which each connection came in.
	Listen string
	// Inspection is its name, for people.
	Inspection string
	// Timezone is the inspection's, in which all times are shown.
	Timezone *time.Location
	// Demo says on every page that nothing here is real.
	Demo bool
	// Now is the box's clock, for showing only: sessions and delays go by the
	// machine's. Nil is time.Now.
	Now func() time.Time
	// Idle is how long a session lasts without use; 0 is fifteen minutes.
	Idle time.Duration
	// Log gets what went wrong, never who asked or what they sent. Nil is none.
	Log *slog.Logger
}
