package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"dengwen/web/ui"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// errSaid ends a command that has failed and has already said how.
var errSaid = errors.New("failed, as the output says")

// An app is one run of the program.
type app struct {
	console
	words ui.Words
	log   *slog.Logger
}

// run is the program: arguments without the program's name in, exit code out.
// It ends soon after ctx does.
func run(ctx context.Context, args []string, c console) int {
	a := &app{console: c, words: ui.NewWords(c.language())}
	a.log = slog.New(slog.NewTextHandler(c.err, nil))
	a.harden()
	root := a.root()
	root.SetArgs(args)
	root.SetOut(c.out)
	root.SetErr(c.err)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errSaid):
		return exitFailed
	}
	fmt.Fprintln(c.err, "dengwen: "+visibleLines(explain(a.words, err)))
	if usage, ok := errors.AsType[*usageError](err); ok {
		if usage.command != "" {
			fmt.Fprintln(c.err, a.words.Text("usage.help", "Command", usage.command))
		}
		return exitUsage
	}
	return exitFailed
}

// visibleLines keeps the lines of a text of ours. What of it came from outside
// without passing the catalogue, such as a library's words, stays harmless.
func visibleLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = ui.Visible(line)
	}
	return strings.Join(lines, "\n")
}

// say writes a sentence of the catalogue to standard output.
func (a *app) say(id string, pairs ...any) {
	fmt.Fprintln(a.out, a.words.Text(id, pairs...))
}

// warn writes a sentence of the catalogue to standard error.
func (a *app) warn(id string, pairs ...any) {
	fmt.Fprintln(a.err, a.words.Text(id, pairs...))
}
