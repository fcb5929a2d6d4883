package desk

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
)

// A listener is the one address of the site, as browsers may name it. A page of
// somebody else's whose name is made to point at this machine (DNS rebinding)
// would count as of one origin with the desk; its requests name that name.
type listener struct {
	addr netip.AddrPort // zero when the connection's own address is the one
	name string         // a host name, where the address was given as one
	port uint16
}

func parseListener(address string) (listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return listener{}, fmt.Errorf("desk: listening address %q: write host:port: %w", address, intake.ErrInvalid)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return listener{}, fmt.Errorf("desk: listening address %q: the port is no number: %w", address, intake.ErrInvalid)
	}
	l := listener{port: uint16(n)}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		l.name = host
	case !ip.IsUnspecified():
		l.addr = netip.AddrPortFrom(ip.Unmap().WithZone(""), l.port)
	}
	return l, nil
}

// knows reports whether the request is addressed to the listener.
func (l listener) knows(r *http.Request) bool {
	host, port, ok := splitHost(r)
	if !ok {
		return false
	}
	if l.name != "" && strings.EqualFold(host, l.name) && port == l.port {
		return true
	}
	own := l.addr
	if !own.IsValid() {
		at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		if !ok {
			return false
		}
		own = at.AddrPort()
		own = netip.AddrPortFrom(own.Addr().Unmap().WithZone(""), own.Port())
	}
	if port != own.Port() {
		return false
	}
	// The one name that no DNS server answers for.
	if own.Addr().IsLoopback() && strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap() == own.Addr()
}

// splitHost is the request's Host; browsers leave out a scheme's own port.
func splitHost(r *http.Request) (host string, port uint16, ok bool) {
	host, number, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, number = r.Host, "80"
		if r.TLS != nil {
			number = "443"
		}
		if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
			host = host[1 : len(host)-1]
		}
	}
	n, err := strconv.ParseUint(number, 10, 16)
	return host, uint16(n), err == nil && host != ""
}

// noOptions refuses OPTIONS as any other method that a page does not have, and
// leaves it out of what is allowed, where echo puts it.
func noOptions(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		allow, elsewhere := c.Get(echo.ContextKeyHeaderAllow).(string)
		if elsewhere {
			c.Set(echo.ContextKeyHeaderAllow, strings.TrimPrefix(allow, http.MethodOptions+", "))
		}
		switch {
		case c.Request().Method != http.MethodOptions:
			return next(c)
		case elsewhere:
			return echo.MethodNotAllowedHandler(c)
		}
		return echo.ErrNotFound
	}
}

// addressed refuses what is addressed to another host, before anything else is
// looked at.
func (s *Site) addressed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !s.listen.knows(c.Request()) {
			return errElsewhere
		}
		return next(c)
	}
}
