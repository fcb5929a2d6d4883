package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"dengwen/store/storetest"
	"dengwen/web/public"
)

// A stand is the public site over a real box, in this process: its clock is the
// test's, its limits are small, and who asks may come from another machine. So
// it gets into states that a demo has no time for.
type stand struct {
	*storetest.Box
	url    string
	client atomic.Value // the address that requests seem to come from; "" for their own
}

// standAddress is what the notice of a stand says, and its QR code.
const standAddress = "https://jubao.example.invalid/"

// standFile is how large an attachment may be there, in bytes.
const standFile = 1 << 20

// newStand opens a site that takes one form in two minutes of each client from
// elsewhere.
func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{Box: storetest.New(t)}
	s.client.Store("")
	state, err := s.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	site, err := public.New(s.Box, public.Options{
		Notice: public.Notice{Name: "示例市第一轮巡察", Team: "示例市委第三巡察组", Units: []string{"市交通运输局", "市住房和城乡建设局", "市教育局", "市卫生健康委员会"},
			Place: "示例宾馆 3 号楼", Phone: "0000-1234567", Mailbox: "xuncha@example.invalid", Key: state.Key, Demo: true},
		Schedule: state.Schedule, Now: s.Clock.Now, MaxFile: standFile, Rate: 0.5, Address: standAddress, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from := s.client.Load().(string); from != "" {
			r.RemoteAddr = from
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}
