// Package ui holds what the two sites show and take alike, and the sentences of
// the commands too. It knows nothing of reports.
//
// # Words
//
// Every sentence that a person reads stands in the TOML files below locale/, one
// subject a file, in English and in simplified Chinese. Another language is more
// files, <subject>.<tag>.toml, and nothing else: what it has no sentence for, it
// says in English, and page.direction = "rtl" turns its pages. A program asks for
// [Words] once, with the reader's languages, and for each sentence by its id.
// What a sentence says of a report, a file or a person is put in as a named
// value, never joined from pieces: the order of words is each language's own.
// What a refusal says of the case at hand comes from the package that refuses,
// as an intake.Detail; the files below locale/details/ have its other languages
// ([Words.Detail]).
//
// # Pages
//
// A [Site] puts each page into one layout, with the stylesheet inside, and what
// every answer must have around all of them ([Site.Secure]). A [View] is what
// templates speak through: the reader's words, and links that keep a chosen
// language and large text. [QR] draws an address. [Serve] serves a site without
// telling anybody's address.
//
// # Forms
//
// A [Form] is a request's body as it comes in: its fields first, then its files,
// which stream. Nothing of it is ever put on a disk.
package ui
