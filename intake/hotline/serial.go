package hotline

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// An epoch is the day 0 from which a spreadsheet counts.
type epoch struct{ time.Time }

// The two date systems of spreadsheets. The first is right from March 1900
// on: the 29 February 1900 that it counts never was.
var (
	epoch1900 = epoch{time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	epoch1904 = epoch{time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)}
)

// serial reads a number of days with the time as its fraction, as digits and
// at most one point. A fraction alone is a bare time, a whole number a bare
// date.
func serial(s string, e epoch) (clock, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	if !digits(whole) || point && !digits(fraction) {
		return clock{}, false
	}
	days, err := strconv.ParseFloat(s, 64)
	if err != nil || days >= 100_000 {
		return clock{}, false
	}
	day := math.Floor(days)
	seconds, carry := wholeSeconds((days-day)*86400, len(fraction))
	if carry {
		day++
	}
	c := clockOf(e.AddDate(0, 0, int(day)).Add(seconds))
	if day == 0 {
		c.year, c.month, c.day, c.dated = 0, 0, 0, false
		return c, point
	}
	if !point {
		return dayOf(e.AddDate(0, 0, int(day))), c.possible()
	}
	return c, c.possible()
}

// wholeSeconds turns the seconds of a day into a duration. A number of days
// rarely hits a second; it is taken as the nearest one when that lies within
// what the digits can tell (5 decimals tell 0.4 s), or within half a
// millisecond. Anything else keeps its milliseconds, cut off and not rounded,
// so that 08:29:59.9 stays before 08:30.
func wholeSeconds(seconds float64, decimals int) (d time.Duration, carry bool) {
	tolerance := 0.0005
	if decimals >= 5 {
		tolerance = max(tolerance, 43200*math.Pow10(-decimals))
	}
	if r := math.Round(seconds); math.Abs(seconds-r) <= tolerance {
		seconds = r
	} else {
		seconds = math.Floor(seconds*1000) / 1000
	}
	d = time.Duration(math.Round(seconds*1000)) * time.Millisecond
	if d >= 24*time.Hour {
		return d - 24*time.Hour, true
	}
	return d, false
}
