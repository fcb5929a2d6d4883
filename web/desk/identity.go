package desk

import (
	"net/http"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// An identityPage asks whether to open who sent a report, or shows it.
type identityPage struct {
	ID       string
	Open     bool
	Identity intake.Identity
	Attached []attachment // the originals that came with the report
	Added    []attachment // those that came with what was added to it
	Faulty   bool         // something that was added did not open
}

// Empty reports whether nothing tells who sent the report.
func (p identityPage) Empty() bool { return p.Identity == intake.Identity{} }

// permitIdentity lets the next page open the identity. It is a step of its own
// so that neither loading a page again nor going back in the browser opens it,
// for each opening stands in the log under somebody's name.
func (s *Site) permitIdentity(k call) error {
	id := k.Param("id")
	if !idShape.MatchString(id) {
		return errMissing
	}
	k.allow(id)
	return s.goTo(k, pathOf(k.session)+"report/"+id+"/identity")
}

func (s *Site) identity(k call) error {
	id := k.Param("id")
	if !idShape.MatchString(id) {
		return errMissing
	}
	p := identityPage{ID: id}
	if !k.allowed(id) {
		if !who(k).Is(triage.Custodian) {
			return intake.ErrForbidden
		}
		return s.show(k, http.StatusOK, "identity", p, nil)
	}
	var files []triage.Attachment
	var err error
	// Whoever is no custodian is denied here, and that is written.
	p.Identity, files, err = k.account.Identity(k.Request().Context(), id)
	if err != nil && len(files) == 0 && p.Empty() {
		return err
	}
	p.Open, p.Faulty = true, err != nil
	for _, a := range attached(k.session, id, files) {
		if a.Entry == id {
			p.Attached = append(p.Attached, a)
		} else {
			p.Added = append(p.Added, a)
		}
	}
	return s.show(k, http.StatusOK, "identity", p, nil)
}
