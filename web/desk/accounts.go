package desk

import (
	"net/http"
	"slices"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// accounts lists who works here, for leaders. Adding and removing takes the
// leader's passphrase once more, and so is a command. Roles come in the order of
// triage.Roles, which the log does not keep.
func (s *Site) accounts(k call) error {
	if !who(k).Is(triage.Leader) {
		return intake.ErrForbidden
	}
	list, err := k.account.Accounts(k.Request().Context())
	if err != nil {
		return err
	}
	for i, a := range list {
		list[i].Roles = slices.DeleteFunc(triage.Roles(), func(r triage.Role) bool { return !slices.Contains(a.Roles, r) })
	}
	return s.show(k, http.StatusOK, "accounts", list, nil)
}
