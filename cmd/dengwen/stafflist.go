package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dengwen/store/entry"
)

// staffList needs no passphrase: who has an account stands in the clear part
// of the log.
func (a *app) staffList() *cobra.Command {
	cmd := a.command("list --config FILE [--json]", "staff-list", 0)
	asJSON := a.toggle(cmd, "json")
	return a.onBox(cmd, func(ctx context.Context, _ *settings, b openBox, _ []string) error {
		state, err := b.State(ctx)
		if err != nil {
			return err
		}
		list := accounts(state)
		if *asJSON {
			return a.printJSON(list)
		}
		t := table{}
		for _, m := range list {
			var words []string
			for _, r := range m.Roles {
				words = append(words, a.words.Text("role."+r))
			}
			state := ""
			if m.Removed {
				state = a.words.Text("staff.gone")
			}
			t = append(t, []string{m.Account, strings.Join(words, ", "), state})
		}
		fmt.Fprint(a.out, t.String())
		return nil
	})
}

// A member is an account as staff list shows it.
type member struct {
	Account string   `json:"account"`
	Roles   []string `json:"roles"`
	Removed bool     `json:"removed"`
}

func accounts(state entry.State) []member {
	list := []member{}
	for name, acc := range state.Accounts {
		list = append(list, member{name, acc.Roles, acc.Removed})
	}
	slices.SortFunc(list, func(a, b member) int { return strings.Compare(a.Account, b.Account) })
	return list
}
