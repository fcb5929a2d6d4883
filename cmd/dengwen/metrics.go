package main

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dengwen/mailpoll"
	"dengwen/store"
)

// metricsHandler answers /metrics, for Prometheus, and /healthz. It answers to
// this machine's own names only, so that no page that is open in a browser here
// reads it under another (DNS rebinding).
func metricsHandler(b *store.Box, p *mailpoll.Poller, now func() time.Time) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &boxMetrics{box: b, poller: p})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		text, status := "ok\n", http.StatusOK
		if err := healthy(r, b, now()); err != nil {
			text, status = err.Error()+"\n", http.StatusServiceUnavailable
		}
		w.WriteHeader(status)
		w.Write([]byte(text))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !isLoopback(host) {
			http.Error(w, "for this machine only", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// lateClosing is how late a day may be closed before something is wrong.
const lateClosing = 10 * time.Minute

// healthy reports whether the box answers and writes: a box that cannot write
// cannot close its days.
func healthy(r *http.Request, b *store.Box, now time.Time) error {
	if _, err := b.Status(r.Context()); err != nil {
		return errors.New("the box does not answer")
	}
	next, err := b.NextClosing(r.Context())
	if err != nil {
		return errors.New("the box does not answer")
	}
	if !next.IsZero() && now.Sub(next) > lateClosing {
		return errors.New("a day that is over is not closed")
	}
	return nil
}
