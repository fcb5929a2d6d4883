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
	// MaxShown is in bytes of all rows, decoded. A string that many cells of a
	// workbook share, or a merged range shows in many rows, counts in each: a
	// small file could else make work without end.
	MaxShown = 512 << 20
)

// The head row is looked for in that many filled records, or so many bytes of
// them; titles, dates and signatures stand above it. A longer cell than
// maxHead is no head.
const (
	headDepth = 50
	headBytes = 2 << 20
	maxHead   = 4 << 10
)
