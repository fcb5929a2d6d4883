package main

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// longestAddress bounds the site's address, in bytes: a longer one makes a QR
// code too fine for a poster.
const longestAddress = 300

// domain returns a name for which an authority gives certificates, in lower
// case and ASCII: two labels at least, no address, no wildcard.
func domain(name string) (string, bool) {
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || !strings.Contains(strings.Trim(ascii, "."), ".") || strings.HasSuffix(ascii, ".") || strings.HasSuffix(ascii, ".onion") {
		return "", false
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return "", false
	}
	return ascii, true
}

// siteAddress reads the address that a notice shows. It returns it in ASCII, as
// a QR code needs it, with a path.
func siteAddress(text string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#") {
		return "", false
	}
	if host := u.Hostname(); !strings.Contains(host, ":") { // not an address of IPv6
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", false
		}
		u.Host = strings.Replace(u.Host, host, ascii, 1)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	text = u.String()
	return text, len(text) <= longestAddress
}

// authorityURL reports whether text is the directory of an ACME authority. It
// is https whatever its host: what comes from there becomes our certificate.
func authorityURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && !strings.Contains(text, "#")
}
