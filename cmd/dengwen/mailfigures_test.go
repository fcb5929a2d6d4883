package main

import (
	"net"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/mailpoll/memserver"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// A measured mailbox is one that is read, with its figures.
type measured struct {
	*storetest.Box
	t      *testing.T
	server *memserver.Server
	poller *mailpoll.Poller
	m      *boxMetrics
}

func newMeasured(t *testing.T, password string) *measured {
	b := &measured{Box: storetest.New(t), t: t, server: memserver.New("box", "secret")}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- b.server.Serve(l) }()
	t.Cleanup(func() { b.server.Close(); <-ended })
	b.poller, err = mailpoll.New(b.Box, mailpoll.Options{Address: l.Addr().String(), Security: mailpoll.NoTLS, Username: "box", Password: password,
		Accepted: "Accepted", Refused: "Refused", Quarantine: "Aside", KeepDays: new(defaultKeepDays), Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	b.m = &boxMetrics{box: b.Box.Box, mail: newMailMetrics(b.poller, b.Clock.Now, time.Minute)}
	return b
}

// arrive puts a mail into the mailbox.
func (b *measured) arrive(text string) {
	b.t.Helper()
	if err := b.server.Append("INBOX", b.Clock.Now().Add(-time.Second), []byte("Subject: x\r\n\r\n"+text+"\r\n")); err != nil {
		b.t.Fatal(err)
	}
}

// figures are the figures of ours at a scrape, by name and labels.
func (b *measured) figures() map[string]string {
	b.t.Helper()
	r := httptest.NewRequest("GET", "/metrics", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	metricsHandler(b.m, new(atomic.Bool)).ServeHTTP(w, r)
	found := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		if name, value, is := strings.Cut(strings.TrimSpace(line), " "); is && strings.HasPrefix(name, "dengwen_") {
			found[name] = value
		}
	}
	return found
}

func (b *measured) wants(want map[string]string) {
	b.t.Helper()
	got := b.figures()
	for name, value := range want {
		if got[name] != value {
			b.t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
}

// TestMailFigures: whoever scrapes as often as they like does not see a mail
// come; what a day brought shows once it is closed, and trouble at once.
func TestMailFigures(t *testing.T) {
	b := newMeasured(t, "secret")
	if _, there := b.figures()["dengwen_mail_lag_seconds"]; there {
		t.Error("a lag before the first pass")
	}
	if _, err := b.poller.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := b.figures()
	b.arrive("路灯采购多付了钱。")
	b.Clock.Add(20 * time.Second)
	if sum, err := b.poller.Pass(t.Context()); err != nil || sum.Accepted != 1 {
		t.Fatalf("%+v, %v", sum, err)
	}
	b.Clock.Add(-20 * time.Second) // all else that moves is the clock
	if diff := cmp.Diff(before, b.figures()); diff != "" {
		t.Errorf("a mail that came shows:\n%s", diff)
	}
	b.wants(map[string]string{"dengwen_mail_lag_seconds": "0", `dengwen_accepted_total{channel="mail"}`: "0", `dengwen_mail_trouble{trouble="login"}`: "0", "dengwen_mail_kept": "0"})
	b.Clock.Add(7 * time.Hour)
	b.wants(map[string]string{"dengwen_mail_lag_seconds": "25180"})
	if err := b.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wants(map[string]string{`dengwen_accepted_total{channel="mail"}`: "1", `dengwen_refused_by_reason_total{channel="mail",reason="outside-hours"}`: "0", `dengwen_mail_quarantined_total{reason="too-large"}`: "0"})
	if _, there := b.figures()[`dengwen_refused_by_reason_total{channel="mail",reason="future"}`]; there {
		t.Error("mails whose time has not come are counted as refused")
	}

	wrong := newMeasured(t, "wrong")
	if _, err := wrong.poller.Pass(t.Context()); err == nil {
		t.Fatal("a wrong password opens the mailbox")
	}
	wrong.wants(map[string]string{"dengwen_mail_connected": "0", `dengwen_mail_trouble{trouble="login"}`: "1", `dengwen_mail_trouble{trouble="other"}`: "0"})
}

// TestUsual: when the last pass was is not told more closely than is usual,
// which depends on how often there is one.
func TestUsual(t *testing.T) {
	now := clockAt(testNow)
	for name, tt := range map[string]struct {
		every, ago time.Duration
		lag, pass  time.Duration // how long ago both are told
	}{
		"just now":     {time.Minute, 0, 0, 5 * time.Minute},
		"a minute":     {time.Minute, time.Minute, 0, 5 * time.Minute},
		"by default":   {0, 4 * time.Minute, 0, 5 * time.Minute},
		"late":         {time.Minute, 6 * time.Minute, 6 * time.Minute, 6 * time.Minute},
		"rarely":       {time.Hour, 90 * time.Minute, 0, 2 * time.Hour},
		"later still":  {time.Hour, 3 * time.Hour, 3 * time.Hour, 3 * time.Hour},
		"in an hour's": {time.Hour, 0, 0, 2 * time.Hour},
	} {
		at := now().Add(-tt.ago)
		m := newMailMetrics(nil, now, tt.every)
		got := gathered(t, func(f figures) {
			m.collect(f, entry.Status{}, intake.Mailbox{LastPass: &at, Lag: int64(tt.ago.Seconds())})
		})
		if got["dengwen_mail_lag_seconds"] != tt.lag.Seconds() || got["dengwen_mail_last_pass_timestamp_seconds"] != float64(now().Add(-tt.pass).Unix()) {
			t.Errorf("%s: a lag of %v, a pass at %v", name, got["dengwen_mail_lag_seconds"], got["dengwen_mail_last_pass_timestamp_seconds"])
		}
	}
}

// TestClosedDayOfMail: each heap and each reason stands for itself, as it was
// when the day was closed.
func TestClosedDayOfMail(t *testing.T) {
	then := entry.Status{Mailbox: &intake.Mailbox{Pending: 1, Left: 2, Future: 3, Unread: 4, Kept: 5},
		Quarantined: map[intake.Channel]map[intake.Quarantine]int64{intake.Mail: {intake.Unfit: 6}}}
	got := gathered(t, func(f figures) {
		newMailMetrics(nil, clockAt(testNow), 0).collect(f, then, intake.Mailbox{Connected: true, Pending: 91, Left: 92, Future: 93, Unread: 94, Kept: 95})
	})
	for name, want := range map[string]float64{"dengwen_mail_pending": 1, "dengwen_mail_left": 2, "dengwen_mail_future": 3, "dengwen_mail_unread": 4, "dengwen_mail_kept": 5,
		"dengwen_mail_quarantined_total unfit": 6, "dengwen_mail_quarantined_total too-large": 0, "dengwen_mail_connected": 1} {
		if v, there := got[name]; !there || v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
}

// collected is a collector that puts out figures.
type collected func(figures)

func (c collected) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, to) }
func (c collected) Collect(to chan<- prometheus.Metric) { c(figures{to}) }

// gathered are the figures that are put out, by name and labels' values.
func gathered(t *testing.T, put func(figures)) map[string]float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(collected(put))
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := f.GetName()
			for _, label := range m.Label {
				name += " " + label.GetValue()
			}
			found[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return found
}
