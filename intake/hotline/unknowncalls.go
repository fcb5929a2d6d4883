package hotline

import (
	"strings"

	"dengwen/intake"
)

// errUnknownCalls refuses the call record of an exchange, or of a report of
// one, that is not among exchanges. It must not be taken for a ledger whose
// columns want to be named: its calls would become reports.
var errUnknownCalls = intake.Explain(intake.ErrInvalid, "callrecord.unknown",
	"this looks like a call record of a telephone exchange in a form that is not known here; known are %s; call records are never reports: export it anew from the exchange's own call table, with its head row", knownExchanges())

func knownExchanges() string {
	var names []string
	for _, format := range Formats() {
		if e := exchangeOf(format); e != nil {
			names = append(names, e.name)
		}
	}
	return strings.Join(names, ", ")
}

// callHeads are heads that call records have and ledgers have not, as onlyLetters
// gives them: of Asterisk and what is built on it, of the web reports of
// FreePBX (Call Date, CallerID) and of older Yeastars (Source, Destination), of
// the CDR output of 3CX (historyid, from-no), of FusionPBX and FreeSWITCH
// (hangup_cause). A ledger in English may have a caller, a phone, a duration or
// a status; none of these is here.
var callHeads = set("disposition", "billsec", "billableseconds", "billingduration", "clid", "callerid", "calleridname", "calleridnumber", "outboundcallerid",
	"dcontext", "channel", "srcchannel", "sourcechannel", "dstchannel", "destchannel", "destinationchannel", "srctrunk", "sourcetrunk", "dsttrunk", "desttrunk", "destinationtrunk",
	"lastapp", "lastdata", "amaflags", "accountcode", "uniqueid", "linkedid", "calldate", "callfrom", "callto", "src", "dst", "destination", "destinationnumber",
	"talkduration", "ringduration", "callduration", "talktime", "ringtime", "talking", "ringing", "hangupcause", "startstamp", "answerstamp", "endstamp",
	"callingnumber", "callednumber", "callingparty", "calledparty", "callingpartynumber", "calledpartynumber",
	"historyid", "timestart", "timeanswered", "timeend", "reasonterminated", "reasonchanged", "fromno", "tono", "fromdn", "todn", "dialno", "finalnumber", "finaldn")

// enoughCallHeads are heads that no chance puts into one row.
const enoughCallHeads = 2

// unknownCalls tells a call record that findCalls does not know, by its head
// row: enough of its heads are of calls, and none is of what was reported. A
// ledger that stands above such a row is a ledger.
func unknownCalls(first []record) bool {
	for _, rec := range first {
		if readHead(rec, choice{}) != nil {
			return false
		}
		n, words := 0, false
		for _, cell := range rec.cells {
			if len(cell) > maxHead {
				continue
			}
			s := normalHead(cell)
			w := headWords[s]
			words = words || w.field == Text || w.field == Subject
			if callHeads[onlyLetters(s)] {
				n++
			}
		}
		if n >= enoughCallHeads && !words {
			return true
		}
	}
	return false
}

// onlyLetters brings src_trunk, Src. Trunk and srcTrunk to one form, without a
// unit in brackets.
func onlyLetters(head string) string {
	head, _, _ = strings.Cut(head, "(")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-./", r) {
			return -1
		}
		return r
	}, head)
}
