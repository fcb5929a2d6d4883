package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"dengwen/web/ui"
)

// endTime is how long a process of the demo has to end before it is killed: more
// than serve gives to uploads under way.
const endTime = 45 * time.Second

// serveBoth starts the two processes of an inspection, one that takes what
// arrives and one with the keys, says where they are, and waits until ctx ends
// or one of them does.
func (d *demo) serveBoth(ctx context.Context) error {
	public, err := demoListen("--public", d.public)
	if err != nil {
		return err
	}
	defer public.Close()
	desk, err := demoListen("--desk", d.desk)
	if err != nil {
		return err
	}
	defer desk.Close()
	// The desk asks for the box: the one who has it is there first and goes last.
	serving, endServing := context.WithCancel(context.WithoutCancel(ctx))
	defer endServing()
	return together(ctx,
		func(context.Context) error { return d.process(serving, "serve", public) },
		func(ctx context.Context) error {
			defer endServing()
			if err := d.awaitBox(ctx); err != nil || ctx.Err() != nil {
				return err
			}
			d.tellWhere(public.Addr(), desk.Addr())
			return d.process(ctx, "desk", desk)
		})
}

// tryAddresses reports whether both sites can listen where they are to.
func (d *demo) tryAddresses() error {
	for flag, address := range map[string]string{"--public": d.public, "--desk": d.desk} {
		l, err := demoListen(flag, address)
		if err != nil {
			return err
		}
		defer l.Close() // only then, so that both cannot have one address
	}
	return nil
}

func demoListen(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fail("serve.listen", "Section", flag, "Address", address).because(err)
	}
	return l, nil
}

// process runs a command as a process of its own, with a listener that is open
// already, until ctx ends. It is not in the terminal's group, so that one
// Ctrl-C reaches the demo alone; it is told to end by the end of its input.
func (d *demo) process(ctx context.Context, command string, l net.Listener) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := exec.Command(self, command, "--child", "--config", d.path("dengwen.toml"))
	cmd.Args[0] = "dengwen"
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = d.err, d.err, []*os.File{file}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err = <-ended:
		return fail("demo.ended", "Command", command).because(err)
	case <-ctx.Done():
	}
	late := time.AfterFunc(endTime, func() { cmd.Process.Kill() })
	defer late.Stop()
	return errors.Join(input.Close(), <-ended)
}

// awaitBox waits until serve answers for the box.
func (d *demo) awaitBox(ctx context.Context) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if _, served, err := dial(d.path("box")); served || err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// tellWhere says where everything is, and what there is to try.
func (d *demo) tellWhere(public, desk net.Addr) {
	phrase, err := readPassphrase(d.path("passphrase.txt"))
	if err != nil {
		phrase = d.path("passphrase.txt")
	}
	fmt.Fprintln(d.out)
	d.say("demo.where", "Public", "http://"+public.String()+"/", "Desk", "http://"+desk.String()+"/", "Account", firstAccount, "Passphrase", phrase)
	fmt.Fprintln(d.out)
	io.WriteString(d.out, d.words.Text("demo.next", "Dir", ui.Lines(d.dir))+"\n")
}
