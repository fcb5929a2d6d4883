package entry_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

func TestStatusJSON(t *testing.T) {
	s := entry.NewStatus()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	const empty = `{"entries":0,"accepted":{"hotline":0,"mail":0,"web":0},"refused":{"hotline":0,"mail":0,"web":0},` +
		`"open":{"hotline":false,"mail":false,"web":false},"refused_by":{},"quarantined":{},"next_opening":null,"checkpoint":"","key":""}`
	if diff := cmp.Diff(empty, string(raw)); diff != "" {
		t.Error(diff)
	}
	at := shanghai(t, "2026-09-08 08:30:00").In(time.FixedZone("", 8*60*60))
	s.NextOpening = &at
	s.Accepted[intake.Web]++
	if s.Refused[intake.Web] != 0 {
		t.Error("accepted is counted as refused")
	}
	if raw, err = json.Marshal(s); err != nil || !strings.Contains(string(raw), `"next_opening":"2026-09-08T08:30:00+08:00"`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// What goes over the socket comes back.
func TestRecordJSON(t *testing.T) {
	h := staffHeader(entry.KindRead, entry.RoleNote)
	want := struct {
		R entry.Record
		D entry.Draft
		V entry.View
	}{
		entry.Record{Index: 7, Header: h, Raw: h.Encode()},
		entry.Draft{Header: h, Bodies: [][]byte{{0, 1, 255}}, Wraps: map[string][]byte{"ling": {1}}, ViewKey: []byte{2}},
		entry.View{Index: 7, Sealed: []byte{3}},
	}
	got := want
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got.R, got.D, got.V = entry.Record{}, entry.Draft{}, entry.View{}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if again, err := entry.DecodeHeader(got.R.Raw); err != nil || fmt.Sprint(again) != fmt.Sprint(got.R.Header) {
		t.Errorf("%v, %v", again, err)
	}
}
