// Package store keeps one inspection's reports: the box.
//
// A box is a directory. box.db (bbolt) holds the log, its tree hashes and the
// sealed bodies; blobs/ holds sealed attachments under the SHA-256 of their
// ciphertext; log.key signs checkpoints, which are kept in checkpoints/.
//
// A report goes one way through this package:
//
//	Submit    asks the schedule and looks for a duplicate        submit.go, deliver.go
//	Add       the same, for what a receipt's holder adds         add.go
//	...Group  the same, for reports that were read together      group.go, together.go
//	pack      turns the report into sealed parts, off the lock    pack.go, blobs.go, sealing.go, pair.go
//	place     makes sealed files durable, all of a group at once  place.go
//	writer    groups the callers waiting into one transaction     writer.go
//	append    puts header, tree hashes and bodies into it         append.go
//	CloseDay  counts the day and signs a checkpoint               closeday.go, checkpoint.go
//
// An adapter keeps its place in the same transaction as the report (cursor.go),
// counts what it keeps out of the box (aside.go, counts.go, recount.go), and has
// the box forget what its source is certainly rid of (forget.go). The holder of a
// receipt reads how far the report has come (thread.go), takes a proof that it is
// in the log (proof.go), and can have a reply deleted (erase.go). Files are
// refused while words still find room on the disk (space.go). SubmitAll takes a
// whole file the same way, with the bodies staged first and the headers placed at
// the end (file.go, incoming.go, stage.go, sweep.go); SubmitCalls does so with a call
// record, whose calls are no reports (calls.go). What a failed commit leaves is found out
// in recover.go. The box holds public keys only: it cannot read back what it has
// taken.
//
// # What is in box.db
//
// Integers are eight bytes, big endian, so that keys sort by number.
//
//	meta      name                → see the key constants in buckets.go
//	entries   index               → slot, then the entry's canonical header
//	clear     index               → nothing; the entries whose body is clear JSON
//	ids       entry id (16 bytes) → index
//	about     ref (16), index     → nothing; which entries are about which report
//	tree      stored hash index   → RFC 6962 hash (32)
//	bodies    slot, part (1)      → stored bytes of a part that is not a blob
//	blobs     SHA-256 (32)        → index of the entry that names it
//	dedupe    keyed hash (32)     → 'a' and the entry id, or 'r', or 'q'; see dedupe.go
//	cursors   adapter's name      → opaque place in its source
//	receipts  lookup key (32)     → sealed row, see receipt.go
//	counts    see counts.go       → number
//	wraps     account name        → that account's wrapped keys
//	views     index               → sealed queue row, written by the reader
//	staged    see stage.go → rows of a file on its way in
//
// Bodies have their own running number, the slot, because the bodies of a file
// are written before it is known at which index their entries will stand.
package store
