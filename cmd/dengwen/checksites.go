package main

import (
	"slices"

	"dengwen/intake"
)

const (
	// defaultRate is far more than people write, from a whole office.
	defaultRate = 60
	mostRate    = 100_000
)

// checkSites checks where the sites listen and what they allow.
func (s *settings) checkSites() error {
	if s.Public != nil {
		if err := s.checkPublic(); err != nil {
			return err
		}
	}
	if s.Desk != nil {
		if err := s.deskAddress().check(s); err != nil {
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

// checkPublic checks the public site. It also fills in the rate, and puts the
// addresses into the form in which pages show them.
func (s *settings) checkPublic() error {
	p := s.Public
	if err := s.checkDomains(); err != nil {
		return err
	}
	if err := s.publicAddress().check(s); err != nil {
		return err
	}
	if err := s.within("public.max_file", p.MaxFile, intake.MaxFileBytes); err != nil {
		return err
	}
	if err := s.within("public.max_files", int64(p.MaxFiles), intake.MaxFiles); err != nil {
		return err
	}
	if p.Rate == nil {
		p.Rate = new(float64(defaultRate))
	}
	if r := *p.Rate; !(r >= 0 && r <= mostRate) { // TOML has nan
		return fail("config.rate", "File", s.path, "Value", r, "Most", mostRate)
	}
	if p.Onion != "" {
		onion, ok := onionAddress(p.Onion)
		if !ok {
			return fail("config.onion", "File", s.path, "Value", p.Onion)
		}
		p.Onion = onion
	}
	if p.Address == "" && len(p.ACMEDomains) > 0 {
		p.Address = "https://" + p.ACMEDomains[0] + "/"
	}
	if p.Address != "" {
		address, ok := siteAddress(p.Address)
		if !ok {
			return fail("config.address", "File", s.path, "Value", p.Address)
		}
		p.Address = address
	}
	return nil
}

// checkDomains checks the names for which certificates are to be got.
func (s *settings) checkDomains() error {
	p := s.Public
	for i, name := range p.ACMEDomains {
		ascii, ok := domain(name)
		if !ok || slices.Contains(p.ACMEDomains[:i], ascii) {
			return fail("config.domain", "File", s.path, "Value", name)
		}
		p.ACMEDomains[i] = ascii
	}
	switch {
	case len(p.ACMEDomains) > 0 && (p.TLSCert != "" || p.TLSKey != ""):
		return fail("config.acme-files", "File", s.path)
	case p.ACMEDirectory == "":
		return nil
	case len(p.ACMEDomains) == 0:
		return fail("config.missing", "File", s.path, "Key", "public.acme_domains")
	case !authorityURL(p.ACMEDirectory):
		return fail("config.authority", "File", s.path, "Value", p.ACMEDirectory)
	}
	return nil
}
