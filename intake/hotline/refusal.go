package hotline

import (
	"fmt"

	"dengwen/intake"
)

// Where in a file something is refused. Each is told before what is wrong.

// inSheet adds the name of a sheet, where there is one.
func inSheet(name string, err error) error {
	if name == "" {
		return err
	}
	return intake.Explain(err, "ledger.sheet", "sheet %q", headCell(name))
}

func inLine(n int, err error) error { return intake.Explain(err, "ledger.line", "line %d", n) }

func inRow(n int, err error) error { return intake.Explain(err, "ledger.row", "row %d", n) }

func inPart(name string, err error) error {
	return intake.Explain(err, "ledger.part", "the workbook's %q", name)
}

// unread is for errors of the reader: they are none of the file's.
func unread(err error) error {
	return intake.Explain(err, "ledger.reading", "reading the ledger")
}

// damaged and damagedPart are for what a library finds; its own words come
// last, for whoever looks into it.
func damaged(err error) error {
	return intake.Explain(invalid(err), "ledger.damaged", "the workbook is damaged: open it in a spreadsheet and save it anew")
}

func damagedPart(name string, err error) error {
	return intake.Explain(invalid(err), "ledger.damaged-part", "the workbook's %q is damaged: open it in a spreadsheet and save it anew", name)
}

func invalid(err error) error { return fmt.Errorf("%w: %w", err, intake.ErrInvalid) }

func largePart(name string) error {
	return intake.Explain(intake.ErrTooLong, "ledger.large-part", "the workbook's %q has more than %d bytes", name, maxPart)
}

// errNoRows tells a table that holds nothing.
var errNoRows = intake.Explain(intake.ErrInvalid, "ledger.no-rows", "it holds no rows")
