package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// arrangeHelp gives every command one layout of help in the reader's language.
// It goes to standard output when asked for.
func (a *app) arrangeHelp(root *cobra.Command) {
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, RunE: func(_ *cobra.Command, args []string) error {
		cmd, _, err := root.Find(args)
		if err != nil {
			return misuse(root, "usage.command", "Command", strings.Join(args, " "))
		}
		return cmd.Help()
	}})
	root.PersistentFlags().BoolP("help", "h", false, a.words.Text("flag.help"))
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(a.out, a.help(cmd)) })
	root.Short = a.words.Text("help.dengwen")
}

func (a *app) help(cmd *cobra.Command) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	line(cmd.Short)
	line("")
	if !cmd.HasAvailableSubCommands() {
		line("  " + cmd.UseLine())
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			line(fmt.Sprintf("  %-*s %s", cmd.NamePadding(), sub.Name(), sub.Short))
		}
	}
	line("")
	b.WriteString(cmd.Flags().FlagUsages())
	if !cmd.HasParent() {
		line("")
		line(a.words.Text("help.exit"))
	}
	return b.String()
}
