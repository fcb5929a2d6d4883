package public_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
	"dengwen/web/public"
)

// BenchmarkSubmit measures complete submissions over loopback, each from its
// own connection and with the senders in the same process, beside what no
// submission can do without: stretching its receipt code and sealing its two
// parts, with as many callers and in the same run, but without HTTP, pages and
// disk. The aims: a ratio of 0.6; 32 senders on two cores about 400 reports a
// second, with a p99 under 200 ms.
func BenchmarkSubmit(b *testing.B) {
	text := strings.Repeat("很长的举报", 4096/15)
	like := shape(b, text)
	for _, n := range []int{1, 32, 256} {
		var ceiling float64
		b.Run(fmt.Sprintf("ceiling/%d", n), func(b *testing.B) { ceiling = benchCeiling(b, n, like) })
		b.Run(fmt.Sprintf("http/%d", n), func(b *testing.B) {
			rate := benchSubmit(b, n, text)
			b.ReportMetric(rate/ceiling, "ratio")
		})
	}
}

// BenchmarkNotice measures the page that everybody opens first, over loopback,
// with its QR code. The aim: a p99 under 5 ms.
func BenchmarkNotice(b *testing.B) {
	for _, n := range []int{1, 8} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b)
			o := options(w.Box, w.log, storetest.Schedule(b))
			o.Address = "https://report.example.invalid/"
			var err error
			if w.handler, err = public.New(w.Box, o); err != nil {
				b.Fatal(err)
			}
			ask := []byte("GET / HTTP/1.1\r\nHost: report.example.invalid\r\n\r\n")
			senders := dial(b, w.serve(b), n)
			many(b, "pages/s", n, func(worker int) error { return senders[worker].send(ask, "<svg") })
		})
	}
}

// many runs do b.N times from n goroutines, and reports the rate and the
// latency that all but a hundredth keep under.
func many(b *testing.B, unit string, n int, do func(worker int) error) float64 {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	for worker := range n {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				start := time.Now()
				if err := do(worker); err != nil {
					b.Error(err)
					return
				}
				took[i-1] = time.Since(start)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, unit)
	b.ReportMetric(float64(took[(len(took)-1)*99/100].Microseconds())/1000, "p99-ms")
	return rate
}

func benchSubmit(b *testing.B, n int, text string) float64 {
	w := newWorld(b)
	address := w.serve(b)
	r := multi(b, "/report", url.Values{"text": {text}, "unit": {"市水利局"}, "category": {"integrity"}})
	var whole bytes.Buffer
	if err := r.Write(&whole); err != nil {
		b.Fatal(err)
	}
	senders := dial(b, address, n)
	return many(b, "reports/s", n, func(worker int) error { return senders[worker].send(whole.Bytes(), `class="digits"`) })
}

// A sender is one connection.
type sender struct {
	net.Conn
	in *bufio.Reader
}

func dial(b *testing.B, address string, n int) []sender {
	b.Helper()
	senders := make([]sender, n)
	for i := range senders {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		senders[i] = sender{conn, bufio.NewReader(conn)}
	}
	return senders
}

// send sends a request and reads its answer, which must be a page with these
// words.
func (s sender) send(request []byte, words string) error {
	if _, err := s.Write(request); err != nil {
		return err
	}
	resp, err := http.ReadResponse(s.in, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(words))) {
		err = fmt.Errorf("answered %s", resp.Status)
	}
	return err
}

// shape is how long the plaintexts of a report's two parts are.
func shape(b *testing.B, text string) (plain [2]int) {
	w := newWorld(b)
	w.post(b, "/report", url.Values{"text": {text}, "unit": {"市水利局"}, "category": {"integrity"}})
	size, err := w.Size(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for rec, err := range w.Entries(b.Context(), size-1, size) {
		if err != nil || rec.Header.Kind != entry.KindAccepted {
			b.Fatal(rec.Header.Kind, err)
		}
		for i := range plain {
			in, err := storetest.OpenPart(w.Box.Box, rec, i, w.Keys.Archive)
			if err != nil {
				b.Fatal(err)
			}
			text, err := in.Encode()
			if err != nil {
				b.Fatal(err)
			}
			plain[i] = len(text)
		}
	}
	return plain
}

// benchCeiling stretches and seals; the cost is that of store/receipt.go.
func benchCeiling(b *testing.B, n int, like [2]int) float64 {
	keys := storetest.NewKeys(b)
	team, custodian, archive := keys.Team.Recipient(), keys.Custodian.Recipient(), keys.Archive.Recipient()
	report, identity, salt := make([]byte, like[0]), make([]byte, like[1]), make([]byte, 32)
	return many(b, "reports/s", n, func(int) error {
		argon2.IDKey([]byte(intake.NewReceipt()), salt, 1, 1<<10, 1, 64)
		if _, err := seal.Seal(report, seal.LeastReport, team, archive); err != nil {
			return err
		}
		_, err := seal.Seal(identity, seal.LeastIdentity, custodian, archive)
		return err
	})
}
