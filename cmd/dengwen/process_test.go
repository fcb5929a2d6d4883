package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A process is the program as people run it, with what it prints.
type process struct {
	*exec.Cmd
	t     testing.TB
	mu    sync.Mutex
	text  strings.Builder
	news  chan struct{} // a token whenever a line came
	ended chan error
}

// start runs the program until the test ends, when it must end well.
func start(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(self), t: t, news: make(chan struct{}, 1), ended: make(chan error, 1)}
	p.Args = append([]string{"dengwen"}, args...)
	p.Env = append(append(os.Environ(), "NOW="+testNow, "LANG=C"), env...)
	out, in := io.Pipe()
	p.Stdout, p.Stderr = in, in
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.text.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
			select {
			case p.news <- struct{}{}:
			default:
			}
		}
	}()
	go func() {
		p.ended <- p.Wait()
		in.Close()
	}()
	t.Cleanup(p.end)
	return p
}

// said is all that the process has printed so far.
func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// await waits until the process has printed what the expression finds, and
// returns its first group.
func (p *process) await(expression string) string {
	p.t.Helper()
	find := regexp.MustCompile(expression)
	for late := time.After(2 * time.Minute); ; {
		if found := find.FindStringSubmatch(p.said()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-p.news:
		case err := <-p.ended:
			p.ended <- err
			if find.MatchString(p.said()) {
				continue
			}
			p.t.Fatalf("%v ended: %v\n%s", p.Args, err, p.said())
		case <-late:
			p.t.Fatalf("%v does not say %s:\n%s", p.Args, expression, p.said())
		}
	}
}

// end asks the process to end and waits until it has.
func (p *process) end() {
	p.Process.Signal(syscall.SIGTERM)
	err := <-p.ended
	p.ended <- err
	if err != nil {
		p.t.Errorf("%v: %v\n%s", p.Args, err, p.said())
	}
}

// appendConfig appends sections to an inspection's configuration.
func appendConfig(t testing.TB, path, sections string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(sections); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
