package intake_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

func TestScheduleJSON(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules intake.Rules
		want  string
	}{
		{"defaults", intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30", Hours: intake.Hours{Open: []string{}, Closed: []string{}}},
			`{"timezone":"Asia/Shanghai","first":"2026-09-07","last":"2026-10-30","hours":{"windows":["08:30-18:00"],"weekdays":["mon","tue","wed","thu","fri","sat","sun"]}}`},
		{"all keys, untidy", intake.Rules{
			Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30", Cutoff: "2026-10-30T16:00:00+08:00",
			Hours: intake.Hours{
				Windows: []string{"14:00-16:00", "8:30 - 12:00", "16:00-24:00"}, Weekdays: []string{"Fri", "mon", "fri"},
				Open: []string{"2026-10-11", "2026-10-10", "2026-10-11"}, Closed: []string{"2026-10-01"},
			},
			Channels: []intake.ChannelHours{
				{Channel: intake.Hotline, Hours: intake.Hours{Weekdays: []string{"mon", "fri"}}}, // as the base
				{Channel: intake.Mail, Hours: intake.Hours{Closed: []string{}, Open: []string{}}},
				{Channel: intake.Web, Hours: intake.Hours{Windows: []string{"0:00-24:00"}, Weekdays: []string{"fri", "mon"}}},
			},
		}, `{"timezone":"Asia/Shanghai","first":"2026-09-07","last":"2026-10-30","cutoff":"2026-10-30T08:00:00Z",` +
			`"hours":{"windows":["08:30-12:00","14:00-24:00"],"weekdays":["mon","fri"],"open":["2026-10-10","2026-10-11"],"closed":["2026-10-01"]},` +
			`"channels":[{"channel":"web","windows":["00:00-24:00"]},{"channel":"mail","open":[],"closed":[]}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := schedule(t, tt.rules)
			b, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(b)); diff != "" {
				t.Fatal(diff)
			}
			var back intake.Schedule
			if err := json.Unmarshal(b, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s, back); diff != "" {
				t.Error(diff)
			}
			if again := schedule(t, s.Rules()); !again.Equal(s) {
				t.Error("Rules do not make the same schedule")
			}
		})
	}
}

// What a caller does to rules it gave or got changes no schedule.
func TestScheduleIsImmutable(t *testing.T) {
	given := period()
	s := schedule(t, given)
	want, _ := json.Marshal(s)
	spoil := func(r intake.Rules) {
		for _, h := range []intake.Hours{r.Hours, r.Channels[0].Hours} {
			for _, list := range [][]string{h.Windows, h.Weekdays, h.Open, h.Closed} {
				for i := range list {
					list[i] = "spoilt"
				}
			}
		}
		r.Channels[0].Channel = "spoilt"
	}
	spoil(given)
	spoil(s.Rules())
	if diff := cmp.Diff(period().Channels, s.Rules().Channels); diff != "" {
		t.Error(diff)
	}
	got, _ := json.Marshal(s)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	if got, _ = s.MarshalJSON(); len(got) > 0 {
		got[0] = 'x'
	}
	if again, _ := json.Marshal(s); string(again) != string(want) {
		t.Error("the encoding is shared with its callers")
	}
	if plain := schedule(t, intake.Rules{Timezone: "UTC", First: "2026-09-07", Last: "2026-09-07"}); len(plain.Rules().Hours.Weekdays) != 7 || plain.Rules().Hours.Weekdays[0] != "mon" {
		t.Errorf("the defaults changed: %v", plain.Rules())
	}
}

func TestScheduleJSONRefuses(t *testing.T) {
	for _, in := range []string{
		`null`, `{}`, `[]`, `"x"`,
		`{"timezone":"UTC","first":"2026-09-07","last":"2026-09-08","hours":{},"extra":1}`,
		`{"timezone":"UTC","first":"2026-09-07","last":"2026-09-08","hours":{"window":["08:30-18:00"]}}`,
		`{"timezone":"UTC","first":"2026-09-08","last":"2026-09-07","hours":{}}`,
	} {
		var s intake.Schedule
		if err := json.Unmarshal([]byte(in), &s); !errors.Is(err, intake.ErrSchedule) || !s.IsZero() {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func FuzzScheduleJSON(f *testing.F) {
	full, err := json.Marshal(schedule(f, period()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	f.Add([]byte(`{"timezone":"America/New_York","first":"2026-03-01","last":"2026-03-31","hours":{"windows":["1:30-02:30","2:30-24:00"],"weekdays":[],"open":["2026-03-08"]}}`))
	f.Add([]byte(`{"timezone":"UTC","first":"0000-01-01","last":"0001-01-01","cutoff":"0000-02-01T00:00:00+23:59","hours":{}}`))
	f.Add([]byte(`{"timezone":"UTC","first":"9999-12-31","last":"9999-12-31","cutoff":"9999-12-31T23:59:59-08:00","hours":{"windows":["00:00-24:00"]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s, back intake.Schedule
		if err := json.Unmarshal(b, &s); err != nil {
			return
		}
		one, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(one, &back); err != nil {
			t.Fatalf("%s: %v", one, err)
		}
		if two, _ := json.Marshal(back); string(one) != string(two) {
			t.Fatalf("two encodings:\n%s\n%s", one, two)
		}
		r := s.Rules()
		if _, err := intake.NewSchedule(r); err != nil {
			t.Fatal(err)
		}
	})
}
