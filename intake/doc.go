// Package intake is the domain of Dengwen: what a report is, when one may
// come in, and what the person who sent it gets back.
//
// Adapters (the web form, the mail poller, the hotline readers) turn bytes
// into a [Report]. The box asks the [Schedule] whether the report's arrival
// lies inside the announced hours and the inspection period, seals what the
// team may read apart from what tells who sent it ([Identity]), and answers
// with an [Outcome]. What a telephone exchange records of calls is no report;
// it is kept so that the ledger can be held against it ([Call], [MatchCalls]).
// Nothing in this package touches a disk, a network, a clock or a key, but that
// [NewReceipt] draws random digits and [NewSchedule] looks up a time zone; every
// limit is a constant here.
package intake
