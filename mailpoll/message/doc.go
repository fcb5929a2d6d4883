// Package message turns a raw mail into an [intake.Report]. It decides nothing
// about acceptance: [Open] says whether a mail is within what is parsed, and
// [Mail.Report] gives a report of whatever is.
//
// A mail passes three stations:
//
//   - a scan (scan.go), once, finds the parts: it cuts headers from bodies
//     (header.go) and multiparts at their boundaries (split.go), and holds the
//     limits. All parts are spans of the raw mail; nothing is decoded.
//   - a reader (report.go) walks the parts. Text that the sender wrote goes to
//     the report's text, by transfer encoding (transfer.go), character set
//     (charset.go) and, for pages, to what a person reads of them (html.go).
//   - everything else is a file (file.go), decoded from the raw mail only while
//     its body is read.
//
// # Where the mail lies
//
// A mail may be longer than the memory that it may cost, and then lies in a file
// that is read in pieces. All of the package sees it through a source
// (source.go), which searches through one window of 64 KB. No search depends on
// where a window ends: what is looked at in one piece is bounded by itself, the
// first 1 KB of a line (span.go) or 2 KB behind a byte (decoder.go), and lines
// of any length pass by. An error of the raw mail ends a search, then Open or
// Report; in a file it ends the body's Read. It is never the end of anything.
//
// In memory are, at a time: one header block; one text that is shown, as bytes
// and as characters, of at most intake.MaxDecoded bytes; the report's text; and,
// together in that limit again, forwarded mails and pages that had to be decoded
// to be looked into (unpacked.go), each only while it is walked and while its
// own files are read, and the files that stand uuencoded in encoded texts. A
// mail of 50 MB that is one attachment costs some windows.
//
// # What tells who sent it
//
// Of the header, Subject and Content-* alone reach what the team reads. All
// other fields go to [intake.Identity], and so does every line that may have
// been one: in doubt a line of the header's block is header. The headers of a
// forwarded mail are treated alike, for reporters forward their own; so the
// forwarded mail itself is a private file, its subject, text and attachments
// are not. Private too is what mail programs add by themselves and what holds
// headers (private.go): signatures and keys, cards and invitations, winmail.dat,
// mails and mailboxes in other forms, and reports of mail servers. The text says
// once that there is something, but for signatures and keys. Last of all files
// is the raw mail, private.
//
// Photos are what package photo makes of them, wherever they stand: in a part,
// in a forwarded mail, uuencoded in a text (inside.go), or in a page (picture.go),
// of which the team sees what is left without them. The text calls a photo as
// the team sees it called. Signatures and quoted mails inside the text are the
// sender's words and stay; marks (hints.go) warn of them.
//
// # Nothing is lost
//
// What a mail declares is believed as long as it fits. Where it does not, the
// fallbacks are: another character set, the bytes as they stand instead of the
// transfer encoding that does not fit them, the first line that looks like a
// boundary. What still cannot be read becomes a file named unreadable-…; and
// the raw mail holds all of it in any case.
//
// # Why own code
//
// go-message gives the character sets and the addresses. Its reader is not used
// for the parts: it streams, so that an attachment could not be read later from
// where it stands; every level of nesting reads all levels below again; and it
// ends at the first header line, base64 character or boundary that is wrong,
// where real mail goes on. Package mime drops a file name whose RFC 2231
// character set is not UTF-8, and decodes encoded words one by one although
// Chinese mailers cut them inside a character.
package message
