package triage_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// Views are kept in this JSON: a change of it needs a reindex.
func TestRowJSON(t *testing.T) {
	for _, tt := range []struct {
		row  triage.Row
		want string
	}{
		{triage.Row{
			Index: 7, ID: "00112233445566778899aabbccddeeff", Channel: intake.Hotline, Day: "2026-09-08",
			Standing: triage.Standing{State: triage.Routed, Route: triage.Verify}, Arrived: time.Date(2026, 9, 8, 0, 30, 0, 0, time.UTC),
			Unit: "某局", Category: intake.Work, Title: "t", Files: 2, Marks: []intake.Mark{intake.MarkPhoneDamaged},
		}, `{"index":7,"id":"00112233445566778899aabbccddeeff","channel":"hotline","day":"2026-09-08","state":"routed","route":"verify",` +
			`"arrived":"2026-09-08T00:30:00Z","unit":"某局","category":"work","title":"t","files":2,"marks":["phone-damaged"]}`},
		{triage.Row{Index: 8, ID: "ff", Channel: intake.Web, Day: "2026-09-08", Standing: triage.Standing{State: triage.New}, AboutTeam: true},
			`{"index":8,"id":"ff","channel":"web","day":"2026-09-08","state":"new","about_team":true}`},
		{triage.Row{Index: 9, ID: "fe", Channel: intake.Mail, Day: "2026-09-08", Standing: triage.Standing{State: triage.New}, Unreadable: true},
			`{"index":9,"id":"fe","channel":"mail","day":"2026-09-08","state":"new","unreadable":true}`},
	} {
		b, err := json.Marshal(tt.row)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, string(b)); diff != "" {
			t.Error(diff)
		}
		var back triage.Row
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.row, back); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTitle(t *testing.T) {
	for _, tt := range []struct{ subject, text, want string }{
		{"", "", ""},
		{"subject", "text", "subject"},
		{" \u200b ", "text", "text"},
		{"", "\n\n  two\u3000 lines\r\nof text \n", "two lines of text"},
		{"", "a\u202ecod.exe\x1b[2J\u200b", "acod.exe[2J"},
		{"", strings.Repeat("字", 40), strings.Repeat("字", 40)},
		{"", strings.Repeat("字", 41), strings.Repeat("字", 39) + "…"},
		{"", strings.Repeat("字", 38) + " 字字", strings.Repeat("字", 38) + "…"},
		{"", "bad \xff byte", "bad \ufffd byte"},
	} {
		got := triage.Title(tt.subject, tt.text)
		if got != tt.want || utf8.RuneCountInString(got) > 40 {
			t.Errorf("%q, %q: %q, want %q", tt.subject, tt.text, got, tt.want)
		}
	}
}

// A decoded mail may have 25 MB without one space.
func TestTitleOfALongText(t *testing.T) {
	text := strings.Repeat("字", 8<<20)
	if n := testing.AllocsPerRun(10, func() { triage.Title("", text) }); n > 20 {
		t.Errorf("%v allocations", n)
	}
}
