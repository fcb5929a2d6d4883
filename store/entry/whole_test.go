package entry_test

import (
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

// Places of the entries of wholeLog that tests change.
const (
	atKeys       = 1
	atSchedule   = 2
	atLing       = 3
	atWei        = 4
	atWeb        = 5
	atMail       = 6
	atRead       = 7
	atAdded      = 11
	atReplied    = 12
	atCall       = 13
	atDay1       = 14
	atLate       = 15
	atKeys2      = 16
	atSchedule2  = 17
	atExported   = 18
	atErased     = 19
	atWeiRemoved = 20
	atDay2       = 21
	atRestored   = 22
	atHandover   = 23
	atClosed     = 24
	atReadAfter  = 25
)

// wholeLog has an entry of every kind, in a log that obeys every rule.
func wholeLog(t testing.TB) *testLog {
	l := newLog(t)
	l.clear("ling", account(l.at, "wei", "member"))
	l.on("2026-09-07 09:00:00")
	l.accepted(intake.Web, "2026-09-07")
	l.accepted(intake.Mail, "2026-09-07")
	for _, k := range []entry.Kind{entry.KindRead, entry.KindNoted, entry.KindTriaged, entry.KindDenied} {
		l.staff(k, atWeb, "wei")
	}
	l.added(atWeb)
	l.staff(entry.KindReplied, atWeb, "wei")
	l.call("2026-09-07")
	l.on("2026-09-07 18:00:00.25")
	l.clear("", entry.ClosedDay{At: l.at, Day: "2026-09-07",
		Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Mail, N: 1}, {Day: "2026-09-07", Channel: intake.Web, N: 1}},
		Refused:  []entry.Count{{Day: "2026-09-06", Channel: intake.Mail, Reason: intake.BeforePeriod, N: 3}}})
	l.on("2026-09-08 09:00:00")
	l.accepted(intake.Hotline, "2026-09-07") // a ledger brought a day later
	l.clear("ling", keys(l.at, 2))
	l.clear("", entry.ScheduleBody{At: l.at, Schedule: schedule(t, "2026-09-16")})
	l.clear("ling", entry.Exported{At: l.at, Size: atExported, Root: entry.HashOf([]byte("root"))})
	l.clear("ling", entry.Erased{At: l.at, Entry: id(atReplied), Parts: []entry.Hash{l.headers[atReplied].Parts[0].SHA256}})
	removed := account(l.at, "wei", "member")
	removed.Removed = true
	l.clear("ling", removed)
	l.on("2026-09-08 18:00:00")
	l.clear("", entry.ClosedDay{At: l.at, Day: "2026-09-08", Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Hotline, N: 1}}})
	l.on("2026-09-10 10:00:00")
	l.clear("", entry.Restored{At: l.at, Origin: newOrigin, Key: newKey, Was: origin, Size: atRestored, Root: entry.HashOf([]byte("old root"))})
	l.staff(entry.KindHandover, atMail, "ling")
	l.clear("ling", entry.ClosedBody{At: l.at})
	l.staff(entry.KindRead, atMail, "ling")
	return l
}
