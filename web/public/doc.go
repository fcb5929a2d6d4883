// Package public is the site where people report: the notice, the form, the
// receipt and what its holder comes back for. It works without scripts and
// cookies, keeps nothing about who asks but what slows machines, and logs nothing of it.
//
// A report goes one way through this package:
//
//	arrival    the instant at which the handler starts, which is when the
//	           request's headers were read; the schedule judges that one
//	turn       a place among the forms under way, which are bounded  places.go
//	receive    the form itself: ours, not stale, not one too many
//	           (sending.go, genuine.go)
//	fields     everything but the files, read first and checked      fields.go
//	uploads    the files, streamed on to the box as they come in     uploads.go
//	claimed    one form sent twice is brought in once                once.go
//	Submit     the box judges, seals and stores; one POST does it all
//	receipt    shown in the answer to that POST, once                report.go
//
// Who comes back with the receipt is a holder (holder.go), who reads and adds,
// deletes answers (receipt.go) and takes a proof away (proof.go). Forms are told
// apart by their stamps (stamp.go), and whoever hurries is slowed (clients.go):
// both in memory, stamps under a key that goes with the process, clients under
// one that changes every hour.
//
// Whatever goes wrong, the page that says so gives back every word that was
// typed, and names the files to choose again, which a browser forgets. What
// each error means to people is in one place, errors.go. A report that comes
// while the channel is closed is not stored: its sender gets the text back, the
// reason, the next opening and the other ways.
//
// The pages are in templates/, their words in the catalogue of package ui under
// "public".
package public
