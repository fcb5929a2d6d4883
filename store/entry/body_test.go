package entry_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// bodies holds one of each type.
func bodies(t testing.TB) []entry.Body {
	at := shanghai(t, "2026-09-07 18:00:00").Add(123456789)
	return []entry.Body{
		created(at), entry.ScheduleBody{At: at, Schedule: schedule(t, "2026-09-18")}, keys(at, 1), account(at, "ling", "leader"),
		entry.Exported{At: at, From: 3, Size: 14, Root: file},
		entry.ClosedDay{At: at, Day: "2026-09-07", Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Web, N: 2}},
			Refused: []entry.Count{{Day: "2026-09-07", Channel: intake.Mail, Reason: intake.OutsideHours, N: 1}}},
		entry.Erased{At: at, Entry: id(5), Parts: []entry.Hash{file, original}},
		entry.Restored{At: at, Origin: newOrigin, Key: newKey, Was: origin, Size: 7, Root: file},
		entry.ClosedBody{At: at},
	}
}

func TestBodyRoundTrip(t *testing.T) {
	seen := map[entry.Kind]bool{}
	for _, b := range bodies(t) {
		seen[b.Kind()] = true
		raw, err := entry.EncodeBody(b)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(raw), `{"at":"2026-09-07T10:00:00.123456789Z"`) {
			t.Errorf("%s does not begin with at: %s", b.Kind(), raw)
		}
		got, err := entry.DecodeBody(b.Kind(), raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, got); diff != "" {
			t.Errorf("%s (-written +read):\n%s", b.Kind(), diff)
		}
		for _, k := range entry.Kinds() {
			if _, err := entry.DecodeBody(k, raw); k != b.Kind() && b.Kind() != entry.KindClosed && !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("%s body read as %s: %v", b.Kind(), k, err)
			}
		}
	}
	for _, k := range entry.Kinds() {
		if seen[k] != k.Clear() {
			t.Errorf("%s: tried %v, clear %v", k, seen[k], k.Clear())
		}
	}
}

// One instant has one form wherever it comes from, and so has an empty list.
func TestEncodeBodyIsCanonical(t *testing.T) {
	at := shanghai(t, "2026-09-07 08:30:00")
	want, err := entry.EncodeBody(entry.ClosedDay{At: at, Day: "2026-09-06", Accepted: []entry.Count{}, Refused: []entry.Count{}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := entry.EncodeBody(&entry.ClosedDay{At: at.In(time.FixedZone("", -9*60*60)), Day: "2026-09-06"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestBodyIsCanonical(t *testing.T) {
	raw, err := entry.EncodeBody(created(shanghai(t, "2026-09-07 08:30:00")))
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	for name, change := range map[string][2]string{
		"space":             {`,"demo"`, `, "demo"`},
		"capitals":          {`"demo"`, `"Demo"`},
		"twice":             {`"demo":false`, `"demo":false,"demo":false`},
		"unknown":           {`"demo":false`, `"demo":false,"x":1`},
		"order":             {`"demo":false,"inspection"`, `"inspection"`},
		"HTML escape":       {`<`, `\u003c`},
		"needless escape":   {`第三组`, `\u7b2c三组`},
		"slash":             {`dengwen.example/2f6b"`, `dengwen.example\/2f6b"`},
		"surrogates":        {`水务局`, `\ud83d\ude4f`},
		"lone surrogate":    {`水务局`, `\ud83d`},
		"invalid UTF-8":     {`水务局`, "\xff"},
		"U+FFFD escaped":    {`水务局`, `\ufffd`},
		"null list":         {`["水务局","城建 <集团> & \"分公司\""]`, "null"},
		"null text":         {`"第三组"`, "null"},
		"zone":              {`T00:30:00Z`, `T08:30:00+08:00`},
		"zone of nothing":   {`T00:30:00Z`, `T00:30:00+00:00`},
		"zero fraction":     {`T00:30:00Z`, `T00:30:00.0Z`},
		"comma fraction":    {`T00:30:00Z`, `T00:30:00,5Z`},
		"ten digits":        {`T00:30:00Z`, `T00:30:00.1234567891Z`},
		"lower-case time":   {`T00:30:00Z`, `t00:30:00z`},
		"no such hour":      {`T00:30:00Z`, `T24:30:00Z`},
		"no such instant":   {`2026-09-07T00:30:00Z`, `0001-01-01T00:00:00Z`},
		"at not a time":     {`"2026-09-07T00:30:00Z"`, `1788741000`},
		"number for a bool": {`"demo":false`, `"demo":0`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := entry.DecodeBody(entry.KindCreated, []byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: got %v\n%s", name, err, bad)
		}
	}
	for _, bad := range []string{"", "null", "{}", "[]", good + "\n", " " + good, good + "{}", good[:len(good)-1]} {
		if _, err := entry.DecodeBody(entry.KindCreated, []byte(bad)); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, k := range []entry.Kind{"", "event", entry.KindAccepted, entry.KindRead} {
		if _, err := entry.DecodeBody(k, raw); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s has no clear body: %v", k, err)
		}
	}
}

// Whatever bytes a text has, its encoding reads back to one that encodes the
// same, and only what was not UTF-8 has changed.
func TestAnyTextIsStable(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{`\`, `\\`, `\ufffd`, `\u`, "\xff", "\xe6\xb0", "\xed\xa0\x80", "\uFFFD", `"`, "<", "&", "\x00", "\u2028", "水", "🙏", "a"}
	for range 5000 {
		var text strings.Builder
		for range r.IntN(8) {
			text.WriteString(pieces[r.IntN(len(pieces))])
		}
		b := created(shanghai(t, "2026-09-07 18:00:00"))
		b.Inspection.Name = text.String()
		raw, err := entry.EncodeBody(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := entry.DecodeBody(entry.KindCreated, raw)
		if err != nil {
			t.Fatalf("%q: %v\n%s", text.String(), err, raw)
		}
		// A range over a string yields U+FFFD for each byte that is not UTF-8.
		if want := string([]rune(text.String())); got.(entry.Created).Inspection.Name != want {
			t.Fatalf("%q came back as %q", want, got.(entry.Created).Inspection.Name)
		}
	}
}
