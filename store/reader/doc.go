// Package reader is the desk's side of the box: what an unlocked key sees, and
// what it writes.
//
// The box holds public keys only. Everything that reads is in the hands of
// accounts, and the reader is the one place where they are unlocked. It
// reaches the box through [Box], by the same calls in the box's own process
// and over its socket.
//
// # Accounts and keys
//
// An account is an age identity and an Ed25519 signing key, both wrapped by
// its passphrase: opening that wrap is the sign-in, and nothing else is kept
// to check a passphrase against. Beside it lies the account's keyring, which
// is sealed to the account's recipient, so that a leader can add to it without
// a passphrase: one ring for each generation of keys, with the team's identity
// for leaders and members and the custodian's for custodians. See wrap.go and
// keyring.go. Removing an account begins a new generation: what is sealed from
// then on, the removed account cannot open, whatever it kept.
//
// Everyone can seal to a public key, so nothing is believed because it opens:
// an account's keys must be those that the log names, and the keys that seal
// the views are mixed with a secret of the team (viewkey.go).
//
// # The log
//
// Nor is anything believed because the box says it. A desk walks the log
// itself and works out from the signed entries who has an account and which
// keys are in force (chain.go); with the account's own keys lies what that log
// must begin with (anchor.go). A note, a reply or a decision counts as
// somebody's only if their signature verifies. What a desk cannot see is that
// the newest entries are kept from it: that takes a checkpoint.
//
// # Views
//
// The queue is listed from views: one for each report, with the few facts that
// a row shows, and one for each decision. A view never changes, for it says
// only what its entry says; so any number of desks can write them side by
// side. What a row's state is, is put together in memory from the decisions.
// See view.go for their format and sync.go for how they are kept up.
//
// So are reports pointed out that seem to tell of one call, as a row of a
// ledger that was corrected and its first form do: by keys that are kept of
// each row (alike.go), of which no view says anything, for they change as
// reports come in.
//
// # Calls
//
// [Desk.Calls] holds the ledger of the hotline against the exchange's call
// records. Only a custodian can, for it takes the numbers of both. They are kept
// in the desk's memory until it is locked (held.go), and never in a view, which
// the whole team could open.
//
// # What is written
//
// Every opening of a report, an identity or a file for someone to see is a
// signed entry, written before the first byte is opened; so are refusals to
// open, decisions, notes and replies. See read.go and decide.go. Two things are
// opened without a word in the log, because nobody sees them: reports, for the
// few facts of their rows, and numbers, to be compared with each other.
package reader
