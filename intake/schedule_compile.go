package intake

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
)

// compiled is a schedule made ready to answer. Days are numbers of days since
// 1970-01-01 on the wall, instants are Unix seconds: every bound of a schedule
// is a whole second, so the fraction of an instant never decides.
type compiled struct {
	rules       Rules
	json        []byte
	loc         *time.Location
	first, last int64 // days, both in
	cutoff      int64 // the first instant that is out
	base        *calendar
	over        []channelCalendar
}

type channelCalendar struct {
	channel Channel
	*calendar
}

// never is the zero Schedule: all of time is before its period.
var never = &compiled{loc: time.UTC, first: math.MaxInt64, last: math.MaxInt64, base: &calendar{}}

func (s Schedule) compiled() *compiled {
	if s.c == nil {
		return never
	}
	return s.c
}

// calendar is that of c, which is the base's where c has no override.
func (c *compiled) calendar(ch Channel) *calendar {
	for i := range c.over {
		if c.over[i].channel == ch {
			return c.over[i].calendar
		}
	}
	return c.base
}

func compile(r Rules) (*compiled, error) {
	c := &compiled{cutoff: math.MaxInt64}
	if err := c.readPeriod(&r); err != nil {
		return nil, err
	}
	given, err := r.Hours.normalise("hours")
	if err != nil {
		return nil, err
	}
	base := given.over(Hours{Windows: []string{defaultWindow}, Weekdays: weekdays})
	if len(base.Open) == 0 {
		base.Open = nil
	}
	if len(base.Closed) == 0 {
		base.Closed = nil
	}
	if c.base, err = c.newCalendar("hours", base); err != nil {
		return nil, err
	}
	r.Hours = base
	if r.Channels, err = c.readOverrides(r.Channels, base); err != nil {
		return nil, err
	}
	c.rules = r
	c.json, err = json.Marshal(r)
	return c, err
}

// readOverrides compiles the overrides and returns them in their one form: in
// the order of Channels, without keys that say what the base says anyway.
func (c *compiled) readOverrides(list []ChannelHours, base Hours) ([]ChannelHours, error) {
	var out []ChannelHours
	for i, o := range list {
		prefix := "hours." + string(o.Channel)
		if !o.Channel.Valid() {
			return nil, Explain(nil, "schedule.channel", "%s: there is no such channel; write one of %v", prefix, Channels())
		}
		if slices.ContainsFunc(list[:i], func(p ChannelHours) bool { return p.Channel == o.Channel }) {
			return nil, Explain(nil, "schedule.twice", "%s: given twice; join them", prefix)
		}
		h, err := o.normalise(prefix)
		if err != nil {
			return nil, err
		}
		if h = h.without(base); h.none() {
			continue
		}
		cal, err := c.newCalendar(prefix, h.over(base))
		if err != nil {
			return nil, err
		}
		c.over = append(c.over, channelCalendar{o.Channel, cal})
		out = append(out, ChannelHours{o.Channel, h})
	}
	order := Channels()
	slices.SortFunc(out, func(a, b ChannelHours) int {
		return slices.Index(order, a.Channel) - slices.Index(order, b.Channel)
	})
	return out, nil
}

// readPeriod reads the zone, the period and the cutoff, and brings the cutoff
// to UTC: written in the zone it would change with the zone database.
func (c *compiled) readPeriod(r *Rules) error {
	var err error
	if r.Timezone == "" || r.Timezone == "Local" {
		return Explain(nil, "schedule.zone", "inspection.timezone: %q is not a zone; write an IANA name, such as Asia/Shanghai", r.Timezone)
	}
	if c.loc, err = time.LoadLocation(r.Timezone); err != nil {
		return Explain(nil, "schedule.unknown-zone", "inspection.timezone: %q is not known; write an IANA name, such as Asia/Shanghai", r.Timezone)
	}
	if c.first, err = parseDay(r.First); err != nil {
		return fmt.Errorf("inspection.first: %w", err)
	}
	if c.last, err = parseDay(r.Last); err != nil {
		return fmt.Errorf("inspection.last: %w", err)
	}
	if c.last < c.first {
		return Explain(nil, "schedule.order", "inspection.last: %s is before the first day, %s; swap them", r.Last, r.First)
	}
	if days := c.last - c.first + 1; days > MaxPeriod {
		return Explain(nil, "schedule.period", "inspection.last: %s makes a period of %d days, at most %d; check the years", r.Last, days, MaxPeriod)
	}
	if r.Cutoff == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, r.Cutoff)
	if year := at.UTC().Year(); err != nil || at.Nanosecond() != 0 || year < 0 || year > 9999 {
		return Explain(nil, "schedule.cutoff", "inspection.cutoff: %q is not an instant; write it in whole seconds with its offset, like 2026-10-30T12:00:00+08:00", r.Cutoff)
	}
	c.cutoff = at.Unix()
	r.Cutoff = at.UTC().Format(time.RFC3339)
	return nil
}
