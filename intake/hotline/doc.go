// Package hotline reads the duty officer's ledger: the spreadsheet in which
// an inspection team writes down who called and what they reported. It turns
// CSV, tab-separated text and XLSX files into [intake.Report] values, row by
// row, and knows nothing of schedules, boxes or disks. It reads the call
// records of telephone exchanges too (calls.go): these become [intake.Call]
// values, never reports.
//
// A ledger passes four stations:
//
//   - a table (csv.go, sheet.go) yields records: a place and its cells. Text
//     is decoded on the way (encoding.go): UTF-8, GB18030, UTF-16.
//   - the head row is found below any titles (head.go), by a table of the
//     names that offices give their columns (synonyms.go) or by the caller's
//     own names ([Options].Columns).
//   - a walker (walk.go) leaves out what is no row (repeated heads, totals,
//     empty lines), follows a head of other columns (rehead.go), and carries
//     the date that a bare time takes from above.
//   - a row (row.go) becomes a report, or is named as bad with its line, its
//     column and a stable reason.
//
// Two rules decide every doubt. Nothing is guessed: a time that can be read
// in two ways makes the row bad (times.go lists what is read).
// Nothing is lost: cells of columns that the ledger has and a report has not
// are kept with the identity's remark, a phone that a spreadsheet damaged is
// kept and marked, and a broken quote costs the line it stands in, which is
// named, never the lines after it.
//
// A call record has the tables in common with a ledger, and the two rules. It
// is told by its heads (callrecord.go), each line is read as a leg
// (calls_leg.go), and the legs of one call are joined (calls_merge.go). Its
// time zone is never guessed: it must be declared.
//
// The same row gives the same [intake.Source] Meaning whatever file it is
// read from, in whatever order its columns stand and whatever they were mapped
// to (meaning.go, calls_meaning.go), so that importing a file again adds nothing.
// Any other word in what was reported gives another, so that a corrected row
// comes in.
//
// Files are hostile until read: the limits in limits.go hold before work is
// done, no temporary file is ever written, and external links, macros and
// pictures in a workbook are never looked at.
package hotline
