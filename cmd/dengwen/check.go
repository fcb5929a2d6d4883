package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/store/seal"
)

// check completes the settings: required keys, the schedule, the recipients.
func (s *settings) check() error {
	for _, r := range []struct{ key, value string }{
		{"inspection.name", s.Inspection.Name}, {"inspection.timezone", s.Inspection.Timezone},
		{"inspection.first", s.Inspection.First}, {"inspection.last", s.Inspection.Last},
		{"box.dir", s.Box.Dir}, {"keys.archive", s.Keys.Archive}, {"keys.office", s.Keys.Office},
	} {
		if strings.TrimSpace(r.value) == "" {
			return fail("config.missing", "File", s.path, "Key", r.key)
		}
	}
	if s.Hours == nil {
		return fail("config.hours", "File", s.path)
	}
	if err := s.checkUnits(); err != nil {
		return err
	}
	s.Box.Dir = s.beside(s.Box.Dir)
	var err error
	if s.schedule, err = intake.NewSchedule(s.rules()); err != nil {
		return fail("config.wrong", "File", s.path).because(err)
	}
	if err := s.checkHotline(); err != nil {
		return err
	}
	if err := s.checkMail(); err != nil {
		return err
	}
	if err := s.checkSites(); err != nil {
		return err
	}
	if s.archive, err = s.recipient("keys.archive", s.Keys.Archive); err != nil {
		return err
	}
	s.office, err = s.recipient("keys.office", s.Keys.Office)
	return err
}

// checkUnits checks the units that reporters choose from.
func (s *settings) checkUnits() error {
	for i, unit := range s.Inspection.Units {
		if intake.Blank(unit) || slices.Contains(s.Inspection.Units[:i], unit) {
			return fail("config.units", "File", s.path, "Value", unit)
		}
	}
	return nil
}

// checkHotline checks how ledgers and call records are to be read.
func (s *settings) checkHotline() error {
	s.ledgerZone = s.schedule.Location()
	for _, z := range []struct {
		key, name string
		of        []**time.Location
	}{
		{"hotline.timezone", s.Hotline.Timezone, []**time.Location{&s.ledgerZone, &s.callZone}},
		{"hotline.call_timezone", s.Hotline.CallTimezone, []**time.Location{&s.callZone}},
	} {
		if z.name == "" {
			continue
		}
		zone, err := loadZone(z.name)
		if err != nil {
			return fail("config.zone", "File", s.path, "Key", z.key, "Zone", z.name)
		}
		for _, of := range z.of {
			*of = zone
		}
	}
	for field := range s.Hotline.Columns {
		if !hotline.Field(field).Valid() {
			return fail("config.field", "File", s.path, "Field", field, "Fields", fmt.Sprint(hotline.Fields()))
		}
	}
	return nil
}

// defaultKeepDays is a week: backups are rarely further apart.
const defaultKeepDays = 7

// checkMail checks for how long mails stay in the mailbox, and fills it in. That
// it is a number and not below 0, the decoder has seen to.
func (s *settings) checkMail() error {
	switch {
	case s.Mail == nil:
	case s.Mail.KeepDays == nil:
		s.Mail.KeepDays = new(uint16(defaultKeepDays))
	case *s.Mail.KeepDays > intake.MaxPeriod:
		return fail("config.days", "File", s.path, "Key", "mail.keep_days", "Value", *s.Mail.KeepDays, "Most", intake.MaxPeriod)
	}
	return nil
}

// recipient reads a key of the configuration: the recipient itself, or the
// path of a file that holds one.
func (s *settings) recipient(key, value string) (seal.Recipient, error) {
	wrong := fail("config.key", "File", s.path, "Key", key)
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "age1") || strings.HasPrefix(strings.ToUpper(value), "AGE-SECRET-KEY-") {
		r, err := seal.ParseRecipient(value)
		if err != nil {
			return r, wrong.because(err)
		}
		return r, nil
	}
	text, err := readSmall(s.beside(value), 64<<10)
	if err != nil {
		return seal.Recipient{}, wrong.because(err)
	}
	r, err := seal.ReadRecipient(bytes.NewReader(text))
	if err != nil {
		return r, wrong.because(err)
	}
	return r, nil
}

// loadZone finds a time zone by its IANA name.
func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, intake.Explain(intake.ErrInvalid, "zone.unknown", "the time zone %q is not known; write an IANA name, such as Asia/Shanghai", name)
	}
	return zone, nil
}

// clock is the box's clock: the machine's, moved by the demo's offset.
func (s *settings) clock(now func() time.Time) func() time.Time {
	if s.Demo == nil {
		return now
	}
	return func() time.Time { return now().Add(time.Duration(s.Demo.Clock)) }
}
