package triage

import (
	"fmt"
	"slices"

	"dengwen/intake"
)

// A State is how far a report has come at the desk. The names are part of
// sealed notes and of views.
type State string

// The states; see the package documentation for the way between them.
const (
	New        State = "new"         // 待分办
	Routed     State = "routed"      // 已分办
	HandedOver State = "handed-over" // 已移交
	Done       State = "done"        // 办结
)

// States lists all states in the order in which a report meets them.
func States() []State { return []State{New, Routed, HandedOver, Done} }

// Valid reports whether s is one of States.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// A Route is where a report goes once someone has decided.
type Route string

// The routes. The first three leave the team, the others it keeps.
const (
	Discipline   Route = "discipline"   // 纪委监委: suspected violations of discipline, duty crimes
	Organization Route = "organization" // 组织部门: choice and appointment of cadres
	Justice      Route = "justice"      // 政法机关: crimes that are not duty crimes
	Verify       Route = "verify"       // 了解核实: the team looks into it
	Rectify      Route = "rectify"      // 立行立改: put right while the team is there
	Letters      Route = "letters"      // 信访: outside the remit, for the letters office
)

// Routes lists all routes in display order.
func Routes() []Route {
	return []Route{Discipline, Organization, Justice, Verify, Rectify, Letters}
}

// Valid reports whether r is one of Routes.
func (r Route) Valid() bool { return slices.Contains(Routes(), r) }

// Leaves reports whether a report on the route ends with a handover.
func (r Route) Leaves() bool { return r == Discipline || r == Organization || r == Justice }

// A Standing is where a report stands: its state, and the route that was
// chosen last, which a new report does not have.
type Standing struct {
	State State `json:"state,omitempty"`
	Route Route `json:"route,omitempty"`
}

// Check reports whether s can be: known names, a route where one belongs. The
// error wraps intake.ErrInvalid.
func (s Standing) Check() error {
	switch {
	case !s.State.Valid():
		return fmt.Errorf("state %q: %w", s.State, intake.ErrInvalid)
	case s.Route != "" && !s.Route.Valid():
		return fmt.Errorf("route %q: %w", s.Route, intake.ErrInvalid)
	case s.State == New && s.Route != "":
		return fmt.Errorf("a new report on route %s: %w", s.Route, intake.ErrInvalid)
	case s.State == Routed && s.Route == "":
		return fmt.Errorf("a routed report without a route: %w", intake.ErrInvalid)
	case s.State == HandedOver && !s.Route.Leaves():
		return fmt.Errorf("a report handed over on route %q: %w", s.Route, intake.ErrInvalid)
	case s.State == Done && s.Route.Leaves():
		return fmt.Errorf("a report done on route %s, which ends with a handover: %w", s.Route, intake.ErrInvalid)
	}
	return nil
}

// Move reports whether the account may bring a report from s to next. The
// error wraps intake.ErrInvalid if nobody may, intake.ErrForbidden if the
// account may not.
func (s Standing) Move(next Standing, by Account) error {
	if err := next.Check(); err != nil {
		return err
	}
	if !s.leadsTo(next) {
		return fmt.Errorf("from %v to %v: %w", s, next, intake.ErrInvalid)
	}
	if next.State == HandedOver && !by.Is(Leader) {
		return fmt.Errorf("%s: only a leader hands over: %w", by.Name, intake.ErrForbidden)
	}
	if !by.Is(Leader, Member) {
		return fmt.Errorf("%s: only leaders and members decide on reports: %w", by.Name, intake.ErrForbidden)
	}
	return nil
}

// leadsTo is the picture in the package documentation, for a next that can be.
func (s Standing) leadsTo(next Standing) bool {
	switch next.State {
	case Routed:
		return s.State != HandedOver && s != next
	case HandedOver:
		return s.State == Routed && s.Route == next.Route
	case Done:
		return s.State == New && next.Route == "" || s.State == Routed && s.Route == next.Route
	}
	return false
}

// String names the state and the route.
func (s Standing) String() string {
	if s.Route == "" {
		return string(s.State)
	}
	return string(s.State) + " (" + string(s.Route) + ")"
}
