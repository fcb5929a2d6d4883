package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"dengwen/mailpoll/memserver"
)

// keys lays out an inspection before its box is made: dengwen.toml, the keys,
// a passphrase and a ledger.
func scriptKeys(ts *testscript.TestScript, _ bool, _ []string) {
	t, err := theFixture()
	ts.Check(err)
	ts.Check(unload(t.before, ts.MkAbs(".")))
}

// inspection lays out the same with its box.
func scriptInspection(ts *testscript.TestScript, _ bool, _ []string) {
	t, err := theFixture()
	ts.Check(err)
	ts.Check(unload(t.after, ts.MkAbs(".")))
}

// fails CODE PROGRAM ARG... runs a program that must end with that exit code.
func scriptFails(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != want {
		ts.Fatalf("want exit code %d, got %v", want, err)
	}
}

// json FILE PATH VALUE checks that a file holds one JSON value and nothing
// else, and what stands in it at the path; a VALUE of * takes anything.
func scriptJSON(ts *testscript.TestScript, _ bool, args []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	var v any
	ts.Check(d.Decode(&v))
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("%s: something follows the JSON", args[0])
	}
	for key := range strings.SplitSeq(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			there := false
			if v, there = at[key]; !there {
				ts.Fatalf("%s: there is no %s in %v", args[0], key, at)
			}
		case []any:
			if key == "length" {
				v = len(at)
				break
			}
			n, err := strconv.Atoi(key)
			ts.Check(err)
			if n >= len(at) {
				ts.Fatalf("%s: there are %d in %s", args[0], len(at), args[1])
			}
			v = at[n]
		default:
			ts.Fatalf("%s: nothing is below %v", args[0], v)
		}
	}
	if got := fmt.Sprint(v); args[2] != "*" && got != args[2] {
		ts.Fatalf("%s: %s is %s, want %s", args[0], args[1], got, args[2])
	}
}

// flip FILE TEXT changes one bit of the first byte of TEXT in a file.
func scriptFlip(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	at := bytes.Index(data, []byte(args[1]))
	if at < 0 {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	data[at] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}

// await FILE [TEXT] waits until there is a file of that name, and the text is in
// it.
func scriptAwait(ts *testscript.TestScript, _ bool, args []string) {
	there := func() bool {
		if len(args) == 1 {
			_, err := os.Stat(ts.MkAbs(args[0]))
			return err == nil
		}
		data, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && bytes.Contains(data, []byte(args[1]))
	}
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for late := time.After(30 * time.Second); ; {
		if there() {
			return
		}
		select {
		case <-again.C:
		case <-late:
			ts.Fatalf("%s does not come", args[0])
		}
	}
}

// until COMMAND EXPRESSION runs a command until it prints what the expression
// finds.
func scriptUntil(ts *testscript.TestScript, _ bool, args []string) {
	command, find := strings.Fields(args[0]), regexp.MustCompile("(?m)"+args[1])
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for late := time.After(30 * time.Second); ; {
		ts.Check(ts.Exec(command[0], command[1:]...))
		if find.MatchString(ts.ReadFile("stdout")) {
			return
		}
		select {
		case <-again.C:
		case <-late:
			ts.Fatalf("%s does not say %s", args[0], args[1])
		}
	}
}

// term asks the programs in the background to end, by SIGTERM.
func scriptTerm(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// mode PERM FILE checks the permissions of a file.
func scriptMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// savekey STATUS FILE saves the verifier key that status --json printed.
func scriptSaveKey(ts *testscript.TestScript, _ bool, args []string) {
	var s struct{ Key string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &s))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(s.Key), 0o600))
}

// savephrase FILE FILE saves the passphrase in printed JSON.
func scriptSavePhrase(ts *testscript.TestScript, _ bool, args []string) {
	var made struct{ Passphrase string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &made))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(made.Passphrase+"\r\n"), 0o600))
}

// mailbox [FILE TIME]... opens a mailbox on this machine until the script ends.
// Its server takes the user box with the password secret; each message has
// arrived there at its time. The section [mail] for it is written to the file
// mail.toml.
func scriptMailbox(ts *testscript.TestScript, _ bool, args []string) {
	m := memserver.New("box", "secret")
	for ; len(args) > 1; args = args[2:] {
		at, err := time.Parse(time.RFC3339, args[1])
		ts.Check(err)
		ts.Check(m.Append("INBOX", at, []byte(strings.ReplaceAll(ts.ReadFile(args[0]), "\n", "\r\n"))))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ended := make(chan error, 1)
	go func() { ended <- m.Serve(l) }()
	ts.Defer(func() {
		m.Close()
		<-ended
	})
	section := fmt.Sprintf("[mail]\naddress = %q\ntls = \"none\"\nusername = \"box\"\n", l.Addr())
	ts.Check(os.WriteFile(ts.MkAbs("mail.toml"), []byte(section), 0o600))
}

// What is English in every language: a command to type, a list of names.
var (
	typed     = regexp.MustCompile(`dengwen [a-z]+|\[[a-z ]*\]`)
	inEnglish = regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,}`)
)

// noenglish FILE checks that something is said in a file, and nothing of it in
// an English sentence.
func scriptNoEnglish(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if found := inEnglish.FindString(typed.ReplaceAllString(text, "")); found != "" || strings.TrimSpace(text) == "" {
		ts.Fatalf("%s says %q in\n%s", args[0], found, text)
	}
}
