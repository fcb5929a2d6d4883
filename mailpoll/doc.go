// Package mailpoll brings the published mailbox into the box: every message
// once, judged by the server's INTERNALDATE, and then out of the mailbox.
//
// # A pass
//
// A [Poller] is given a [Box] and looks at one mailbox over IMAP (RFC 3501). A
// pass (pass.go; a dry run: rehearse.go) goes this way:
//
//	connect  TLS with verified certificates, login, ID          session.go, certificate.go, starttls.go, login.go
//	load     the place in the mailbox, as the box has it        place.go, cursor.go, owner.go
//	enter    SELECT, and list what waits                        enter.go
//	resume   removals that an earlier pass did not see through  remove.go
//	survey   UID, INTERNALDATE, RFC822.SIZE, 500 at a time      survey.go
//	fetch    their bodies, in one command                       body.go, sequence.go, spool.go
//	take     parsed, or set aside                               take.go, meaning.go
//	submit   in groups of 50, while the next are read           group.go
//	remove   MOVE, or COPY and UID EXPUNGE, then make sure      remove.go, move.go
//	resolve  what the connection broke at before                doubt.go
//	tend     expunge accepted mail that has waited long enough  tend.go, kept.go
//
// Run (run.go) makes passes for ever, by IDLE where that is offered and every
// minute in any case. Nothing asks for ENVELOPE or BODYSTRUCTURE; bodies are read
// with PEEK; no flag is set but \Deleted. Nothing is sent to anyone: no read
// receipt, no answer, no SMTP.
//
// # Exactly once
//
// The place lies in the box. It goes in with the record of a message in one
// transaction, and says that this message is still to be removed. Only then is
// the message moved, and only when the server confirms it (COPYUID) or has it no
// more (UID SEARCH) does the box drop the message's dedupe key and the place the
// removal. Whoever is killed in between begins the next pass with the removals
// that are left:
//
//	before the record       the message is taken as if for the first time
//	record, before MOVE     the box is asked what became of it, and it is moved
//	MOVE, before Forget     it is not in the mailbox any more: forgotten
//
// While a removal is pending, the place has the hash of the message: like a
// dedupe key it confirms to who holds the box what they know word for word.
//
// The UID tells a message from all others, so that two alike in every byte and
// second are two reports (meaning.go). When UIDVALIDITY changes, or the place
// cannot be read, all messages are looked at again: the dedupe keys tell what
// was taken, and no old UID is ever used to remove anything.
//
// # What waits
//
// A message whose time has not come, or that the server does not give, stays;
// its UID is kept among those to look at again. One at which the connection
// broke is in doubt: it is asked for last and alone, and set aside unread when
// that breaks the connection on three days on which others came, so that it
// cannot keep them waiting, and an outage sets nothing aside. A message over the limit, beyond what [message.Open] parses, or that
// the box cannot take goes to the quarantine folder as it is; the box counts it.
//
// Accepted mail waits in its folder for Options.KeepDays, so that backups can
// catch up, and is then expunged: by the UIDs that COPYUID told, and no others.
// What is refused or set aside is never deleted. Where a folder is not
// configured, or the server can neither MOVE nor UID EXPUNGE, messages stay in
// the mailbox, are counted as left, and keep their dedupe keys.
//
// # Memory
//
// Messages up to 1 MiB are held in memory, two groups of 4 MiB at most. A larger
// one lies sealed in a file without a name while it is parsed and taken
// (spool.go).
//
// # Servers that cannot be trusted
//
// Every wait has a bound in time and in bytes (wire.go), and the end of the
// context closes the connection. What go-imap's parser could not bear, or would
// keep in memory, does not reach it (sieve.go, sift.go). An error says what is
// wrong in words for the operator (failure.go, folders.go, certificate.go) and
// never holds what a server said: it could be a reporter's address or the
// password. The log has counts and the trouble, nothing of a message.
package mailpoll
