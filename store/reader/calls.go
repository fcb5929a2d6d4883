package reader

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// Calls holds the reports of the ledger against the call records, as
// intake.MatchCalls has it, and finds the answered calls that nobody wrote
// down, and those outside the hours that a report tells of with another time.
// The hours are those in force when the call came into the log, as in an
// export: a schedule that is narrowed later takes no call out of sight.
//
// It opens every call record and who called of every report of the hotline, on
// all cores, once for each unlocking: later ones open only what is new, and
// take about a second for 100,000 of each. told, which may be nil, is told as
// by Sync.
//
// It takes the custodian's role; anyone else gets intake.ErrForbidden. Nothing
// is written, for nothing is shown of anyone: of a caller's number it tells the
// last four digits, where there are more, and of a report its id.
//
// When a report's call began, only the team can read. Where the account holds
// the team's key too, the queue is brought up to date first, as by Sync.
// Otherwise a report's day is all that is known, and ByDay says so: it is
// matched by the number, with a call in that day's hours. What does
// not open is counted and left out, and so are reports about the team.
func (d *Desk) Calls(ctx context.Context, told func(done, total int)) (triage.Calls, error) {
	fail := func(err error) (triage.Calls, error) {
		return triage.Calls{}, fmt.Errorf("calls: %w", err)
	}
	d.holding.Lock()
	defer d.holding.Unlock()
	// The size comes first, as in Sync: the rows reach as far at least.
	size, err := d.box.Size(ctx)
	if err != nil {
		return fail(err)
	}
	m, err := d.now(ctx)
	if err != nil {
		return fail(err)
	}
	if !m.account.Is(triage.Custodian) {
		return fail(fmt.Errorf("%s is not a %s: %w", d.name, triage.Custodian, intake.ErrForbidden))
	}
	byDay := len(m.teams) == 0
	if !byDay {
		if _, err := d.sync(ctx, nil); err != nil { // entries that do not open stop no one
			return fail(err)
		}
	}
	b, err := d.hold(ctx, m, size, told)
	if err != nil {
		return fail(err)
	}
	schedules := d.chain.schedules()
	// A desk that was locked meanwhile has no rows any more, and all reports
	// would seem to have no time.
	rows := d.queue.ledgerRows(b.reports, schedules)
	if err := d.unlocked(); err != nil {
		return fail(err)
	}
	out := b.against(rows, schedules)
	out.ByDay = byDay
	return out, nil
}

// against holds the reports, as rows, against the calls.
func (b book) against(rows []intake.LedgerRow, schedules eras) triage.Calls {
	out := triage.Calls{Reports: len(rows), Unreadable: b.unreadable, AboutTeam: b.aboutTeam}
	places := intake.DistinctCalls(b.calls)
	calls := make([]intake.Call, len(places))
	for i, at := range places {
		calls[i] = b.calls[at]
	}
	out.Total = len(calls)
	for i, row := range intake.MatchCalls(calls, rows) {
		c := &calls[i]
		if !c.Answered {
			continue
		}
		out.Answered++
		if row >= 0 {
			out.Matched++
		}
		hours := schedules[schedules.at(b.indices[places[i]])].schedule
		finding := c.Finding(hours.Admit(intake.Hotline, c.At, c.At).Open(), row >= 0)
		if finding == "" {
			continue
		}
		found := triage.Call{Index: b.indices[places[i]], At: c.At, Seconds: c.Seconds, Callee: extension(c.Callee), Tail: intake.NumberTail(c.Caller), Finding: finding}
		if row >= 0 {
			found.Report, found.ReportAt = hex.EncodeToString(b.reports[row].id[:]), b.reports[row].index
		}
		out.Found = append(out.Found, found)
	}
	return out
}

// longestExtension is in digits; what has more may be a number from outside.
const longestExtension = 6

// extension is what may be shown of the number that was called. Where the team
// calls back it is somebody's own, however it is written.
func extension(callee string) string {
	if tail := intake.NumberTail(callee); tail != "" {
		return tail
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, callee)
	if len(digits) > longestExtension {
		return digits[len(digits)-4:]
	}
	return callee
}
