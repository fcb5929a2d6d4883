package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dengwen/intake/triage"
	"dengwen/store/reader"
)

func (a *app) staffCommand() *cobra.Command {
	cmd := a.command("staff", "staff", 0)
	cmd.Args, cmd.RunE = nil, needsCommand
	cmd.AddCommand(a.staffAdd(), a.staffList(), a.staffReset(), a.staffRemove())
	return cmd
}

// leaderFlags say who acts.
type leaderFlags struct{ as, passphrase *string }

func (a *app) leaderFlags(cmd *cobra.Command) leaderFlags {
	return leaderFlags{cmd.Flags().String("as", firstAccount, a.words.Text("flag.as")), cmd.Flags().String("passphrase-file", "", a.words.Text("flag.passphrase-leader"))}
}

// asLeader unlocks the account that acts, and locks it again.
func (a *app) asLeader(ctx context.Context, cmd *cobra.Command, s *settings, b openBox, f leaderFlags, do func(*reader.Desk) error) error {
	phrase, err := a.passphrase(cmd, *f.passphrase, *f.as)
	if err != nil {
		return err
	}
	if err := a.goByLog(ctx, b, s); err != nil {
		return err
	}
	desk, err := reader.Unlock(ctx, b, *f.as, phrase)
	if err != nil {
		return err
	}
	defer desk.Lock()
	return do(desk)
}

func (a *app) staffAdd() *cobra.Command {
	cmd := a.command("add NAME --config FILE [--roles ROLE,…] [--as NAME] [--passphrase-file FILE] [--new-passphrase-file FILE] [--json]", "staff-add", 1)
	roles := []triage.Role{triage.Member}
	cmd.Flags().Func("roles", a.words.Text("flag.roles"), func(v string) (err error) {
		roles, err = parseRoles(v)
		return err
	})
	f, file, asJSON := a.leaderFlags(cmd), a.text(cmd, "new-passphrase-file"), a.toggle(cmd, "json")
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, args []string) error {
		phrase, generated, err := newPassphrase(*file)
		if err != nil {
			return err
		}
		err = a.asLeader(ctx, cmd, s, b, f, func(d *reader.Desk) error { return d.AddAccount(ctx, args[0], roles, phrase) })
		if err != nil {
			return err
		}
		return a.showAccount("staff.added", args[0], phrase, generated, *asJSON)
	})
}

func (a *app) staffReset() *cobra.Command {
	cmd := a.command("reset NAME --config FILE [--as NAME] [--passphrase-file FILE] [--new-passphrase-file FILE] [--json]", "staff-reset", 1)
	f, file, asJSON := a.leaderFlags(cmd), a.text(cmd, "new-passphrase-file"), a.toggle(cmd, "json")
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, args []string) error {
		phrase, generated, err := newPassphrase(*file)
		if err != nil {
			return err
		}
		err = a.asLeader(ctx, cmd, s, b, f, func(d *reader.Desk) error { return d.ResetAccount(ctx, args[0], phrase) })
		if err != nil {
			return err
		}
		return a.showAccount("staff.reset", args[0], phrase, generated, *asJSON)
	})
}

func (a *app) staffRemove() *cobra.Command {
	cmd := a.command("remove NAME --config FILE [--as NAME] [--passphrase-file FILE]", "staff-remove", 1)
	f := a.leaderFlags(cmd)
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, args []string) error {
		err := a.asLeader(ctx, cmd, s, b, f, func(d *reader.Desk) error { return d.RemoveAccount(ctx, args[0]) })
		if err != nil {
			return err
		}
		a.say("staff.removed", "Account", args[0])
		return nil
	})
}

// showAccount prints the passphrase of an account if it was drawn here: it
// exists nowhere else, so a failing write is an error.
func (a *app) showAccount(id, account, phrase string, generated, asJSON bool) error {
	if asJSON {
		made := struct {
			Account    string `json:"account"`
			Passphrase string `json:"passphrase,omitempty"`
		}{Account: account}
		if generated {
			made.Passphrase = phrase
		}
		return a.printJSON(made)
	}
	text := a.words.Text(id, "Account", account)
	if generated {
		text += "\n" + a.words.Text("init.passphrase", "Passphrase", phrase)
	}
	_, err := fmt.Fprintln(a.out, text)
	return err
}

func parseRoles(v string) (roles []triage.Role, err error) {
	for name := range strings.SplitSeq(v, ",") {
		r := triage.Role(strings.TrimSpace(name))
		if !r.Valid() {
			return nil, fmt.Errorf("%v", triage.Roles())
		}
		roles = append(roles, r)
	}
	return roles, nil
}
