// Package message turns a raw mail into an [intake.Report]. It decides nothing
// about acceptance: [Guard] says whether a mail is within what is parsed, and
// [Read] always gives a report.
//
// A mail passes three stations:
//
//   - a scan (scan.go) finds the parts: it cuts headers from bodies (header.go)
//     and multiparts at their boundaries (split.go), and holds the limits. All
//     parts are slices of the raw mail; nothing is copied or decoded.
//   - a reader (read.go) walks the parts. Text that the sender wrote goes to
//     the report's text, by transfer encoding (transfer.go), character set
//     (charset.go) and, for pages, to what a person reads of them (html.go).
//   - everything else is a file (file.go), decoded from the raw mail only while
//     its body is read.
//
// # What tells who sent it
//
// Of the header, Subject and Content-* alone reach what the team reads. All
// other fields go to [intake.Identity], and so does every line that may have
// been one: in doubt a line of the header's block is header. The headers of a
// forwarded mail are treated alike, for reporters forward their own; so the
// forwarded mail itself is a private file, its subject, text and attachments
// are not. Private too are signatures and keys, which name their owner, and
// reports of mail servers. Last of all files is the raw mail, private.
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
