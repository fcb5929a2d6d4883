// Package ui holds what the sites and the commands show alike. So far that is
// the locale catalogue: every sentence that a person reads, in English and in
// simplified Chinese, in the TOML files below locale/, one subject a file.
//
// A program asks for [Words] once, with the reader's languages, and for each
// sentence by its id. What a sentence says of a report, a file or a person is
// put in as a named value, never joined from pieces: the order of words is
// each language's own.
//
// What a refusal says of the case at hand comes from the package that refuses,
// as an intake.Detail: an id, its English, and arguments. The files below
// locale/details/ have the other languages' formats ([Words.Detail]).
package ui
