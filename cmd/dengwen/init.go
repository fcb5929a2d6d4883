package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/reader"
)

// firstAccount is the name of the account that a box begins with.
const firstAccount = "leader"

func (a *app) initCommand() *cobra.Command {
	cmd := a.command("init --config FILE [--passphrase-file FILE] [--json]", "init", 0)
	config, file, asJSON := a.text(cmd, "config"), a.text(cmd, "passphrase-file"), a.toggle(cmd, "json")
	return runs(cmd, func(ctx context.Context, _ []string) error {
		s, err := readConfig(*config)
		if err != nil {
			return err
		}
		phrase, generated, err := newPassphrase(*file)
		if err != nil {
			return err
		}
		state, err := a.makeBox(ctx, s, phrase)
		if err != nil {
			return err
		}
		dir, err := filepath.Abs(s.Box.Dir)
		if err != nil {
			return err
		}
		made := founded{state.Origin, state.Key, firstAccount, "", dir}
		if generated {
			made.Passphrase = phrase
		}
		if *asJSON {
			return a.printJSON(made)
		}
		return a.showFounded(made)
	}, "config")
}

// founded is what init prints. The passphrase is there only if it was drawn
// here; it exists nowhere else.
type founded struct {
	Origin     string `json:"origin"`
	Key        string `json:"key"`
	Account    string `json:"account"`
	Passphrase string `json:"passphrase,omitempty"`
	Dir        string `json:"dir"`
}

// makeBox makes the box that the configuration describes, with its first
// account, and returns what its log says.
func (a *app) makeBox(ctx context.Context, s *settings, passphrase string) (entry.State, error) {
	found, err := reader.Found(firstAccount, passphrase, s.archive.String(), s.office.String())
	if err != nil {
		return entry.State{}, err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(s.Box.Dir)), 0o700); err != nil {
		return entry.State{}, err
	}
	options := a.storeOptions(s)
	err = store.Create(s.Box.Dir, store.Founding{
		Inspection: entry.Inspection{Name: s.Inspection.Name, Team: s.Inspection.Team, Units: s.Inspection.Units,
			Place: s.Inspection.Place, Phone: s.Inspection.Phone, Mailbox: s.Inspection.Mailbox},
		Schedule: s.schedule, Keys: found.Keys, Account: found.Account, Wraps: found.Wraps, ViewKey: found.ViewKey, Demo: s.Demo != nil,
	}, options)
	if err != nil {
		return entry.State{}, err
	}
	b, err := store.Open(s.Box.Dir, options)
	if err != nil {
		return entry.State{}, err
	}
	defer b.Close()
	return b.State(ctx)
}

// showFounded prints the passphrase last, where it is seen; if that fails it
// is lost, and the command must say so.
func (a *app) showFounded(f founded) error {
	a.say("init.made", "Dir", f.Dir)
	a.say("init.key", "Key", f.Key)
	text := a.words.Text("init.account", "Account", f.Account)
	if f.Passphrase != "" {
		text += "\n" + a.words.Text("init.passphrase", "Passphrase", f.Passphrase)
	}
	_, err := fmt.Fprintln(a.out, text)
	return err
}
