package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dengwen/store"
)

// metricsHandler answers /metrics, for Prometheus, and /healthz; failing says
// that closing a day failed the last time it was tried. It answers to
// this machine's own names only, so that no page that is open in a browser here
// reads it under another (DNS rebinding).
func metricsHandler(m *boxMetrics, failing *atomic.Bool) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		health := healthOf(r.Context(), m.box, failing)
		if health != well {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		io.WriteString(w, health+"\n")
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

// What /healthz says.
const (
	well   = "ok"
	silent = "the box does not answer"
	unshut = "the day cannot be closed"
)

// healthOf tells whether the box answers, and whether its days can be closed,
// which takes all that a report takes: a clock that is right, and a disk that
// can be written to.
func healthOf(ctx context.Context, b *store.Box, failing *atomic.Bool) string {
	if _, err := b.Status(ctx); err != nil {
		return silent
	}
	if failing.Load() {
		return unshut
	}
	return well
}
