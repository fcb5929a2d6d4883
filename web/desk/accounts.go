package desk

import (
	"net/http"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// accounts lists who works here, for leaders. Adding and removing takes the
// leader's passphrase once more, and so is a command.
func (s *Site) accounts(k call) error {
	if who, _ := k.Get(keyAccount).(triage.Account); !who.Is(triage.Leader) {
		return intake.ErrForbidden
	}
	list, err := k.account.Accounts(k.Request().Context())
	if err != nil {
		return err
	}
	return s.show(k, http.StatusOK, "accounts", list, nil)
}
