package main

import (
	"strings"

	"github.com/spf13/cobra"

	"dengwen/store/seal"
)

// envPassphrase is the variable that a passphrase may come from.
const envPassphrase = "DENGWEN_PASSPHRASE"

// maxPassphraseFile is the size of the largest file with a passphrase or a
// password, in bytes.
const maxPassphraseFile = 8 << 10

// readPassphrase reads a passphrase file: one line, and nothing after it.
func readPassphrase(path string) (string, error) {
	return readSecret(path, fail("passphrase.file", "File", path), fail("passphrase.line", "File", path))
}

// readMailPassword reads the mailbox's, of the same form.
func readMailPassword(path string) (string, error) {
	return readSecret(path, fail("password.file", "File", path), fail("password.line", "File", path))
}

// readSecret fails with unread or with notLine.
func readSecret(path string, unread, notLine *fault) (string, error) {
	text, err := readSmall(path, maxPassphraseFile)
	if err != nil {
		return "", unread.because(err)
	}
	line, rest, _ := strings.Cut(strings.TrimPrefix(string(text), "\ufeff"), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" || strings.TrimSpace(rest) != "" {
		return "", notLine
	}
	return line, nil
}

// newPassphrase is the passphrase of a new account: the one in the file, if
// one is named, else a generated one, which must be shown.
func newPassphrase(file string) (phrase string, generated bool, err error) {
	if file == "" {
		return seal.NewPassphrase(), true, nil
	}
	if phrase, err = readPassphrase(file); err == nil {
		err = seal.CheckPassphrase(phrase)
	}
	return phrase, false, err
}

// passphrase is that of an account that acts now: from the file, the
// environment, or the terminal, if there is one.
func (a *app) passphrase(cmd *cobra.Command, file, account string) (string, error) {
	if file != "" {
		return readPassphrase(file)
	}
	if phrase := a.env(envPassphrase); phrase != "" {
		return phrase, nil
	}
	if a.ask == nil {
		return "", misuse(cmd, "passphrase.none", "Account", account, "Variable", envPassphrase)
	}
	phrase, err := a.ask(a.words.Text("passphrase.ask", "Account", account) + " ")
	if err == nil && phrase == "" {
		return "", fail("passphrase.empty")
	}
	return phrase, err
}
