// Package merkle proves what a log holds: an RFC 6962 hash tree over the
// headers of a box, and signed checkpoints of it.
//
// The tree is that of golang.org/x/mod/sumdb/tlog. A box keeps the hash of
// every complete subtree under one running number ([StoredIndex]); [Append]
// says which hashes a new leaf adds, [Root] and [ProveInclusion] read back at
// most two per level of the tree. A verifier that sees every leaf once, in
// order, needs no stored hashes: [Roller] keeps one hash per level. Such a one
// meets an older checkpoint's root on the way, so there are no consistency proofs.
//
// A [Proof] (https://c2sp.org/tlog-proof) is a file that shows one leaf to be in
// the log to whoever has neither the log nor its tree, only its verifier key.
//
// A checkpoint (https://c2sp.org/tlog-checkpoint) is the log's name, its size
// and its root, signed as a note (https://c2sp.org/signed-note). The format
// lets a note carry more: extension lines, other people's signatures, and
// several spellings of the same base64. Here a checkpoint has exactly one
// spelling. [Verifier.Open] writes what it understood out again and compares
// the bytes, so a changed note is refused even where the change means nothing.
//
// Nothing in this package touches a disk, a network or a clock; only [NewKey]
// draws random bytes.
package merkle
