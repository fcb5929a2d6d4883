package export_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
)

// TestTamperedMembers changes an export as someone with tar could, and looks
// for the entry to be named.
func TestTamperedMembers(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	members := untar(t, b)
	const (
		header   = "entries/000000000004/header.json"
		report   = "entries/000000000004/report.age"
		identity = "entries/000000000004/identity.age"
		file     = "entries/000000000004/file-1.age"
		original = "entries/000000000004/original-1.age"
		body     = "entries/000000000003/body.json"
	)
	find := func(list []tarMember, name string) int {
		i := slices.IndexFunc(list, func(m tarMember) bool { return m.name == name })
		if i < 0 {
			panic("no member " + name)
		}
		return i
	}
	without := func(names ...string) func([]tarMember) []tarMember {
		return func(list []tarMember) []tarMember {
			return slices.DeleteFunc(list, func(m tarMember) bool { return slices.Contains(names, m.name) })
		}
	}
	swap := func(a, b string) func([]tarMember) []tarMember {
		return func(list []tarMember) []tarMember {
			i, j := find(list, a), find(list, b)
			list[i], list[j] = list[j], list[i]
			return list
		}
	}
	swapContent := func(a, b string) func([]tarMember) []tarMember {
		return func(list []tarMember) []tarMember {
			i, j := find(list, a), find(list, b)
			list[i].content, list[j].content = list[j].content, list[i].content
			return list
		}
	}
	insert := func(before, name, content string) func([]tarMember) []tarMember {
		return func(list []tarMember) []tarMember {
			return slices.Insert(list, find(list, before), tarMember{name, []byte(content)})
		}
	}
	replace := func(name, old, with string) func([]tarMember) []tarMember {
		return func(list []tarMember) []tarMember {
			m := &list[find(list, name)]
			if !bytes.Contains(m.content, []byte(old)) {
				panic(name + " has no " + old)
			}
			m.content = bytes.Replace(m.content, []byte(old), []byte(with), 1)
			return list
		}
	}
	for _, c := range []struct {
		name   string
		change func([]tarMember) []tarMember
		entry  int64
		what   string
	}{
		{"a sealed part left out", without(report), 4, "report.age: missing"},
		{"a file left out", without(file), 4, "file-1.age: missing"},
		{"an original left out", without(original), 4, "original-1.age: missing"},
		{"a clear body left out", without(body), 3, "body.json: missing"},
		{"a header left out", without(header), 4, "its header is missing"},
		{"an entry left out", without(header, report, identity, file, original), 4, "its header is missing"},
		{"the last entry left out", without("entries/000000000012/header.json", "entries/000000000012/body.json"), 12, "12 entries are there"},
		{"the manifest left out", without("dengwen.json"), -1, "does not begin with dengwen.json"},
		{"the checkpoint left out", without("checkpoint"), -1, "checkpoint: missing"},
		{"everything left out", func([]tarMember) []tarMember { return nil }, -1, "does not begin with dengwen.json"},
		{"two parts swapped", swap(report, identity), 4, "report.age: it does not belong here"},
		{"two headers swapped", swap(header, "entries/000000000005/header.json"), 4, "its header is missing"},
		{"the contents of two parts swapped", swapContent(report, identity), 4, "report.age"},
		{"the contents of two headers swapped", swapContent(header, "entries/000000000005/header.json"), 4, ""},
		{"manifest and checkpoint swapped", swap("dengwen.json", "checkpoint"), -1, "does not begin with dengwen.json"},
		{"a part twice", insert(identity, report, "again"), 4, "report.age: it does not belong here"},
		{"a part that the header has not", insert("entries/000000000005/header.json", "entries/000000000004/note.age", "x"), 4, "note.age: it does not belong here"},
		{"a file that the header has not", insert(original, "entries/000000000004/file-2.age", "x"), 4, "file-2.age: it does not belong here"},
		{"a stranger", insert(identity, "README", "x"), 4, `"README" does not belong here`},
		{"a stranger at the end", func(l []tarMember) []tarMember { return append(l, tarMember{"README", nil}) }, 13, `"README" does not belong here`},
		{"a path upwards", insert(header, "../../etc/passwd", "x"), 4, "does not belong here"},
		{"another size in the manifest", replace("dengwen.json", `"size":13`, `"size":12`), 12, "13 entries are there, dengwen.json says 12"},
		{"another from in the manifest", replace("dengwen.json", `"from":0`, `"from":5`), 4, "report.age: it does not belong here"},
		{"another origin in the manifest", replace("dengwen.json", `/2f6b"`, `/2f6c"`), -1, "dengwen.json does not say what the checkpoint says"},
		{"another root in the manifest", replace("dengwen.json", `"root":"`+entry.Hash(l.root(13)).String(), `"root":"`+entry.HashOf(nil).String()), -1, "not those of the root"},
		{"another version of the manifest", replace("dengwen.json", `"v":1`, `"v":2`), -1, "version 2"},
		{"a space in the manifest", replace("dengwen.json", `"v":1`, `"v": 1`), -1, "not in its one form"},
		{"a line more in the checkpoint", replace("checkpoint", "\n\n", "\nmore\n\n"), -1, "checkpoint"},
		{"a byte more in a part", replace(report, "age-", "age--"), 4, "report.age: "},
		{"a byte more in a file", replace(file, "age-", "age--"), 4, "file-1.age: "},
		{"a header that is not canonical", replace(header, `{"v":1,`, `{"v":1, `), 4, "header"},
		{"another version of a header", replace(header, `{"v":1,`, `{"v":7,`), 4, "version 7"},
		{"another channel in a header", replace(header, `"channel":"web"`, `"channel":"sms"`), -1, "not those of the root"},
		{"another body", replace(body, `"leader"`, `"wright"`), 3, "body.json: its bytes are not those that the header names"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify(t, retar(t, c.change(slices.Clone(members))), export.Options{Key: l.key()})
			if r.OK || !slices.ContainsFunc(r.Problems, func(p entry.Problem) bool { return p.Entry == c.entry && strings.Contains(p.What, c.what) }) {
				t.Errorf("%v, want entry %d: %s", r.Problems, c.entry, c.what)
			}
		})
	}
}

// One damaged place is one problem: whoever reads the list learns what is
// wrong, not what follows from it.
func TestOneDamageOneProblem(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	at := int64(0)
	blocks := map[string]int64{}
	for _, m := range untar(t, b) {
		blocks[m.name] = at
		at += 512 + (int64(len(m.content))+511)/512*512
	}
	for _, c := range []struct {
		name   string
		at     int64
		entry  int64
		needle string
	}{
		{"in a part", blocks["entries/000000000004/report.age"] + 512 + 3000, 4, "report.age: its bytes"},
		{"in a file", blocks["entries/000000000004/file-1.age"] + 512 + 3000, 4, "file-1.age: its bytes"},
		{"in a part's tar header", blocks["entries/000000000004/identity.age"] + 130, 4, "identity.age: its tar header"},
		{"behind a file", blocks["entries/000000000004/original-1.age"] - 1, 4, "file-1.age: what fills its last block"},
		{"in an unused field of a tar header", blocks["entries/000000000005/report.age"] + 300, 5, "report.age: its tar header"},
		{"in the first end block", at, 13, ""},
		{"in the second end block", at + 512, -1, "not two empty blocks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := bytes.Clone(b)
			changed[c.at] ^= 0x10
			r := verify(t, changed, export.Options{Key: l.key()})
			if len(r.Problems) != 1 || c.needle != "" && (r.Problems[0].Entry != c.entry || !strings.Contains(r.Problems[0].What, c.needle)) {
				t.Errorf("%v, want one: entry %d: %s", r.Problems, c.entry, c.needle)
			}
		})
	}
}

func TestProblemsEnd(t *testing.T) {
	l := newLog(t)
	for range 60 {
		l.add(entry.Header{Kind: entry.KindAccepted, Channel: intake.Web}, []entry.Role{entry.RoleReport, entry.RoleIdentity}, []byte(entry.NewID()), []byte(entry.NewID()))
	}
	list := slices.DeleteFunc(untar(t, l.export(nil)), func(m tarMember) bool { return strings.HasSuffix(m.name, ".age") })
	r := verify(t, retar(t, list), export.Options{Key: l.key()})
	if n := len(r.Problems); n != entry.MaxProblems+1 || r.Problems[n-1].What != "and more" {
		t.Errorf("%d problems, the last %v", n, r.Problems[n-1])
	}
}
