// Package mailpoll brings the published mailbox into the box: every message
// once, judged by the server's INTERNALDATE, and then out of the mailbox.
//
// # A pass
//
// A [Poller] is given a [Box] and looks at one mailbox over IMAP (RFC 3501).
// A pass (pass.go; a dry run: rehearse.go) goes this way:
//
//	connect  TLS with verified certificates, login, ID, SELECT   session.go, login.go, starttls.go
//	resume   removals that an earlier pass did not see through    remove.go
//	survey   UID, INTERNALDATE, RFC822.SIZE, 500 at a time        survey.go
//	take     the body, guarded, read and submitted                take.go
//	remove   MOVE, or COPY and UID EXPUNGE, then make sure        remove.go, move.go
//
// It never asks for ENVELOPE or BODYSTRUCTURE, reads bodies with PEEK one at a
// time, and sets no flag but \Deleted. Nothing is sent to anyone: no read
// receipt, no answer, no SMTP.
//
// # Exactly once
//
// The place in the mailbox (place.go; the cursor, cursor.go) lies in the box. It goes in
// with the record of a message in one transaction, and says that this message
// is still to be removed. Only then is the message moved, and only when the
// server confirms it (COPYUID) or has it no more (UID SEARCH) does the box drop
// the message's dedupe key and the cursor the removal. Whoever is killed in
// between begins the next pass with the removals that are left:
//
//	before the record       the message is taken as if for the first time
//	record, before MOVE     the box is asked what became of it, and it is moved
//	MOVE, before Forget     it is not in the mailbox any more: forgotten
//
// While a removal is pending, the cursor has the hash of the message: like a
// dedupe key it confirms to who holds the box what they know word for word.
//
// A message whose time has not come yet, or that could not be read, stays; its
// UID is kept among those to look at again, and leaves that list only when it
// is dealt with or gone. When UIDVALIDITY changes, all UIDs start from 1, the
// dedupe keys tell what was taken, and no old UID is ever used to remove
// anything. A cursor that cannot be read has the same effect.
//
// A message that is over the limit, beyond [message.Guard], or that the box
// cannot take goes to the quarantine folder as it is. Where a folder is not
// configured, or the server can neither MOVE nor UID EXPUNGE, messages stay in
// the mailbox, are counted as pending, and keep their dedupe keys.
//
// # Servers that cannot be trusted
//
// Every wait has a bound in time and in bytes (wire.go), and the end of the
// context closes the connection. What go-imap's parser could not bear, or would
// keep in memory, does not reach it (sieve.go, sift.go). An error says what is
// wrong in words for the operator (failure.go, folders.go, certificate.go) and
// never holds what a server said: it could be a reporter's address or the
// password. The log has counts and the class of an error, nothing of a message.
// A large message lies sealed in a file without a name while it is read
// (spool.go).
package mailpoll
