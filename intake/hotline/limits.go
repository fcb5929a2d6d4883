package hotline

// Limits of one ledger. A file over one of them is refused with an error that
// wraps intake.ErrTooLong and says where; nothing of it is taken.
const (
	MaxFile     = 256 << 20 // bytes of the file
	MaxRecord   = 1 << 20   // bytes of one row, decoded
	MaxColumns  = 256       // cells of one row, empty ones at its end not counted
	MaxRows     = 1_000_000 // rows of the file, empty ones not counted
	MaxInflated = 256 << 20 // bytes of all parts of a workbook, inflated
	MaxParts    = 2_000     // parts of a workbook
	MaxSheets   = 256       // sheets of a workbook
	MaxStrings  = 5_000_000 // shared strings of a workbook
	MaxMerges   = 100_000   // merged ranges of a sheet
)

// headDepth is the number of filled records in which the head row is looked
// for; titles, dates and signatures stand above it.
const headDepth = 50
