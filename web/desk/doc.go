// Package desk is the staff's site: sign in, the queue, one report at a time,
// notes, replies and decisions. It is the only site behind which keys are
// unlocked. It knows nothing of the box: an unlocked [Account] does everything,
// and writes what it did into the log. Beside that there are counts by channel and
// the mailbox's state, for which no key is needed (channels.go).
//
// # Sessions
//
// A session is an unlocked account in this process's memory. Nothing of it is
// stored, and the passphrase is not kept. It ends when its person locks it, when
// the same browser signs in again, after a while without use, when the account
// is removed or gets new keys, and when the site is closed; each of these locks
// the account, which drops the keys. The while is kept by a timer, so that the
// keys go even if no request ever comes, and by the wall clock, so that they go
// after a machine slept.
//
// Browsers tell cookies apart by host and path, and not by port: any other
// server on this machine would be sent a cookie with the path /, and could use
// it. So each session lives below a path of its own, /s/ and 128 random bits,
// and its cookie has that path. A server at another port is not sent the cookie,
// for no link of its pages can name the path. The path alone opens nothing
// without the cookie, and the cookie's 256 bits open nothing at another path.
// The path stands in the address bar and nowhere else: no referrer is sent, and
// nothing is loaded from elsewhere. See session.go.
//
// # Files of the hotline
//
// A ledger or a call record that somebody sends in is hostile until it was read,
// and reading workbooks takes parsers that nobody would trust with keys. So this
// process, which holds the keys of all sessions, does not look into the file: it
// holds the bytes, and has [Options.Import] read them where no key is. A file is
// read once to say what would happen, and again when somebody confirms that, so
// its bytes stay in between: in memory only, one file a session, all sessions
// together within a bound. They go when the file went in, is discarded or is
// replaced, and with the session. What was confirmed goes in whatever becomes of
// the browser and the session. The fields of the form come before the file, so
// that no byte of it is held for whoever has no session or no token. A file that
// could not be read stays, to be read with other columns or another zone. How
// many files an account may send in is bounded, for a preview tells what is in the
// box. See importing.go, heldfile.go and uploads.go.
//
// # Calls
//
// Holding the ledger against the exchange's call records opens all of both at
// first, and then what came since. It is done beside the requests, when a
// custodian opens the page and has not just now; what was found before is shown
// meanwhile. Of a caller's number the last digits are shown.
//
// # Requests
//
// A request must be addressed to the address that it came in at: a name that
// somebody makes point here (DNS rebinding) is answered with 421 and no more.
// It must not come from another site's page, by Sec-Fetch-Site and Origin. What
// changes anything is a POST with a token that only our own form has. The token
// of the sign-in form is bound to the browser by a cookie with the path of that
// form; that cookie opens nothing.
//
// # What is opened
//
// Each page that opens a report, an identity or a file writes that into the log
// first, for that is what the account does. So such pages have no HEAD, nothing
// is opened to fill a list, and after every POST the browser is sent on to a
// page that can be loaded again. An identity is opened by a button, for one page,
// and not by the way back in the browser.
//
// An attachment is bytes from a stranger. It is handed over as a download with a
// name of ours, never shown, and the connection is broken off if it turns out
// not to be the file that was sealed.
package desk
