package public

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dengwen/intake"
	"dengwen/web/ui"
)

// A frame is what every page can say: the announcement, and whether the web
// channel is open now.
type frame struct {
	Notice Notice
	Open   bool
	State  string // open or closed, and why
	Until  string // when it closes, or when it opens next
	Over   bool   // it does not open again
}

func (s *site) frame(v ui.View) frame {
	now := s.opts.Now()
	a := s.opts.Schedule.Admit(intake.Web, now, now)
	f := frame{Notice: s.opts.Notice, Open: a.Open()}
	if !f.Open {
		f.State, f.Until = closed(v, a.Reason, a.Next)
		f.Over = a.Next.IsZero()
		return f
	}
	f.State = v.Text("public.open")
	end := s.opts.Schedule.Closing(intake.Web, now)
	if s.opts.Schedule.Day(end) == s.opts.Schedule.Day(now) {
		f.Until = v.Text("public.open-until", "Clock", clock(end))
	} else {
		f.Until = v.Text("public.open-until-day", "Date", date(v, end), "Clock", clock(end))
	}
	return f
}

// closed says why the channel is closed, and when it opens next.
func closed(v ui.View, reason intake.Reason, next time.Time) (why, then string) {
	if next.IsZero() && (reason == intake.OutsideHours || reason == intake.ClosedDay) {
		reason = intake.AfterPeriod // on its last evening
	}
	why = v.Text("public.closed-" + string(reason))
	if next.IsZero() {
		return why, v.Text("public.never")
	}
	return why, v.Text("public.next", "Date", date(v, next), "Clock", clock(next))
}

func clock(t time.Time) string { return t.Format("15:04") }

func date(v ui.View, t time.Time) string {
	return v.Text("public.date", "Year", t.Year(), "Month", v.Text(fmt.Sprintf("public.month-%d", t.Month())), "Day", t.Day(),
		"Weekday", v.Text("public.weekday-"+weekdays[t.Weekday()]))
}

// weekdays are the schedule's names, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// dateOf is a date of the schedule, 2006-01-02, in words; one that is none
// stays as it is.
func dateOf(v ui.View, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return date(v, t)
}

// Hours are the announced hours of the channels that share them. Lists are
// joined by a dot, which is the same in every language.
type hours struct {
	Channels []intake.Channel // empty when all share these
	Windows  string
	Days     string
	Extra    []string // days that are open though their weekday is not
	Closed   []string
}

const dot = " · "

// hours are what the notice says of the live channels.
func (s *site) hours(v ui.View) []hours {
	var list []hours
	var of []intake.Hours
	for _, ch := range intake.LiveChannels() {
		h := s.opts.Schedule.HoursOf(ch)
		i := slices.IndexFunc(of, func(o intake.Hours) bool {
			return slices.Equal(o.Windows, h.Windows) && slices.Equal(o.Weekdays, h.Weekdays) && slices.Equal(o.Open, h.Open) && slices.Equal(o.Closed, h.Closed)
		})
		if i >= 0 {
			list[i].Channels = append(list[i].Channels, ch)
			continue
		}
		of = append(of, h)
		list = append(list, hours{Channels: []intake.Channel{ch}, Windows: strings.ReplaceAll(strings.Join(h.Windows, dot), "-", "–"),
			Days: days(v, h.Weekdays), Extra: dates(v, h.Open), Closed: dates(v, h.Closed)})
	}
	if len(list) == 1 {
		list[0].Channels = nil
	}
	return list
}

func dates(v ui.View, days []string) (list []string) {
	for _, d := range days {
		list = append(list, dateOf(v, d))
	}
	return list
}

// days names weekdays, which come in the order of the week: all of them, from
// one to another where there are three or more in a row, or each.
func days(v ui.View, names []string) string {
	week := append(weekdays[1:7:7], weekdays[0])
	name := func(day string) string { return v.Text("public.weekday-" + day) }
	first := slices.Index(week, names[0])
	switch n := len(names); {
	case n == len(week):
		return v.Text("public.every-day")
	case n > 2 && slices.Equal(week[first:first+n], names):
		return v.Text("public.days", "First", name(names[0]), "Last", name(names[n-1]))
	}
	var list []string
	for _, n := range names {
		list = append(list, name(n))
	}
	return strings.Join(list, dot)
}

// number is a count as people read it: 20,000.
func number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return number(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// zone names the zone of all times on the pages.
func (s *site) zone(v ui.View) string {
	if name := s.opts.Schedule.Location().String(); name != "Asia/Shanghai" {
		return v.Text("public.zone", "Zone", name)
	}
	return v.Text("public.zone-beijing")
}
