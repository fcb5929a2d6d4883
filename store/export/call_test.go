package export_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// The table says what the lines say, and none of it is a formula.
func TestOpenWritesATableOfCalls(t *testing.T) {
	l := newLog(t)
	l.told(l.at, "+8613800000000")
	l.heard(entry.Call{At: l.at, Caller: "+8613800000000", Callee: "=1+1", Seconds: 61, Answered: true})
	l.erase(l.call("0100-5550199"), 0)
	dir, _ := open(t, l.export(nil), l.archive)
	b, err := os.ReadFile(filepath.Join(dir, "calls.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(b), "\ufeff")
	if !ok {
		t.Error("the table does not begin with a byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	id := func(i int) string { return l.headers[i].ID }
	if diff := cmp.Diff([][]string{
		{"id", "index", "day", "at", "caller", "callee", "seconds", "answered", "inside", "record", "record_index", "finding", "erased", "again"},
		{id(5), "5", "2026-09-07", "2026-09-07T09:00:00+08:00", "'+8613800000000", "'=1+1", "61", "true", "true", id(4), "4", "", "", ""},
		{id(6), "6", "2026-09-07", "", "", "", "0", "false", "false", "", "", "", "call.age", ""},
	}, rows); diff != "" {
		t.Error(diff)
	}
	line, err := json.Marshal(export.Call{At: l.at, Record: "x", RecordIndex: 1, Finding: "x", Erased: []string{"x"}, Again: true})
	l.must(err)
	for _, column := range rows[0] {
		if key := `"` + column + `":`; !strings.Contains(string(line), key) {
			t.Errorf("%s is a column and no field of %s", column, line)
		}
	}
	private(t, dir)
}

// What two exchanges passed on is one call: with a report of its own, and
// without one a single finding.
func TestOpenCallsOfTwoExchanges(t *testing.T) {
	l := newLog(t)
	at := l.at
	report := l.told(at, "0100-5550101")
	trunk := l.heard(entry.Call{At: at.Add(-time.Second), Caller: "0100-5550101"})
	desk := l.rang(at, "0100-5550101")
	first := l.rang(at.Add(3*time.Hour), "0100-5550102")
	second := l.rang(at.Add(3*time.Hour+time.Second), "0100-5550102")
	list, sum := l.calls(l.export(nil))
	if diff := cmp.Diff(map[int64]export.Call{
		trunk:  {Inside: true, Again: true},
		desk:   {Inside: true, Record: l.headers[report].ID, RecordIndex: report},
		first:  {Inside: true, Finding: "call without a record"},
		second: {Inside: true, Again: true},
	}, findings(list)); diff != "" {
		t.Error(diff)
	}
	if sum.Calls != 2 || sum.WithoutRecord != 1 || len(list) != 4 {
		t.Errorf("%+v", sum)
	}
}

// Without a call record there are two empty lists.
func TestOpenWithoutCalls(t *testing.T) {
	l := smallLog(t)
	dir, sum := open(t, l.export(nil), l.archive)
	if list := lines[export.Call](t, dir, "calls.jsonl"); len(list) != 0 || sum.Calls != 0 {
		t.Errorf("%v, %+v", list, sum)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "calls.csv")); err != nil || strings.Count(string(b), "\n") != 1 {
		t.Errorf("%q, %v", b, err)
	}
}

// The way of a real call record through a real box.
func TestBoxWithCalls(t *testing.T) {
	ctx, b := t.Context(), storetest.New(t)
	at := b.Clock.Now().Add(-time.Hour)
	r := storetest.Call(at, "来电")
	r.Identity.Phone = "0100-5550101"
	o, err := b.Submit(ctx, r)
	if err != nil || o.Verdict != intake.Accepted {
		t.Fatal(o, err)
	}
	calls := func(yield func(*intake.Call, error) bool) {
		_ = yield(&intake.Call{At: at, Caller: "0100-5550101", Callee: "8001", Seconds: 9, Answered: true, Meaning: []byte("1")}, nil) &&
			yield(&intake.Call{At: at.Add(-24 * time.Hour), Caller: "0100-5550102", Callee: "8001", Seconds: 9, Answered: true, Meaning: []byte("2")}, nil)
	}
	if err := b.SubmitCalls(ctx, false, calls, func(_ int, o intake.Outcome) {
		if o.Verdict != intake.Accepted {
			t.Error(o)
		}
	}); err != nil {
		t.Fatal(err)
	}
	state, err := b.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out, _ := exportBox(t, b.Box, nil)
	sound(t, out, export.Options{Key: state.Key})
	dir, sum := open(t, out, []seal.Identity{b.Keys.Archive}...)
	list := lines[export.Call](t, dir, "calls.jsonl")
	if len(list) != 2 || list[0].Record != o.ID || list[1].Finding != intake.CallWithoutRecord || sum.WithoutRecord != 1 {
		t.Errorf("%+v, %+v", list, sum)
	}
}
