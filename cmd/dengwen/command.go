package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"dengwen/intake"
)

// A usageError is wrong usage: the command line cannot mean anything, whatever
// the files and the box hold.
type usageError struct {
	command string // as the person would type it, for pointing at its help
	cause   error
}

func (e *usageError) Error() string { return e.cause.Error() }
func (e *usageError) Unwrap() error { return e.cause }

// misuse is wrong usage in words of the catalogue.
func misuse(command *cobra.Command, id string, pairs ...any) error {
	return &usageError{command.CommandPath(), fail(id, pairs...)}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "dengwen", SilenceUsage: true, SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misuse(cmd, "usage.command", "Command", args[0])
			}
			return nil
		},
		RunE: needsCommand,
	}
	root.AddCommand(a.initCommand(), a.serveCommand(), a.deskCommand(), a.importCommand(), a.pollCommand(), a.statusCommand(), a.checkpointCommand(), a.exportCommand(), a.verifyCommand(), a.openCommand(),
		a.backupCommand(), a.restoreCommand(), a.reindexCommand(), a.compactCommand(), a.staffCommand(), a.demoCommand())
	root.SetFlagErrorFunc(flagError)
	a.arrangeHelp(root)
	return root
}

// needsCommand is what a command does that only holds others.
func needsCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misuse(cmd, "usage.command", "Command", args[0])
	}
	return misuse(cmd, "usage.none")
}

// command declares a command. use is its name and synopsis, args the number of
// arguments beside flags; id is where the catalogue has its help, below help.
func (a *app) command(use, id string, args int) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: a.words.Text("help." + id), DisableFlagsInUseLine: true,
		Args: func(cmd *cobra.Command, given []string) error {
			if len(given) != args {
				return misuse(cmd, "usage.arguments", "Use", cmd.UseLine())
			}
			return nil
		},
	}
}

// runs says what a command does, and without which flags it means nothing.
func runs(cmd *cobra.Command, do func(ctx context.Context, args []string) error, required ...string) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range required {
			if cmd.Flag(name).Value.String() == "" {
				return misuse(cmd, "usage.required", "Flag", "--"+name)
			}
		}
		return do(cmd.Context(), args)
	}
	return cmd
}

// text, and toggle below, declare a flag whose help the catalogue has under
// flag; the word in back quotes there stands for the flag's value.
func (a *app) text(cmd *cobra.Command, name string) *string {
	return cmd.Flags().String(name, "", a.words.Text("flag."+name))
}

func (a *app) toggle(cmd *cobra.Command, name string) *bool {
	return cmd.Flags().Bool(name, false, a.words.Text("flag."+name))
}

// flagError puts what pflag found wrong into words.
func flagError(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + e.GetSpecifiedName()
		if e.GetSpecifiedShortnames() != "" {
			name = "-" + e.GetSpecifiedName()
		}
		return misuse(cmd, "usage.flag", "Flag", name)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return misuse(cmd, "usage.value", "Flag", "--"+e.GetSpecifiedName())
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return &usageError{cmd.CommandPath(), fail("usage.invalid", "Flag", "--"+e.GetFlag().Name, "Value", e.GetValue()).because(e.Unwrap())}
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return misuse(cmd, "usage.flag", "Flag", e.GetSpecifiedFlag())
	}
	return &usageError{cmd.CommandPath(), err}
}

// printJSON writes the one JSON value that a command prints.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return intake.Explain(err, "file.result", "writing the result")
	}
	return nil
}
