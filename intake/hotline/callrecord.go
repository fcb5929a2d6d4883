package hotline

import (
	"slices"
	"strings"
)

// A role is what a column of a call record holds.
type role int

const (
	callTime role = iota
	callCaller
	callCallee
	callStatus  // whether it was answered, in words
	callConnect // when it was answered, as a number that is 0 when nobody did
	callTalk    // how long was talked
	callLasted  // how long it took, the ringing with it
	callRang
	callKey     // the exchange's own key of the call
	callKeyOf   // which of several machines gave the key
	callRecords // what kind of record a line is
	roles
)

// An exchange is a maker of call records: how its files are told, and what it
// calls the columns that are read. Where several heads have one role, the
// first whose cell is filled is taken.
type exchange struct {
	format string
	name   string
	tells  [][]string // a head row has all of one of these
	heads  [roles][]string
}

// exchanges lists them, the ones with the most particular heads first.
// Sources: Cisco's CDR administration guide; the CDR chapter of Grandstream's
// UCM manuals; the cdr_csv module and the cdr table of Asterisk, which FreePBX
// writes with calldate; Yeastar's CDR overview for the P-Series; the call log
// of 3CX, until version 18 and since version 20.
var exchanges = []*exchange{
	{CUCM, "Cisco CUCM", [][]string{{"cdrrecordtype", "globalcallid_callid"}}, [roles][]string{
		callRecords: {"cdrrecordtype"},
		callTime:    {"datetimeorigination"},
		callCaller:  {"callingpartynumber"},
		callCallee:  {"finalcalledpartynumber", "originalcalledpartynumber"},
		callConnect: {"datetimeconnect"},
		callTalk:    {"duration"},
		callKey:     {"globalcallid_callid"},
		callKeyOf:   {"globalcallid_callmanagerid"},
	}},
	{Grandstream, "Grandstream UCM", [][]string{{"acctid", "src", "dst", "disposition"}}, grandstreamHeads},
	{FreePBX, "FreePBX", [][]string{{"calldate", "src", "dst", "disposition"}}, asteriskHeads},
	{Asterisk, "Asterisk", [][]string{{"src", "dst", "dcontext", "disposition"}}, asteriskHeads},
	{Yeastar, "Yeastar", [][]string{{"callfrom", "callto", "status"}}, [roles][]string{
		callTime:   {"time", "starttime", "calltime"},
		callCaller: {"callfrom"},
		callCallee: {"callto"},
		callStatus: {"status"},
		callTalk:   {"talkduration(s)", "talkduration"},
		callLasted: {"callduration(s)", "callduration", "duration(s)"},
		callRang:   {"ringduration(s)", "ringduration"},
		callKey:    {"uid", "callid", "linkedid", "uniqueid", "id"},
	}},
	{ThreeCX, "3CX", [][]string{{"calltime", "callerid", "destination", "status", "talking"}, {"calltime", "from", "to", "status", "talking"}}, [roles][]string{
		callTime:   {"calltime"},
		callCaller: {"callerid", "from"},
		callCallee: {"destination", "to"},
		callStatus: {"status"},
		callTalk:   {"talking"},
		callKey:    {"callid", "historyid"},
	}},
}

// asteriskHeads are those of the cdr table, which three of the six have.
var asteriskHeads = [roles][]string{
	callTime:   {"start", "calldate"},
	callCaller: {"src"},
	callCallee: {"dst"},
	callStatus: {"disposition"},
	callTalk:   {"billsec"},
	callLasted: {"duration"},
	callKey:    {"linkedid", "uniqueid"},
}

// grandstreamHeads: its newer models name the session that the legs of one call
// share, each of which has a uniqueid of its own.
var grandstreamHeads = func() [roles][]string {
	heads := asteriskHeads
	heads[callKey] = []string{"session", "linkedid", "uniqueid"}
	return heads
}()

// masterHeads are the columns of Asterisk's Master.csv, which has no head row;
// those behind amaflags are written where cdr.conf says so (masterTails).
var masterHeads = []string{"accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
	"start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount", "linkedid", "sequence"}

// disposition and amaflags are neighbours in it.
const masterDisposition = 14

// exchangeOf returns the exchange of a call format, or nil.
func exchangeOf(format string) *exchange {
	for _, e := range exchanges {
		if e.format == format {
			return e
		}
	}
	return nil
}

// wrote reports whether a row of normalised heads is that of an exchange.
func (e *exchange) wrote(heads []string) bool {
	return slices.ContainsFunc(e.tells, func(all []string) bool {
		return !slices.ContainsFunc(all, func(h string) bool { return !slices.Contains(heads, h) })
	})
}

// findCalls tells a call record by the first records of a table; it returns
// nil for any other table.
func findCalls(t table, first []record) *callPage {
	for i, rec := range first {
		heads := make([]string, len(rec.cells))
		for c, s := range rec.cells {
			heads[c] = normalHead(s)
		}
		for _, e := range exchanges {
			if e.wrote(heads) {
				p := newCallPage(t, e, rec.cells, heads)
				p.line, p.below, p.begins, p.again = rec.line, rec.line, normalHead(firstFilled(rec.cells)), rowKey(rec.cells)
				return p
			}
		}
		if masterRow(rec.cells) {
			heads := masterOf(rec.cells)
			p := newCallPage(t, exchangeOf(Asterisk), heads, heads)
			// What stands above is a row too, if a bad one; a lone cell is a title.
			for p.below = rec.line - 1; i > 0 && len(first[i-1].cells) > 1; i-- {
				p.below = first[i-1].line - 1
			}
			return p
		}
	}
	return nil
}

// masterRow tells a row of Master.csv: the disposition stands before the flag
// for accounting.
func masterRow(cells []string) bool {
	if len(cells) < masterDisposition+2 || len(cells) > len(masterHeads) {
		return false
	}
	_, known := answers[status(cells[masterDisposition])]
	return known && amaFlag(cells[masterDisposition+1])
}

// masterOf returns the heads of a Master.csv with such a row. The three columns
// that newcdrcolumns adds end in a number, so that none is cut off; uniqueid
// and userfield stand before them where they are written.
func masterOf(cells []string) []string {
	const plain = masterDisposition + 2 // columns that are always there
	whole := len(masterHeads)
	switch n := len(cells); {
	case n == whole:
		return masterHeads
	case n == plain+3 && digits(cells[n-1]) && uniqueID.MatchString(cells[n-2]):
		return slices.Concat(masterHeads[:plain], masterHeads[whole-3:])
	case n == plain+4 && uniqueID.MatchString(cells[plain]):
		return slices.Concat(masterHeads[:plain+1], masterHeads[whole-3:])
	case n == plain+4:
		return slices.Concat(masterHeads[:plain], masterHeads[plain+1:])
	}
	return masterHeads[:plain+2]
}

func amaFlag(cell string) bool {
	switch strings.TrimSpace(cell) {
	case "DOCUMENTATION", "BILLING", "OMIT", "DEFAULT", "1", "2", "3":
		return true
	}
	return false
}
