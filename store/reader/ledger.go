package reader

import (
	"time"

	"dengwen/intake"
)

// A ledgerReport is a report of the hotline, as far as it may tell of a call.
type ledgerReport struct {
	index int64
	id    actID
	day   string
	phone string
}

// ledgerRows are the reports as the rows of a ledger, with the instants that
// the queue knows. Of any other the row has the day: what of it lies in the
// hours by which the report came in.
func (q *queue) ledgerRows(reports []ledgerReport, schedules eras) []intake.LedgerRow {
	q.mu.RLock()
	defer q.mu.RUnlock()
	rows := make([]intake.LedgerRow, len(reports))
	type dayOfEra struct {
		day string
		era int
	}
	days := map[dayOfEra]intake.LedgerRow{}
	at := 0 // in the queue; both are by index
	for i, r := range reports {
		for at < len(q.rows) && q.rows[at].Index < r.index {
			at++
		}
		if at < len(q.rows) && q.rows[at].Index == r.index && !q.rows[at].Arrived.IsZero() {
			rows[i] = intake.LedgerRow{At: q.rows[at].Arrived, Phone: r.phone}
			continue
		}
		key := dayOfEra{r.day, schedules.at(r.index)}
		day, known := days[key]
		if !known {
			day = dayOf(r.day, schedules[key.era].schedule)
			days[key] = day
		}
		rows[i] = day
		rows[i].Phone = r.phone
	}
	return rows
}

func dayOf(date string, schedule intake.Schedule) (row intake.LedgerRow) {
	day, _ := time.Parse(time.DateOnly, date) // cannot fail: Validate saw the date
	year, month, n := day.Date()
	row.At, row.Until = time.Date(year, month, n, 0, 0, 0, 0, schedule.Location()), time.Date(year, month, n+1, 0, 0, 0, 0, schedule.Location())
	if opens := schedule.NextOpening(intake.Hotline, row.At.Add(-time.Second)); !opens.IsZero() && opens.Before(row.Until) {
		row.At = opens
		if end, ok := schedule.LastWindowEnd(date); ok && end.After(opens) {
			row.Until = end
		}
	}
	return row
}
