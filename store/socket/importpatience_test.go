package socket_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/store/socket"
)

const importHead = "POST /v1/import HTTP/1.1\r\nHost: box\r\nConnection: close\r\nContent-Type: " + importForm + "\r\nTransfer-Encoding: chunked\r\n\r\n"

// anImport is the body of an import up to the bytes of the file, and what
// follows them.
var anImport, afterImport, _ = strings.Cut(form("order", "{}", "body", "|"), "|")

// slowBox takes far longer over each step of an import than a caller may.
type slowBox struct {
	socket.Box
	ended chan error
}

func (b slowBox) Import(ctx context.Context, _ intake.ImportOrder, file io.Reader, told func(int)) (a intake.ImportAnswer, err error) {
	defer func() { b.ended <- err }()
	<-time.After(10 * socket.FileWait) // another file is on its way in
	text, err := io.ReadAll(file)
	if err != nil {
		return a, err
	}
	for n := range 3 {
		<-time.After(10 * socket.FileWait)
		told(n + 1)
	}
	<-time.After(10 * socket.FileWait)
	a.Read = len(text)
	return a, ctx.Err()
}

// Nobody is hung up on for what the box takes its time with.
func TestSlowImportIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := slowBox{ended: make(chan error, 1)}
		conn := onPipe(t, box, io.Discard)
		go func() { _, _ = io.WriteString(conn, importHead+chunk(anImport+"rows"+afterImport)+"0\r\n\r\n") }()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		want := `{"item":{"rows":1}}` + "\n" + `{"item":{"rows":2}}` + "\n" + `{"item":{"rows":3}}` + "\n" +
			`{"item":{"answer":{"read":4,"accepted":0,"refused":null,"duplicate":0,"bad":0,"rows":null}}}` + "\n" + `{"end":true}` + "\n"
		if err != nil || string(body) != want {
			t.Errorf("%q, %v", body, err)
		}
	})
}

// eagerBox reads at once, and tells of each piece.
type eagerBox struct {
	socket.Box
	ended chan error
}

func (b eagerBox) Import(ctx context.Context, _ intake.ImportOrder, file io.Reader, told func(int)) (a intake.ImportAnswer, err error) {
	defer func() { b.ended <- err }()
	piece := make([]byte, 4)
	for n := 1; err == nil; n++ {
		if _, err = io.ReadFull(file, piece); err == nil {
			told(n)
			err = ctx.Err()
		}
	}
	return a, err
}

// A file of which nothing more comes is given up, and its sender told why.
func TestSilentImportIsGivenUp(t *testing.T) {
	for _, pieces := range []int{0, 1, 5} {
		synctest.Test(t, func(t *testing.T) {
			box := eagerBox{ended: make(chan error, 1)}
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
			if _, err := io.WriteString(conn, importHead+chunk(anImport)); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			for range pieces { // each within the time
				<-time.After(socket.FileWait - time.Second)
				if _, err := io.WriteString(conn, chunk(strings.Repeat("x", 4<<10))); err != nil {
					t.Fatal(err)
				}
			}
			err := <-box.ended
			if err == nil || !strings.Contains(err.Error(), "nothing more came for 5m0s") {
				t.Errorf("%d pieces: the importer was told %v", pieces, err)
			}
			if took := time.Since(start); took != socket.FileWait+time.Duration(pieces)*(socket.FileWait-time.Second) {
				t.Errorf("%d pieces: given up after %v", pieces, took)
			}
			if got := <-answered; !strings.Contains(got, "nothing more came for 5m0s: the call is given up; make it again") || strings.Contains(got, `"end":true`) {
				t.Errorf("%d pieces: answered %q", pieces, got)
			}
		})
	}
}

// A caller who does not read the progress is given up, and the import ends.
func TestWhoDoesNotReadProgressIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		box := eagerBox{ended: make(chan error, 1)}
		conn := onPipe(t, box, &log)
		start := time.Now()
		go func() {
			_, err := io.WriteString(conn, importHead+chunk(anImport))
			for err == nil {
				_, err = io.WriteString(conn, chunk("rows"))
			}
		}()
		if err := <-box.ended; err == nil {
			t.Error("the import ended well")
		}
		if took := time.Since(start); took != socket.AnswerWait {
			t.Errorf("given up after %v", took)
		}
		synctest.Wait()
		if !strings.Contains(log.String(), "did not read the answer") {
			t.Errorf("log: %s", &log)
		}
	})
}
