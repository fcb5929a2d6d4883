package entry_test

import (
	"errors"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// goldenAsides is how a day is closed on which messages were set aside. It is
// format v1 and never edited, as the literals of golden_test.go are.
const goldenAsides = `{"at":"2026-09-07T10:00:00.123456789Z","day":"2026-09-07","accepted":[],"refused":[],` +
	`"quarantined":[{"day":"2026-09-06","channel":"mail","reason":"unreadable","n":1},{"day":"2026-09-07","channel":"mail","reason":"deep-parts","n":3},` +
	`{"day":"2026-09-07","channel":"mail","reason":"too-large","n":12}]}`

func TestGoldenAsides(t *testing.T) {
	mail := func(day string, why intake.Quarantine, n int64) entry.Aside {
		return entry.Aside{Day: day, Channel: intake.Mail, Reason: why, N: n}
	}
	want := entry.ClosedDay{At: shanghai(t, "2026-09-07 18:00:00").Add(123456789), Day: "2026-09-07", Accepted: []entry.Count{}, Refused: []entry.Count{},
		Quarantined: []entry.Aside{mail("2026-09-06", intake.Unreadable, 1), mail("2026-09-07", intake.DeepParts, 3), mail("2026-09-07", intake.TooLarge, 12)}}
	raw, err := entry.EncodeBody(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(goldenAsides, string(raw)); diff != "" {
		t.Errorf("written (-golden):\n%s", diff)
	}
	got, err := entry.DecodeBody(entry.KindClosedDay, []byte(goldenAsides))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(entry.Body(want), got); diff != "" {
		t.Errorf("read (-want):\n%s", diff)
	}
	for name, change := range map[string][2]string{
		"unknown":      {`too-large`, `too-late`},
		"of the hours": {`"unreadable"`, `"outside-hours"`},
		"order":        {`"deep-parts"`, `"unfit"`},
		"none":         {`"n":12`, `"n":0`},
		"empty reason": {`"reason":"unreadable",`, `"reason":"",`},
		"no reason":    {`"reason":"unreadable",`, ``},
		"its place":    {`"refused":[],`, ``},
	} {
		bad := strings.Replace(goldenAsides, change[0], change[1], 1)
		if bad == goldenAsides {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := entry.DecodeBody(entry.KindClosedDay, []byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A day without any has the one form that it always had.
func TestNoAsidesAreLeftOut(t *testing.T) {
	at := shanghai(t, "2026-09-07 18:00:00")
	const plain = `{"at":"2026-09-07T10:00:00Z","day":"2026-09-07","accepted":[],"refused":[]}`
	for _, none := range [][]entry.Aside{nil, {}} {
		raw, err := entry.EncodeBody(entry.ClosedDay{At: at, Day: "2026-09-07", Quarantined: none})
		if err != nil || string(raw) != plain {
			t.Errorf("%s, %v", raw, err)
		}
	}
	for _, list := range []string{"[]", "null"} {
		bad := strings.TrimSuffix(plain, "}") + `,"quarantined":` + list + `}`
		if _, err := entry.DecodeBody(entry.KindClosedDay, []byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
