package export_test

import (
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
)

// one fails the test unless a report has just this problem of the container.
func one(t testing.TB, r export.Report, want string) {
	t.Helper()
	if len(r.Problems) != 1 || r.Problems[0].Entry != -1 || !strings.Contains(r.Problems[0].What, want) {
		t.Errorf("%v, want one problem of the container: %s", r.Problems, want)
	}
}

func TestSince(t *testing.T) {
	l := fullLog(t)
	for size := int64(1); size <= int64(len(l.headers)); size++ {
		note := l.checkpoint(size)
		l := *l // each export adds an entry
		sound(t, l.export(nil), export.Options{Key: l.key(), Since: note})
	}
	size := int64(len(l.headers))
	newer := l.checkpoint(size)
	l.accept(intake.Web, entry.Report{Text: "第三件"}, intake.Identity{})
	l.clear(entry.ClosedBody{At: l.at})
	older := l.export(nil)
	sound(t, older, export.Options{Key: l.key(), Since: newer})

	one(t, verify(t, older, export.Options{Key: l.key(), Since: l.checkpoint(size + 3)}), "behind the older checkpoint: 15 entries, the checkpoint covers 16")
	one(t, verify(t, older, export.Options{Key: l.key(), Since: []byte{}}), "not signed by this log")
	one(t, verify(t, older, export.Options{Key: l.key(), Since: append(slices.Clone(newer), '\n')}), "not signed by this log")
	l.signer = newSigner(t, l.signer.Origin())
	one(t, verify(t, older, export.Options{Key: l.state.Key, Since: l.checkpoint(size)}), "not signed by this log")
}

// Who holds log.key can leave an entry out, number the rest again and sign
// that: the export verifies by itself. It does not to whoever has an older
// checkpoint.
func TestSinceCatchesTheHolderOfTheKey(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(l *testLog)
	}{
		{"a report left out", func(l *testLog) {
			l.headers, l.parts = slices.Delete(l.headers, 5, 6), slices.Delete(l.parts, 5, 6)
		}},
		{"two reports exchanged", func(l *testLog) {
			l.headers[4], l.headers[5], l.parts[4], l.parts[5] = l.headers[5], l.headers[4], l.parts[5], l.parts[4]
		}},
		{"a report replaced", func(l *testLog) {
			n := len(l.headers)
			l.report(l.headers[4], entry.Report{Text: "别的"}, intake.Identity{})
			l.headers[4], l.parts[4] = l.headers[n], l.parts[n]
			l.headers, l.parts = l.headers[:n], l.parts[:n]
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLog(t)
			for range 3 {
				l.accept(intake.Web, entry.Report{Text: "一件"}, intake.Identity{})
			}
			published := l.checkpoint(int64(len(l.headers)))
			l.accept(intake.Web, entry.Report{Text: "又一件"}, intake.Identity{})
			l.accept(intake.Web, entry.Report{Text: "又一件"}, intake.Identity{})
			c.tamper(l)
			b := l.export(nil)
			sound(t, b, export.Options{Key: l.key()})
			one(t, verify(t, b, export.Options{Key: l.key(), Since: published}), "the first 7 entries are not those")
		})
	}
}

// Restoring must not be a way out: what the old origin signed still counts.
func TestSinceAcrossRestoring(t *testing.T) {
	l := newLog(t)
	l.accept(intake.Web, entry.Report{Text: "第一件"}, intake.Identity{})
	old := l.checkpoint(5)
	lost := *l
	lost.accept(intake.Web, entry.Report{Text: "备份之后"}, intake.Identity{})
	after := lost.checkpoint(6)

	former := l.signer
	l.restore("dengwen.example/9c01")
	l.accept(intake.Web, entry.Report{Text: "第二件"}, intake.Identity{})
	renewed := l.checkpoint(7)
	early := l.checkpoint(5) // the new origin never signed that
	b := l.export(nil)
	sound(t, b, export.Options{Key: l.key(), Since: old})
	sound(t, b, export.Options{Key: l.key(), Since: renewed})
	one(t, verify(t, b, export.Options{Key: l.key(), Since: early}), "under the origin dengwen.example/9c01, which was not the log's")
	if r := verify(t, b, export.Options{Key: l.key(), Since: after}); r.OK || !strings.Contains(r.Problems[0].What, "not those that the older checkpoint covers") {
		t.Errorf("entries lost in the restoring are not missed: %v", r.Problems)
	}
	l.signer = former
	one(t, verify(t, b, export.Options{Key: l.state.Key, Since: l.checkpoint(7)}), "under the origin dengwen.example/2f6b, which was not the log's")
}

func TestExportSince(t *testing.T) {
	l := fullLog(t)
	all := l.export(nil)
	note := l.checkpoint(8)
	b := l.export(note)
	key := l.key()
	if r := sound(t, b, export.Options{Key: key, Since: note}); r.From != 8 || r.Entries != 14 {
		t.Errorf("report %+v", r)
	}
	left := "the sealed parts of the first 8 entries are left out"
	one(t, verify(t, b, export.Options{Key: key}), left)
	one(t, verify(t, b, export.Options{Key: key, Since: l.checkpoint(7)}), left)
	sound(t, b, export.Options{Key: key, Since: l.checkpoint(9)})

	// Together, the chain has every member that an export of all would have.
	have := map[string]bool{}
	for _, m := range slices.Concat(untar(t, all), untar(t, b)) {
		have[m.name] = true
	}
	for _, m := range untar(t, l.export(nil)) {
		if !have[m.name] && !strings.HasPrefix(m.name, "entries/000000000014/") {
			t.Errorf("%s is in no export of the chain", m.name)
		}
	}
	if n := len(untar(t, b)); n >= len(untar(t, all)) {
		t.Errorf("%d members, nothing was left out", n)
	}
	if strings.Contains(string(b), "entries/000000000004/report.age") || !strings.Contains(string(b), "entries/000000000004/header.json") ||
		!strings.Contains(string(b), "entries/000000000003/body.json") || !strings.Contains(string(b), "entries/000000000008/reply.age") {
		t.Error("the wrong members are left out")
	}

	// Somebody who has no key makes a chain's export out of a full one.
	stripped := slices.DeleteFunc(untar(t, all), func(m tarMember) bool { return strings.HasSuffix(m.name, ".age") })
	m := &stripped[0]
	m.content = []byte(strings.Replace(string(m.content), `"from":0`, `"from":13`, 1))
	one(t, verify(t, retar(t, stripped), export.Options{Key: key}), "left out")
}

func TestErased(t *testing.T) {
	l := fullLog(t)
	l.erase(4, 2, 3)
	l.erase(9, 0, 1, 2)
	l.erase(9, 0) // said twice
	b := l.export(nil)
	sound(t, b, export.Options{Key: l.key()})
	sound(t, l.export(l.checkpoint(6)), export.Options{Key: l.key(), Since: l.checkpoint(6)})

	// A part that is missing though nobody says so.
	list := slices.DeleteFunc(untar(t, b), func(m tarMember) bool { return m.name == "entries/000000000004/report.age" })
	if r := verify(t, retar(t, list), export.Options{Key: l.key()}); len(r.Problems) != 1 || r.Problems[0].Entry != 4 {
		t.Error(r.Problems)
	}
	// A part that was erased and is put back from an older export.
	old := fullLog(t)
	first := old.export(nil)
	was := old.parts[4][2]
	old.erase(4, 2)
	list = untar(t, old.export(nil))
	at := slices.IndexFunc(list, func(m tarMember) bool { return m.name == "entries/000000000004/original-1.age" })
	list = slices.Insert(list, at, tarMember{"entries/000000000004/file-1.age", was})
	r := verify(t, retar(t, list), export.Options{Key: old.key()})
	if len(r.Problems) != 1 || r.Problems[0].Entry != 14 || !strings.Contains(r.Problems[0].What, "not missing") {
		t.Error(r.Problems)
	}
	sound(t, first, export.Options{Key: old.key()})
}

func TestVerifyNamesBrokenRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(l *testLog)
		entry  int64
		what   string
	}{
		{"a root that was never the tree's", func(l *testLog) { l.clear(entry.Exported{At: l.at, Size: 5, Root: entry.HashOf(nil)}) }, 5, "says a root"},
		{"a day counted wrong", func(l *testLog) {
			l.clear(entry.ClosedDay{At: l.at, Day: "2026-09-07", Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Web, N: 2}}})
		}, 5, "says 2 accepted"},
		{"a note that nobody signed", func(l *testLog) {
			l.note(entry.KindNoted, 4, entry.Note{Text: "x"})
			h := &l.headers[5]
			h.Sign("dengwen.example/other", l.staff)
		}, 5, "signature"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLog(t)
			l.accept(intake.Web, entry.Report{Text: "第一件"}, intake.Identity{})
			c.tamper(l)
			b := l.export(nil)
			r := verify(t, b, export.Options{Key: l.key()})
			if len(r.Problems) != 1 || r.Problems[0].Entry != c.entry || !strings.Contains(r.Problems[0].What, c.what) {
				t.Errorf("%v, want entry %d: %s", r.Problems, c.entry, c.what)
			}
		})
	}
}
