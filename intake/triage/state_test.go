package triage_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// standings are all pairs of known names, and some of unknown ones.
func standings() []triage.Standing {
	var out []triage.Standing
	for _, s := range append(triage.States(), "", "lost") {
		for _, r := range append(triage.Routes(), "", "moon") {
			out = append(out, triage.Standing{State: s, Route: r})
		}
	}
	return out
}

func TestCheck(t *testing.T) {
	var got []string
	for _, s := range standings() {
		err := s.Check()
		if err == nil {
			got = append(got, s.String())
		} else if !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%v: %v", s, err)
		}
	}
	want := []string{
		"new",
		"routed (discipline)", "routed (organization)", "routed (justice)", "routed (verify)", "routed (rectify)", "routed (letters)",
		"handed-over (discipline)", "handed-over (organization)", "handed-over (justice)",
		"done (verify)", "done (rectify)", "done (letters)", "done",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The picture of the package documentation, drawn from every pair of standings.
func TestMove(t *testing.T) {
	leader := triage.Account{Name: "head", Roles: []triage.Role{triage.Leader}}
	allowed := func(from, to triage.Standing) bool {
		switch [2]triage.State{from.State, to.State} {
		case [2]triage.State{triage.New, triage.Routed}, [2]triage.State{triage.Done, triage.Routed}:
			return true
		case [2]triage.State{triage.New, triage.Done}:
			return to.Route == ""
		case [2]triage.State{triage.Routed, triage.Routed}:
			return from.Route != to.Route
		case [2]triage.State{triage.Routed, triage.HandedOver}, [2]triage.State{triage.Routed, triage.Done}:
			return from.Route == to.Route
		}
		return false
	}
	for _, from := range standings() {
		if from.Check() != nil {
			continue
		}
		for _, to := range standings() {
			err := from.Move(to, leader)
			if want := to.Check() == nil && allowed(from, to); (err == nil) != want {
				t.Errorf("from %v to %v: %v", from, to, err)
			} else if err != nil && !errors.Is(err, intake.ErrInvalid) {
				t.Errorf("from %v to %v: %v is not ErrInvalid", from, to, err)
			}
		}
	}
}

func TestMoveByRole(t *testing.T) {
	routed := triage.Standing{State: triage.Routed, Route: triage.Discipline}
	handed := triage.Standing{State: triage.HandedOver, Route: triage.Discipline}
	for _, tt := range []struct {
		roles       []triage.Role
		removed     bool
		route, hand bool
	}{
		{[]triage.Role{triage.Leader}, false, true, true},
		{[]triage.Role{triage.Member}, false, true, false},
		{[]triage.Role{triage.Custodian}, false, false, false},
		{[]triage.Role{triage.Leader, triage.Custodian}, false, true, true},
		{[]triage.Role{triage.Custodian, triage.Member}, false, true, false},
		{[]triage.Role{triage.Leader}, true, false, false},
		{nil, false, false, false},
	} {
		a := triage.Account{Name: "someone", Roles: tt.roles, Removed: tt.removed}
		for _, move := range []struct {
			from, to triage.Standing
			may      bool
		}{{triage.Standing{State: triage.New}, routed, tt.route}, {routed, handed, tt.hand}} {
			err := move.from.Move(move.to, a)
			if (err == nil) != move.may || err != nil && !errors.Is(err, intake.ErrForbidden) {
				t.Errorf("%+v to %v: %v", a, move.to, err)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, r := range triage.Roles() {
		if !r.Valid() {
			t.Errorf("role %q", r)
		}
	}
	if triage.Role("").Valid() || triage.Role("guest").Valid() || triage.State("").Valid() || triage.Route("").Valid() {
		t.Error("an unknown name is valid")
	}
}
