package socket_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

// pipes is a listener in memory, for tests in which time is not the world's.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (pipes) Close() error   { return nil }
func (pipes) Addr() net.Addr { return nil }

// onPipe serves box to one caller, until the test's bubble ends.
func onPipe(t *testing.T, box socket.Box, log io.Writer) net.Conn {
	t.Helper()
	near, far := net.Pipe()
	ln, srv := make(pipes, 1), socket.NewServer(box, slog.New(slog.NewTextHandler(log, nil)))
	ln <- far
	go srv.Serve(ln)
	t.Cleanup(func() {
		close(ln)
		near.Close()
		srv.Close()
		synctest.Wait()
	})
	return near
}

// endlessBox answers without end and says why it stopped.
type endlessBox struct {
	socket.Box
	ended chan error
}

var errUnheard = errors.New("nobody takes what the call yields")

func (b endlessBox) Backup(_ context.Context, w io.Writer) error {
	for {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			b.ended <- err
			return err
		}
	}
}

func (b endlessBox) Part(context.Context, int64, int) (io.ReadCloser, error) {
	return closing{new(endless), b.ended}, nil
}

type closing struct {
	io.Reader
	ended chan error
}

func (c closing) Close() error {
	c.ended <- errUnheard
	return nil
}

func (b endlessBox) Entries(context.Context, int64, int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for yield(entry.Record{Raw: []byte("{}")}, nil) {
		}
		b.ended <- errUnheard
	}
}

func (b endlessBox) Views(context.Context, int64) iter.Seq2[entry.View, error] {
	return func(yield func(entry.View, error) bool) {
		for yield(entry.View{Sealed: []byte("sealed")}, nil) {
		}
		b.ended <- errUnheard
	}
}

func (b endlessBox) Find(context.Context, string) (int64, error) { return 7, nil }

func (b endlessBox) SubmitAll(ctx context.Context, _ bool, reports iter.Seq2[*intake.Report, error], each func(int, intake.Outcome)) (err error) {
	defer func() { b.ended <- err }()
	n := 0
	for _, err := range reports {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		each(n, intake.Outcome{Verdict: intake.Accepted})
		n++
	}
	return nil
}

const oneRow = `{"item":{"channel":"hotline","arrived":"2026-09-08T11:00:00+08:00","text":"行"}}` + "\n"

const fileHead = "POST /v1/submit-all?dry-run=false HTTP/1.1\r\nHost: box\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// A caller who stops reading is given up, whatever he asked for, and the call
// ends: the box is free again.
func TestWhoDoesNotReadIsGivenUp(t *testing.T) {
	for _, call := range []string{"backup", "part?index=0&part=0", "entries?from=0&to=9", "views?from=0", "submit-all"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				box := endlessBox{ended: make(chan error, 1)}
				conn := onPipe(t, box, &log)
				start := time.Now()
				go func() {
					if call != "submit-all" {
						_, _ = io.WriteString(conn, "GET /v1/"+call+" HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n")
						return
					}
					_, err := io.WriteString(conn, fileHead)
					for err == nil {
						_, err = io.WriteString(conn, chunk(oneRow))
					}
				}()
				if err := <-box.ended; err == nil {
					t.Error("the call ended well")
				}
				if took := time.Since(start); took != socket.AnswerWait {
					t.Errorf("given up after %v", took)
				}
				synctest.Wait()
				if !strings.Contains(log.String(), "did not read the answer") {
					t.Errorf("log: %s", &log)
				}
			})
		})
	}
}

// Who reads slowly, but reads, is served.
func TestWhoReadsSlowlyIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := endlessBox{ended: make(chan error, 1)}
		conn := onPipe(t, box, io.Discard)
		if _, err := io.WriteString(conn, "GET /v1/backup HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		for range 50 {
			<-time.After(socket.AnswerWait - time.Second)
			if _, err := io.ReadFull(conn, make([]byte, 40<<10)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		select {
		case err := <-box.ended:
			t.Errorf("given up: %v", err)
		default:
		}
		<-box.ended
	})
}

// A short answer waits for its caller too: what it leaves in buffers when the
// call is over is sent in time or not at all.
func TestShortAnswerIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := onPipe(t, endlessBox{}, io.Discard)
		if _, err := io.WriteString(conn, "GET /v1/find?id=x HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-time.After(socket.AnswerWait + time.Second)
		if got, _ := io.ReadAll(conn); len(got) != 0 {
			t.Errorf("%q came after that time", got)
		}
	})
}

// lateBox writes a little, takes its time, and fails.
type lateBox struct{ socket.Box }

func (lateBox) Backup(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, "half")
	<-time.After(2 * socket.AnswerWait)
	return errors.Join(err, intake.ErrFull)
}

// The time is the caller's alone: a box that is slow is heard to its end.
func TestEndOfASlowAnswerIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := onPipe(t, lateBox{}, io.Discard)
		if _, err := io.WriteString(conn, "GET /v1/backup HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if end := resp.Trailer.Get("Dengwen-End"); string(body) != "half" || err != nil || end == "" || end == "whole" {
			t.Errorf("%q, %v, ended %q", body, err, end)
		}
	})
}

// A file of which nothing more comes is given up, and its sender told why.
func TestSilentFileIsGivenUp(t *testing.T) {
	for _, rows := range []int{0, 1, 5} {
		synctest.Test(t, func(t *testing.T) {
			box := endlessBox{ended: make(chan error, 1)}
			conn := onPipe(t, box, io.Discard)
			answered := make(chan string)
			go func() {
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					answered <- err.Error()
					return
				}
				body, err := io.ReadAll(resp.Body)
				answered <- fmt.Sprint(string(body), err)
			}()
			if _, err := io.WriteString(conn, fileHead); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			for range rows { // each within the time
				<-time.After(socket.FileWait - time.Second)
				if _, err := io.WriteString(conn, chunk(oneRow)); err != nil {
					t.Fatal(err)
				}
			}
			err := <-box.ended
			if err == nil || !strings.Contains(err.Error(), "nothing more came for 5m0s") {
				t.Errorf("%d rows: the box was told %v", rows, err)
			}
			if took := time.Since(start); took != socket.FileWait+time.Duration(rows)*(socket.FileWait-time.Second) {
				t.Errorf("%d rows: given up after %v", rows, took)
			}
			if got := <-answered; !strings.Contains(got, "nothing more came for 5m0s: the call is given up; make it again") || strings.Count(got, "\n") != rows+1 {
				t.Errorf("%d rows: answered %q", rows, got)
			}
		})
	}
}

// patientBox takes longer over a file than anyone may keep silent.
type patientBox struct{ endlessBox }

func (b patientBox) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(int, intake.Outcome)) error {
	if err := b.endlessBox.SubmitAll(ctx, dryRun, reports, each); err != nil {
		return err
	}
	<-time.After(10 * socket.FileWait)
	return ctx.Err()
}

// The box may take its time with what it has.
func TestNoDeadlineAfterTheFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := onPipe(t, patientBox{endlessBox{ended: make(chan error, 1)}}, io.Discard)
		if _, err := io.WriteString(conn, fileHead+chunk(oneRow+`{"end":true}`+"\n")+"0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if want := `{"item":`; err != nil || !strings.HasPrefix(string(body), want) || !strings.HasSuffix(string(body), `{"end":true}`+"\n") {
			t.Errorf("%q, %v", body, err)
		}
	})
}

// A backup that nobody reads must not keep the database from being exchanged.
func TestStalledBackupFreesTheBox(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "有附件")
	r.Files = files(intake.File{Body: bytes.NewReader(make([]byte, 8<<20))})
	if _, err := b.Submit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	_, path, _ := serve(t, b, func(l *socket.Listener) { l.SetPatience(50*time.Millisecond, time.Minute) })
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /v1/backup HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 12)); err != nil { // it has begun
		t.Fatal(err)
	}
	if err := b.Compact(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "之后")); err != nil {
		t.Error(err)
	}
}

// begunBox says when it has begun to read a file.
type begunBox struct {
	*storetest.Box
	begun func()
}

func (b begunBox) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(int, intake.Outcome)) error {
	return b.Box.SubmitAll(ctx, dryRun, func(yield func(*intake.Report, error) bool) {
		b.begun()
		reports(yield)
	}, each)
}

// A suspended import must not keep others out.
func TestSuspendedFileLetsOthersIn(t *testing.T) {
	b := storetest.New(t)
	begun := make(chan struct{})
	c, _, _ := serve(t, begunBox{b, sync.OnceFunc(func() { close(begun) })}, func(l *socket.Listener) { l.SetPatience(time.Minute, 50*time.Millisecond) })
	resume := make(chan struct{})
	suspended := make(chan error, 1)
	go func() {
		suspended <- c.SubmitAll(context.Background(), false, func(yield func(*intake.Report, error) bool) {
			if !yield(storetest.Call(b.Clock.Now(), "第一行"), nil) {
				return
			}
			<-resume
			yield(storetest.Call(b.Clock.Now(), "第二行"), nil)
		}, func(int, intake.Outcome) {})
	}()
	<-begun
	if err := b.SubmitAll(t.Context(), false, storetest.Calls(b, 3), func(int, intake.Outcome) {}); err != nil {
		t.Error(err)
	}
	close(resume)
	if err := <-suspended; err == nil || !strings.Contains(err.Error(), "nothing more came for 50ms: the call is given up; make it again") {
		t.Errorf("the suspended caller hears %v", err)
	}
	if n, err := b.Size(t.Context()); err != nil || n != 4+3 {
		t.Errorf("%d entries, %v", n, err)
	}
}
