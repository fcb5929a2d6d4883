package main

import (
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"dengwen/web/ui"
)

// A console is all that a command sees of the process that it runs in.
type console struct {
	out, err io.Writer
	env      func(name string) string
	now      func() time.Time
	// ask reads a secret from the terminal without showing it. It is nil when
	// standard input is not a terminal; then nothing is asked.
	ask func(prompt string) (string, error)
	// terminal says that err is one, where a line can be written over.
	terminal bool
}

// processConsole is the console of this process.
func processConsole() console {
	c := console{out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now, terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	if fd := int(os.Stdin.Fd()); term.IsTerminal(fd) {
		c.ask = func(prompt string) (string, error) {
			io.WriteString(os.Stderr, prompt)
			secret, err := term.ReadPassword(fd)
			io.WriteString(os.Stderr, "\n")
			return string(secret), err
		}
	}
	return c
}

// language is the language of whoever reads what the commands say, by the
// POSIX order of variables: Chinese for zh in any spelling, else the locale's
// own, for which the catalogue may have no words and then speaks English.
func (c console) language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := c.env(name); v != "" {
			if strings.HasPrefix(strings.ToLower(v), "zh") {
				return ui.Chinese
			}
			locale, _, _ := strings.Cut(v, ".")
			return strings.ReplaceAll(locale, "_", "-")
		}
	}
	return ui.English
}
