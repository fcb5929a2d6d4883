// Package entry is the grammar of the log: what an entry of format v1 is,
// byte for byte, and which logs obey the rules.
//
// An entry is a [Header] and the parts that the header lists by hash and
// size. The header, in canonical JSON, is the leaf of the log's tree and stays
// for ever; parts can be erased. Nine kinds of entry carry one part in clear
// JSON (a [Body]: the schedule, the keys, the accounts, the closing of a day);
// the parts of all others are sealed. What is sealed is an [Inner], which
// repeats the facts of its header, because age binds no associated data to a
// ciphertext: [Inner.Match] is what catches a body that was moved from one
// entry to another.
//
// Canonical means that one value has one encoding. Every decoder here encodes
// what it understood once more and compares bytes; that refuses other key
// order, other spacing, repeated keys, DATE for date, escapes that need not
// be, and whatever else encoding/json would forgive.
//
// [State] follows the clear entries and knows what is in force. [Checker]
// follows all entries and names those that break a rule. The box uses both
// when it runs and every verifier uses them again, so that the two cannot
// differ. [Replies] follows which replies their receivers have deleted, the one
// thing that an entry may erase without a signature.
//
// The package is pure but for [NewID]: no clock, no disk, no network. Unknown
// versions, kinds, channels and roles fail closed.
package entry
