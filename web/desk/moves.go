package desk

import (
	"errors"
	"strings"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// A move is a decision that may be taken now. The handover is not among them:
// it is final, and has a form of its own.
type move struct {
	triage.Standing
	Again bool // a report that was done is taken up again
}

// Value is the move as the form sends it.
func (m move) Value() string { return string(m.State) + "/" + string(m.Route) }

// moves lists the decisions that the account may take.
func moves(at triage.Standing, who triage.Account) (list []move) {
	for _, state := range []triage.State{triage.Routed, triage.Done} {
		for _, route := range append(triage.Routes(), "") {
			next := triage.Standing{State: state, Route: route}
			if at.Move(next, who) == nil {
				list = append(list, move{next, at.State == triage.Done})
			}
		}
	}
	return list
}

// parseMove reads a form's decision; it is empty where there is none that the
// form could send.
func parseMove(value string) triage.Standing {
	state, route, _ := strings.Cut(value, "/")
	next := triage.Standing{State: triage.State(state), Route: triage.Route(route)}
	if next.Check() != nil || next.State != triage.Routed && next.State != triage.Done {
		return triage.Standing{}
	}
	return next
}

// handover reports whether the account may hand the report over, or whether
// that is what comes next and somebody else's to do.
func handover(at triage.Standing, who triage.Account) (may, others bool) {
	err := at.Move(triage.Standing{State: triage.HandedOver, Route: at.Route}, who)
	return err == nil, errors.Is(err, intake.ErrForbidden)
}
