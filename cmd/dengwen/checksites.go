package main

import "dengwen/intake"

// checkSites checks where the sites listen and what they allow.
func (s *settings) checkSites() error {
	if p := s.Public; p != nil {
		if err := s.publicAddress().check(s); err != nil {
			return err
		}
		if err := s.within("public.max_file", p.MaxFile, intake.MaxFileBytes); err != nil {
			return err
		}
		if err := s.within("public.max_files", int64(p.MaxFiles), intake.MaxFiles); err != nil {
			return err
		}
	}
	if s.Desk != nil {
		if err := s.deskAddress().check(s); err != nil {
			return err
		}
	}
	if m := s.Mail; m != nil {
		if err := s.within("mail.keep_days", int64(m.KeepDays), intake.MaxPeriod); err != nil {
			return err
		}
	}
	if s.Metrics != nil {
		return s.metricsAddress().check(s)
	}
	return nil
}

// within checks a number that may be left out, and then is 0.
func (s *settings) within(key string, n, most int64) error {
	if n < 0 || n > most {
		return fail("config.number", "File", s.path, "Key", key, "Value", n, "Most", most)
	}
	return nil
}
