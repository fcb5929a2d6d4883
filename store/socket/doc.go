// Package socket carries the box's calls over a Unix socket, so that the desk
// and the commands reach a box that another process serves. [Listener.Serve]
// answers for a [Box]; a [Client] is one.
//
// The protocol is HTTP/1.1, one call on one connection. Nothing in it needs
// both ends to be on one machine: requests carry bytes, never paths.
//
//	GET    /v1/hello                   the protocol's version
//	GET    /v1/state now size status   JSON
//	GET    /v1/find?id  about?id  wrap?account  cursor?name  view-key  public-checkpoint
//	GET    /v1/check                   JSON: what is wrong with the box
//	GET    /v1/entries?from&to         lines
//	GET    /v1/part?index&part         bytes
//	GET    /v1/backup                  bytes
//	GET    /v1/views?from              lines; POST stores views, DELETE drops them
//	POST   /v1/append                  a draft, JSON
//	POST   /v1/forget                  a channel, meanings and a cursor, JSON
//	POST   /v1/checkpoint  export?from  close-days  compact
//	POST   /v1/set-aside               what goes to quarantine, JSON
//	POST   /v1/submit                  multipart: the report, its meaning, its files, an end
//	POST   /v1/submit-group            multipart: a cursor, reports as in submit, an end
//	POST   /v1/submit-all?dry-run      lines in, lines out, both at once
//	POST   /v1/submit-calls?dry-run    the same, of calls
//	POST   /v1/import                  multipart: the order, a file, an end; lines out, both at once
//
// Lines are newline-delimited JSON ([frame]): items, then one line that says
// how they ended. Bytes are chunked, and a trailer says how they ended. What
// breaks off therefore never looks complete, in either direction: a report, a
// group or a file whose sender goes away in the middle does not go in. A group
// is held in memory until all of it is there, within [MaxGroup].
//
// A file goes in by one of two ways. The commands read it themselves and send
// what they found, reports or calls, one a line. The desk holds keys that read,
// so it opens nothing that somebody made: it sends the bytes, and the process
// that serves, if it is an [Importer], reads them. Neither end puts them on disk.
//
// A photo that the team is to see cleaned crosses as it was sent, and the
// server cleans it ([fileHead]).
//
// An error crosses as its text and a code for each sentinel that it wraps, so
// that errors.Is answers on the far side as it would have on the near one, and
// with the place of the report in its group that it is about.
//
// The server waits for no caller for ever: one who does not read the answer for
// thirty seconds is hung up on, and a group or a file of which nothing comes for
// five minutes does not go in. Neither can hold up the box. A caller waits for
// the box as long as it takes: a file of which all has come may wait for the one
// before it, and be sealed in silence.
//
// A caller who gives up closes the sending half of its connection. The server
// takes that as the end of the call's context and still answers, so that the
// caller learns whether the call had been carried out by then.
//
// # Who is let in
//
// The socket file is 0600 from the moment it exists, and the kernel names the
// user of every connection before a byte of it is read: the server's own user
// and root are served, all others are hung up on. That user could read the
// box's files as well, so the calls themselves are not restricted further.
// Contents never reach the log of the server: neither what was sent, nor the
// text of an error, nor that of a panic.
package socket
