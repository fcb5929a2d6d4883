// Package triage is the domain of the desk: who works there, how far a report
// has come, where it goes, and what the desk reads about it. It is pure; the
// reader fills these types from what an unlocked key opens, and writes each
// decision into the log as a signed entry.
//
// # States
//
//	new ──► routed ──► handed-over
//	 │      ▲  │ ▲
//	 │      │  ▼ └── another route
//	 └────► done
//
// A report is new until someone decides. Deciding is choosing a [Route]. On a
// route that leaves the team the end is the handover, which only a leader
// makes and which is final, for then others answer for the report. On a route
// that the team keeps the end is done. A report may be done at once (it is
// empty of matter, or repeats another) and may be taken up again.
//
// # The hotline
//
// A duty officer who corrects a ledger hands it in again, and each row that
// changed is a new report. None is ever dropped for that, but [AlikeKeys] says
// which two seem to tell of one call, so that people are shown it and decide.
// [Calls] is what holding the ledger against the exchange's records gives: the
// answered calls in the hours that nobody wrote down, and calls outside them
// that were written down as if they were inside. It names calls, never
// numbers; intake.MatchCalls has the rule.
//
// # Source
//
// The routes follow the party's regulations on inspection work (中国共产党巡视
// 工作条例, issued on 3 August 2015, as last revised on 8 February 2024). What
// an inspection finds is handed over by kind: suspected violations of
// discipline by leading cadres to the organs of discipline inspection, what
// concerns the choice and appointment of cadres to the organization
// departments, all else to the unit that is competent (article 28 of the 2015
// text; the article numbers of the revision are not cited here). The organs
// of justice are one such unit. That letters outside an inspection's remit go
// to the letters offices, and that small wrongs are put right while the team
// is there (立行立改), is what the teams' own announcements say.
package triage
