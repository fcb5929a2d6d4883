package desk

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// What a request carries from one step to the next.
const (
	keySession = "session" // *session
	keyAccount = "account" // triage.Account
	keyTyped   = "typed"   // string, the text of a form that went nowhere
)

// A frame is what stands around every page, and the page's own data.
type frame struct {
	Inspection string
	Demo       bool
	Now, Zone  string
	// Base is the path of the session, empty for who is not signed in.
	Base  string
	Token string // of the forms
	Name  string
	Who   triage.Account // without roles when they are not known
	Said  string         // id of a confirmation
	Takes bool           // files of the hotline are taken
	Body  any
}

// At is an address below the session's path.
func (f frame) At(parts ...any) string {
	var b strings.Builder
	b.WriteString(f.Base)
	for _, p := range parts {
		fmt.Fprint(&b, p)
	}
	return b.String()
}

// Team reports whether the account reads reports, Custodian whether it opens
// identities, Leader whether it leads.
func (f frame) Team() bool      { return f.Who.Is(triage.Leader, triage.Member) }
func (f frame) Custodian() bool { return f.Who.Is(triage.Custodian) }
func (f frame) Leader() bool    { return f.Who.Is(triage.Leader) }

// show answers with a page.
func (s *Site) show(c echo.Context, status int, page string, body any, wrong []ui.FieldError) error {
	r := c.Request()
	v := ui.NewView(r)
	v.Errors = wrong
	if r.Method == http.MethodGet && status == http.StatusOK {
		v.Path = r.URL.Path
	}
	f := frame{
		Inspection: s.options.Inspection, Demo: s.options.Demo, Zone: s.options.Timezone.String(),
		Now: s.moment(s.options.Now(), "2006-01-02 15:04"), Body: body,
		Takes: s.options.Import != nil,
	}
	if x, _ := c.Get(keySession).(*session); x != nil && !x.over() {
		f.Base, f.Name, f.Token = pathOf(x), x.account.Name(), s.newToken(x.key)
		f.Who = who(c)
		v.Wide = page == "queue" || page == "report" || page == "channels" || page == "calls" || page == "import-preview"
		if status == http.StatusOK {
			f.Said = x.hear()
		}
	}
	return s.pages.Write(c.Response(), status, page, v.With(f))
}

// who is the account of a request, without roles when they are not known.
func who(c echo.Context) triage.Account {
	account, _ := c.Get(keyAccount).(triage.Account)
	return account
}

// pathOf is the path that a session's pages and its cookie have.
func pathOf(x *session) string { return "/s/" + x.key + "/" }

// moment is an instant in the inspection's zone.
func (s *Site) moment(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.options.Timezone).Format(layout)
}

// goTo sends the browser on to a page of the same session, in the language that
// was chosen.
func (s *Site) goTo(c echo.Context, path string) error {
	return c.Redirect(http.StatusSeeOther, ui.NewView(c.Request()).Link(path))
}
