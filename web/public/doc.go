// Package public is the site where people report: the notice, the form, the
// receipt and what its holder comes back for. It works without scripts and
// cookies, keeps nothing about who asks, and logs nothing of it.
//
// A report goes one way through this package:
//
//	arrival    the instant at which the handler starts, which is when the
//	           request's headers were read; the schedule judges that one
//	turn       a place among the forms under way, which are bounded  places.go
//	fields     everything but the files, read first and checked      fields.go
//	uploads    the files, streamed on to the box as they come in     uploads.go
//	Submit     the box judges, seals and stores; one POST does it all
//	receipt    shown in the answer to that POST, once, and not kept  report.go
//
// Whatever goes wrong, the page that says so gives back every word that was
// typed, and names the files to choose again, which a browser forgets. What
// each error means to people is in one place, errors.go. A report that comes
// while the channel is closed is not stored, and its files are not read: its
// sender gets the text back, the reason, the next opening and the other ways.
//
// The pages are in templates/, their words in the catalogue of package ui under
// "public".
package public
