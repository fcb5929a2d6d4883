// Package export carries a log away: [Write] makes a sealed export of a box,
// [Verify] checks one without any secret, [Open] reads it with the archive key.
// [VerifyBox] checks the log where it is, by the same rules. All of these stream:
// none holds a file in memory, however large it is. Open keeps the instant and
// the number of each call and each report of the ledger, some 40 MB for 100,000
// of both, for either may come first in the log. [VerifyProof] checks that one
// entry is in the log, with nothing but the proof, and is the one that holds its
// input in memory: a proof has at most 512 KiB.
//
// # The container
//
// An export is a tar archive that stock tools take apart: tar -xf, then jq,
// sha256sum, and age -d -i archive.key for the sealed parts. Its members are
// in this order:
//
//	dengwen.json                      {"v":1,"origin":"…","from":n,"size":n,"root":"…"}, root in hex
//	checkpoint                        the signed note over the tree of size entries (C2SP)
//	entries/000000000000/header.json  for each entry its canonical header, the leaf of the tree,
//	entries/000000000000/body.json    then its parts in the header's order: a clear body,
//	entries/…/report.age              or sealed ones: report, identity, reply, note, call,
//	entries/…/file-1.age              attachments, numbered from 1,
//	entries/…/original-1.age          and private files
//
// It holds every header and every clear body of the entries below size. Sealed
// parts of the entries below from were in an earlier export and are left out; a
// chain of exports, each made since the checkpoint of the one before, holds
// all. Apart from these, a part is missing only if an erased entry names it.
//
// # One form
//
// One log, cut at one size and from one entry on, has one export, byte for
// byte. The tar is plain USTAR: a member's header block says its name, mode
// 0600 and its size, and zero for owner, group and time; contents are filled up
// with zeros; two empty blocks end it. The reader does not interpret blocks but
// writes those that must come next and compares bytes, as it does with
// dengwen.json and the note. So whatever is changed, added, removed, moved or
// cut off shows, even where tar itself would not care.
//
// # Calls and the ledger
//
// The exchange's call records are entries of their own and never reports. Open
// holds the reports of the ledger against them, as the desk does, and writes to
// calls.jsonl and calls.csv what came of it: an answered call inside the hours
// that no report tells of is a "call without a record". It accuses nobody where
// the report may be what an earlier export has, or what was erased; see
// EarlierRecord and ErasedRecord. A call is not among the actions: there are
// many, nobody of the staff did them, and a second copy without its finding
// would invite counting it twice.
//
// # What a verified export proves
//
// With the log's verifier key: that these are the entries that the box signed,
// none left out below size, and that they obey the rules of entry.Checker. Who
// holds log.key can sign another log; that shows to whoever holds an older
// checkpoint and gives it as Options.Since. How many sealed parts are left out
// is not signed by anyone, so an export with a from above zero verifies only
// together with a checkpoint of at least that size.
package export
