package hotline

import (
	"slices"
	"strings"

	"dengwen/intake"
)

// errCallRecord marks the refusal of a file that an exchange wrote.
var errCallRecord = intake.Explain(intake.ErrInvalid, "ledger.call-record", "call records are not reports")

// exchanges tells the telephone exchanges by heads that only their call
// records have. Sources: the cdr_csv module and cdr table of Asterisk, the
// CDR reports of FreePBX, Grandstream UCM and Yeastar, Cisco's CDR
// administration guide, the 3CX call log.
var exchanges = []struct {
	name  string
	heads []string
}{
	{"Cisco CUCM", []string{"cdrrecordtype", "globalcallid_callid"}},
	{"Grandstream UCM", []string{"acctid", "src", "dst", "disposition"}},
	{"FreePBX", []string{"calldate", "src", "dst", "disposition"}},
	{"Asterisk", []string{"src", "dst", "dcontext", "disposition"}},
	{"Yeastar", []string{"callfrom", "callto", "status"}},
	{"3CX", []string{"calltime", "callerid", "destination", "status", "talking"}},
}

// callRecord names the exchange that wrote a table, or returns nothing.
func callRecord(first []record) string {
	for _, rec := range first {
		var heads []string
		for _, c := range rec.cells {
			heads = append(heads, normalHead(c))
		}
		has := func(h string) bool { return slices.Contains(heads, h) }
		for _, e := range exchanges {
			if !slices.ContainsFunc(e.heads, func(h string) bool { return !has(h) }) {
				return e.name
			}
		}
		// Asterisk's Master.csv has no heads: the disposition stands before
		// the AMA flag in every line.
		if at := slices.IndexFunc(rec.cells, disposition); len(rec.cells) >= 16 && at >= 0 && at+1 < len(rec.cells) && amaFlag(rec.cells[at+1]) {
			return "Asterisk"
		}
	}
	return ""
}

func disposition(cell string) bool {
	switch cell {
	case "ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION":
		return true
	}
	return false
}

func amaFlag(cell string) bool {
	switch strings.TrimSpace(cell) {
	case "DOCUMENTATION", "BILLING", "OMIT", "DEFAULT", "1", "2", "3":
		return true
	}
	return false
}

func notReports(exchange string) error {
	return intake.Explain(errCallRecord, "ledger.exchange", "this looks like a call record that %s wrote; import the duty officer's ledger instead", exchange)
}
