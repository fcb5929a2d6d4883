package mailpoll_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestStartTLSRefused: a connection that is not upgraded is not used: neither
// name nor password is said on it, whatever comes in place of TLS.
func TestStartTLSRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		greeting, answer string
		class            string
	}{
		"somebody is in already":     {"* PREAUTH canary\r\n", "S1 OK\r\n", "tls"},
		"no":                         {"* OK\r\n", "S1 NO canary\r\n", "tls"},
		"bad":                        {"* OK\r\n", "* OK x\r\nS1 BAD canary\r\n", "tls"},
		"words slipped in":           {"* OK\r\n", "S1 OK\r\n* CAPABILITY IMAP4rev1 canary\r\n", "tls"},
		"OK, and hears no TLS":       {"* OK\r\n", "S1 OK\r\nFLOOD", "silent"},
		"breaks inside the OK":       {"* OK\r\n", "S1 OK x\rCLOSE", "tls"},
		"breaks behind the OK":       {"* OK\r\n", "S1 OK x\r\nCLOSE", "tls"},
		"a greeting without end":     {"* OK FLOOD", "", "tls"},
		"lines without end":          {"* OK\r\n", strings.Repeat("* OK x\r\n", 1000), "tls"},
		"turned away":                {"* BYE canary\r\n", "", "busy"},
		"silent":                     {"", "", "tls"}, // as a server that waits for TLS
		"silent in place of an OK":   {"* OK\r\n", "", "silent"},
		"silent in place of TLS":     {"* OK\r\n", "S1 OK\r\n", "silent"},
		"a greeting that is not one": {"* OKAY\r\n", "S1 OK\r\n", "tls"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "mail.example.invalid:143", Security: mailpoll.StartTLS, Username: "u", Password: "hunter2"})
				heard := make(chan string, 1)
				p.SetDial(func(context.Context) (net.Conn, error) {
					near, far := net.Pipe()
					go func() {
						defer far.Close()
						if !say(far, tt.greeting) {
							heard <- ""
							return
						}
						line := make([]byte, 100)
						n, err := far.Read(line)
						if err == nil && say(far, tt.answer) {
							rest, _ := io.ReadAll(far)
							heard <- string(line[:n]) + string(rest)
							return
						}
						heard <- string(line[:n])
					}()
					return near, nil
				})
				begin := time.Now()
				_, err := p.Pass(t.Context())
				if took := time.Since(begin); err == nil || took > 5*time.Minute {
					t.Errorf("%v in %s", err, took)
				}
				same(t, "class", tt.class, string(p.Status().Trouble))
				if said := <-heard; strings.Contains(said, "hunter2") || strings.Contains(said, "LOGIN") {
					t.Errorf("the server hears %q", said)
				}
				if strings.Contains(err.Error(), "canary") {
					t.Error(err)
				}
			})
		})
	}
}
