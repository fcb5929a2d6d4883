package entry_test

import (
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

func TestCheckerFindsNothing(t *testing.T) {
	l := wholeLog(t)
	if p := l.check(); len(p) > 0 {
		t.Fatalf("problems: %v", p)
	}
	c := entry.NewChecker()
	for i, h := range l.headers {
		c.Entry(int64(i), h, l.bodies[i])
	}
	if diff := cmp.Diff(l.state, c.State()); diff != "" {
		t.Errorf("state (-log +checker):\n%s", diff)
	}
}

// Every prefix of a log is a log, once it has begun.
func TestCheckerTakesEveryPrefix(t *testing.T) {
	l := wholeLog(t)
	for n := range len(l.headers) + 1 {
		c := entry.NewChecker()
		for i := range n {
			c.Entry(int64(i), l.headers[i], l.bodies[i])
		}
		c.Done()
		if p := c.Problems(); (len(p) > 0) != (n < 4) {
			t.Errorf("%d entries: %v", n, p)
		}
	}
}

// One thing is broken in a log that was whole, and the problem is found at the
// entry where it lies.
func TestCheckerFinds(t *testing.T) {
	later := func(l *testLog, n int) { // the entry is recorded, by its header and body, on another day
		l.edit(n, func(h *entry.Header) { h.Date = "2026-09-06" })
	}
	removed := func(l *testLog, n int) { // the entry is not there
		l.headers, l.bodies, l.under = slices.Delete(l.headers, n, n+1), slices.Delete(l.bodies, n, n+1), slices.Delete(l.under, n, n+1)
	}
	for name, c := range map[string]struct {
		change func(l *testLog)
		at     int64 // entry of the first problem
		says   string
	}{
		"grammar":                     {func(l *testLog) { l.headers[atCall].Channel = intake.Web }, atCall, "channel"},
		"version":                     {func(l *testLog) { l.headers[atMail].V = 2 }, atMail, "version 2"},
		"unknown kind":                {func(l *testLog) { l.headers[atMail].Kind = "event" }, atMail, "unknown kind"},
		"created left out":            {func(l *testLog) { removed(l, 0) }, 0, "begins with created"},
		"keys left out":               {func(l *testLog) { removed(l, atKeys) }, atKeys, "begins with created"},
		"schedule left out":           {func(l *testLog) { removed(l, atSchedule) }, atSchedule, "begins with created"},
		"account left out":            {func(l *testLog) { removed(l, atLing) }, atLing, "no account"},
		"a report before the account": {func(l *testLog) { l.headers[atLing], l.bodies[atLing] = l.headers[atMail], nil }, atLing, "begins with created"},
		"a clear body missing":        {func(l *testLog) { l.bodies[atDay1] = nil }, atDay1, "missing"},
		"a clear body changed":        {func(l *testLog) { l.bodies[atDay1][10]++ }, atDay1, "not the one that the header names"},
		"state: generation":           {func(l *testLog) { editBody(l, atKeys2, func(b *entry.KeysBody) { b.Generation = 3 }) }, atKeys2, "generation"},
		"state: day":                  {func(l *testLog) { editBody(l, atDay2, func(b *entry.ClosedDay) { b.Day = "2026-09-07" }) }, atDay2, "day"},
		"state: at goes back": {func(l *testLog) {
			editBody(l, atDay2, func(b *entry.ClosedDay) { b.At = shanghai(l.t, "2026-09-08 08:59:59") })
		}, atDay2, "before that of entry 20"},
		"state: removed twice":        {func(l *testLog) { editBody(l, atWeiRemoved, func(b *entry.AccountBody) { b.Account = "an" }) }, atWeiRemoved, "never was"},
		"state: was":                  {func(l *testLog) { editBody(l, atRestored, func(b *entry.Restored) { b.Was = "x" }) }, atRestored, "was"},
		"date of a clear entry":       {func(l *testLog) { later(l, atExported) }, atExported, "recorded on 2026-09-06, after one of 2026-09-08"},
		"date of a staff entry":       {func(l *testLog) { later(l, atHandover) }, atHandover, "recorded on 2026-09-06, after one of 2026-09-10"},
		"date ahead":                  {func(l *testLog) { l.edit(atRead, func(h *entry.Header) { h.Date = "2026-09-08" }) }, atRead + 1, "after one of 2026-09-08"},
		"a report of tomorrow":        {func(l *testLog) { l.headers[atMail].Date = "2026-09-08" }, atMail, "arrived on 2026-09-08, but entry 7"},
		"an addition of tomorrow":     {func(l *testLog) { l.headers[atAdded].Date = "2026-09-08" }, atAdded, "arrived on 2026-09-08, but entry 12"},
		"a call of tomorrow":          {func(l *testLog) { l.headers[atCall].Date = "2026-09-08" }, atCall, "arrived on 2026-09-08, but entry 14"},
		"before the period":           {func(l *testLog) { l.headers[atLate].Date = "2026-09-06" }, atLate, "never open"},
		"after the period":            {func(l *testLog) { l.headers[atMail].Date = "2026-09-19" }, atMail, "never open"},
		"a day closed to its channel": {func(l *testLog) { l.headers[atLate].Date = "2026-09-12" }, atLate, "accepted by hotline on 2026-09-12"},
		"staff entry not by its key":  {func(l *testLog) { l.headers[atRead].Sign(origin, signingKey("ling")) }, atRead, "signature of \"wei\""},
		"staff entry changed":         {func(l *testLog) { l.headers[atRead].Parts[0].Size++ }, atRead, "signature of \"wei\""},
		"staff entry of a stranger":   {func(l *testLog) { l.edit(atRead, func(h *entry.Header) { h.By = "an" }) }, atRead, "no account \"an\""},
		"staff entry of one removed":  {func(l *testLog) { l.edit(atHandover, func(h *entry.Header) { h.By = "wei" }) }, atHandover, "was removed in entry 20"},
		"staff entry of the old log":  {func(l *testLog) { l.headers[atHandover].Sign(origin, signingKey("ling")) }, atHandover, "signature"},
		"staff entry of the new log":  {func(l *testLog) { l.headers[atReplied].Sign(newOrigin, signingKey("wei")) }, atReplied, "signature"},
		"exported by a stranger":      {func(l *testLog) { l.edit(atExported, func(h *entry.Header) { h.By = "an" }) }, atExported, "no account"},
		"account not signed":          {func(l *testLog) { l.headers[atWei].By, l.headers[atWei].Sig = "", "" }, atWei, "not signed"},
		"account by another":          {func(l *testLog) { l.edit(atWeiRemoved, func(h *entry.Header) { h.By = "wei" }) }, atWeiRemoved, "not a leader"},
		"keys not signed":             {func(l *testLog) { l.headers[atKeys2].By, l.headers[atKeys2].Sig = "", "" }, atKeys2, "not signed"},
		"keys by another":             {func(l *testLog) { l.edit(atKeys2, func(h *entry.Header) { h.By = "wei" }) }, atKeys2, "not a leader"},
		"first account signed":        {func(l *testLog) { l.edit(atLing, func(h *entry.Header) { h.By = "ling" }) }, atLing, "no account"},
		"keys of another office":      {func(l *testLog) { editBody(l, atKeys2, func(b *entry.KeysBody) { b.Office = "age1pq1mine" }) }, atKeys2, "another office key"},
		"schedule of another zone": {func(l *testLog) {
			editBody(l, atSchedule2, func(b *entry.ScheduleBody) { b.Schedule = zoned(l.t, "Asia/Urumqi") })
		}, atSchedule2, "time zone Asia/Urumqi after Asia/Shanghai"},
		"exported less":          {func(l *testLog) { editBody(l, atExported, func(b *entry.Exported) { b.Size-- }) }, atExported, "exported 17 entries at entry 18"},
		"erased by nobody":       {func(l *testLog) { l.headers[atErased].By, l.headers[atErased].Sig = "", "" }, atErased, "not signed, and "},
		"erased by another":      {func(l *testLog) { l.edit(atErased, func(h *entry.Header) { h.By = "wei" }) }, atErased, "not a leader"},
		"closed by nobody":       {func(l *testLog) { l.headers[atClosed].By, l.headers[atClosed].Sig = "", "" }, atClosed, "not signed"},
		"noted by no member":     {func(l *testLog) { editBody(l, atWei, func(b *entry.AccountBody) { b.Roles = []string{"custodian"} }) }, atRead + 1, "not a member"},
		"refused tomorrow":       {func(l *testLog) { editBody(l, atDay1, func(b *entry.ClosedDay) { b.Refused[0].Day = "2026-09-08" }) }, atDay1, "counts arrivals of 2026-09-08 on 2026-09-07"},
		"ref to nothing":         {func(l *testLog) { l.edit(atRead, func(h *entry.Header) { h.Ref = id(1000) }) }, atRead, "no earlier accepted entry"},
		"ref to a clear entry":   {func(l *testLog) { l.edit(atRead, func(h *entry.Header) { h.Ref = id(0) }) }, atRead, "no earlier accepted entry"},
		"ref to an addition":     {func(l *testLog) { l.edit(atReplied, func(h *entry.Header) { h.Ref = id(atAdded) }) }, atReplied, "no earlier accepted entry"},
		"ref to a later entry":   {func(l *testLog) { l.edit(atAdded, func(h *entry.Header) { h.Ref = id(atLate) }) }, atAdded, "no earlier accepted entry"},
		"an id twice":            {func(l *testLog) { l.headers[atMail].ID = id(atWeb) }, atMail, "is an earlier entry's"},
		"an id of a clear entry": {func(l *testLog) { l.headers[atMail].ID = id(0) }, atMail, "is an earlier entry's"},
		"erased nothing":         {func(l *testLog) { editBody(l, atErased, func(b *entry.Erased) { b.Entry = id(1000) }) }, atErased, "no earlier entry"},
		"erased a clear body":    {func(l *testLog) { editBody(l, atErased, func(b *entry.Erased) { b.Entry = id(atKeys) }) }, atErased, "no earlier entry"},
		"erased itself":          {func(l *testLog) { editBody(l, atErased, func(b *entry.Erased) { b.Entry = id(atErased) }) }, atErased, "no earlier entry"},
		"a report not counted":   {func(l *testLog) { editBody(l, atDay1, func(b *entry.ClosedDay) { b.Accepted = b.Accepted[:1] }) }, atDay1, "leaves out 1 accepted by web"},
		"a report counted twice": {func(l *testLog) { editBody(l, atDay1, func(b *entry.ClosedDay) { b.Accepted[0].N = 2 }) }, atDay1, "says 2 accepted by mail on 2026-09-07, the log has 1"},
		"a count of nothing":     {func(l *testLog) { editBody(l, atDay2, func(b *entry.ClosedDay) { b.Accepted[0].Channel = intake.Web }) }, atDay2, "says 1 accepted by web on 2026-09-07, the log has 0"},
		"a count of another day": {func(l *testLog) { editBody(l, atDay2, func(b *entry.ClosedDay) { b.Accepted[0].Day = "2026-09-08" }) }, atDay2, "the log has 0"},
		"a report taken out":     {func(l *testLog) { removed(l, atMail) }, atDay1 - 1, "says 1 accepted by mail"},
		"a report put in":        {func(l *testLog) { l.insertReport(atDay1) }, atDay1 + 1, "says 1 accepted by web on 2026-09-07, the log has 2"},
		"a late report counted at once": {func(l *testLog) {
			editBody(l, atDay1, func(b *entry.ClosedDay) {
				b.Accepted = append([]entry.Count{{Day: "2026-09-07", Channel: intake.Hotline, N: 1}}, b.Accepted...)
			})
		}, atDay1, "says 1 accepted by hotline on 2026-09-07, the log has 0"},
		"a report after the end":    {func(l *testLog) { l.accepted(intake.Mail, "2026-09-08") }, atReadAfter + 1, "the inspection ended before"},
		"an addition after the end": {func(l *testLog) { l.added(atWeb) }, atReadAfter + 1, "the inspection ended before"},
		"a call after the end":      {func(l *testLog) { l.call("2026-09-08") }, atReadAfter + 1, "the inspection ended before"},
	} {
		t.Run(name, func(t *testing.T) {
			l := wholeLog(t)
			c.change(l)
			p := l.check()
			if len(p) == 0 {
				t.Fatal("no problem is found")
			}
			if p[0].Entry != c.at || !strings.Contains(p[0].What, c.says) {
				t.Errorf("want entry %d, %q; found %v", c.at, c.says, p)
			}
		})
	}
}

// insertReport puts a report before entry n.
func (l *testLog) insertReport(n int) {
	h := l.headers[atWeb]
	h.ID = id(1000)
	l.headers = slices.Insert(l.headers, n, h)
	l.bodies = slices.Insert(l.bodies, n, nil)
	l.under = slices.Insert(l.under, n, origin)
}

func TestCheckerWantsEntriesInOrder(t *testing.T) {
	l := newLog(t)
	n := l.accepted(intake.Web, "2026-09-07")
	for _, index := range []int64{0, int64(n) - 1, int64(n) + 1, -1} {
		c := entry.NewChecker()
		for i := range n {
			c.Entry(int64(i), l.headers[i], l.bodies[i])
		}
		c.Entry(index, l.headers[n], nil)
		if p := c.Problems(); len(p) != 1 || !strings.Contains(p[0].What, "due") {
			t.Errorf("entry %d as %d: %v", n, index, p)
		}
	}
	c := entry.NewChecker()
	c.Entry(-7, entry.Header{}, nil)
	c.Done()
	if len(c.Problems()) < 3 {
		t.Errorf("nothing at all as entry -7: %v", c.Problems())
	}
}

func TestCheckerListsNoMoreThanAHundred(t *testing.T) {
	l := newLog(t)
	for range 3 * entry.MaxProblems {
		l.accepted(intake.Mail, "2026-01-01")
	}
	p := l.check()
	if len(p) != entry.MaxProblems+1 || p[entry.MaxProblems].What != "and more" {
		t.Errorf("%d problems, the last is %v", len(p), p[len(p)-1])
	}
	for i, q := range p {
		if q.Entry != int64(4+i) {
			t.Fatalf("problem %d is at entry %d", i, q.Entry)
		}
	}
	l = newLog(t)
	for range entry.MaxProblems {
		l.accepted(intake.Mail, "2026-01-01")
	}
	if p := l.check(); len(p) != entry.MaxProblems || p[len(p)-1].What == "and more" {
		t.Errorf("exactly %d: %d problems, the last is %v", entry.MaxProblems, len(p), p[len(p)-1])
	}
}

// A web report can be late over midnight, and no later; a mail or a ledger can.
func TestCheckerFindsBackdated(t *testing.T) {
	for _, c := range []struct {
		name  string
		entry func(l *testLog, report int) int
		found bool
	}{
		{"web, the same day", func(l *testLog, _ int) int { return l.accepted(intake.Web, "2026-09-10") }, false},
		{"web, the day before", func(l *testLog, _ int) int { return l.accepted(intake.Web, "2026-09-09") }, false},
		{"web, two days before", func(l *testLog, _ int) int { return l.accepted(intake.Web, "2026-09-08") }, true},
		{"web, the first day", func(l *testLog, _ int) int { return l.accepted(intake.Web, "2026-09-07") }, true},
		{"mail, two days before", func(l *testLog, _ int) int { return l.accepted(intake.Mail, "2026-09-08") }, false},
		{"hotline, the first day", func(l *testLog, _ int) int { return l.accepted(intake.Hotline, "2026-09-07") }, false},
		{"call, two days before", func(l *testLog, _ int) int { return l.call("2026-09-08") }, false},
		{"call, the first day", func(l *testLog, _ int) int { return l.call("2026-09-07") }, false},
		{"added, the day before", func(l *testLog, r int) int {
			n := l.added(r)
			l.headers[n].Date = "2026-09-09"
			return n
		}, false},
		{"added, two days before", func(l *testLog, r int) int {
			n := l.added(r)
			l.headers[n].Date = "2026-09-08"
			return n
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLog(t)
			l.on("2026-09-08 10:00:00")
			report := l.accepted(intake.Web, "2026-09-08")
			l.on("2026-09-10 00:10:00")
			l.staff(entry.KindRead, report, "ling")
			n := c.entry(l, report)
			p := l.check()
			if (len(p) > 0) != c.found || c.found && (p[0].Entry != int64(n) || !strings.Contains(p[0].What, "backdated")) {
				t.Errorf("entry %d: %v", n, p)
			}
		})
	}
}

// A report is judged by the schedule in force when it was taken.
func TestCheckerUsesTheScheduleInForce(t *testing.T) {
	l := newLog(t)
	l.on("2026-09-17 10:00:00")
	l.accepted(intake.Web, "2026-09-17")
	l.clear("", entry.ScheduleBody{At: l.at, Schedule: schedule(t, "2026-09-16")})
	l.accepted(intake.Web, "2026-09-16")
	n := l.accepted(intake.Web, "2026-09-17")
	if p := l.check(); len(p) != 1 || p[0].Entry != int64(n) || !strings.Contains(p[0].What, "never open") {
		t.Errorf("want entry %d, found %v", n, p)
	}
}

// No entry can be doubled, or moved to the front, unnoticed.
func TestCheckerAfterMoves(t *testing.T) {
	for n := range wholeLog(t).headers {
		l := wholeLog(t)
		h, body := l.headers[n], l.bodies[n]
		l.headers, l.bodies = slices.Insert(l.headers, n, h), slices.Insert(l.bodies, n, body)
		if len(l.check()) == 0 {
			t.Errorf("entry %d doubled", n)
		}
		if n == 0 {
			continue
		}
		l.headers, l.bodies = slices.Delete(l.headers, n, n+2), slices.Delete(l.bodies, n, n+2)
		l.headers, l.bodies = slices.Insert(l.headers, 0, h), slices.Insert(l.bodies, 0, body)
		if len(l.check()) == 0 {
			t.Errorf("entry %d moved to the front", n)
		}
	}
}
