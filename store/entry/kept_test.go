package entry_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// keptHeader is that of a reply with the team's copy.
func keptHeader() entry.Header {
	h := entry.Header{V: 1, ID: id(2), Kind: entry.KindReplied, Date: "2026-09-07", Ref: id(1), By: "ling",
		Parts: []entry.Part{part(entry.RoleReply, "reply"), part(entry.RoleNote, "kept")}}
	h.Sign(origin, signingKey("ling"))
	return h
}

func keptReply(t testing.TB) entry.Inner {
	in := inner(keptHeader(), entry.RoleReply)
	in.Reply = &entry.Reply{At: shanghai(t, "2026-09-07 09:00:00"), Text: "已收到"}
	return in
}

func keptInner(t testing.TB) entry.Inner {
	in := inner(keptHeader(), entry.RoleNote)
	in.Note = keptReply(t).Reply.Kept()
	return in
}

// The reply repeats the hash of its copy; the copy repeats none, for it is
// sealed first.
func TestMatchKept(t *testing.T) {
	h := keptHeader()
	reply, kept := decode(t, encode(t, keptReply(t))), decode(t, encode(t, keptInner(t)))
	for _, in := range []entry.Inner{reply, kept} {
		if err := in.Match(h, origin); err != nil {
			t.Errorf("%s: %v", in.Role, err)
		}
	}
	if diff := cmp.Diff([]entry.InnerPart{{Role: entry.RoleNote, SHA256: h.Parts[1].SHA256}}, reply.Parts); diff != "" || len(kept.Parts) != 0 {
		t.Errorf("the copy repeats %v; the reply: %s", kept.Parts, diff)
	}
	for name, c := range map[string]struct {
		in     entry.Inner
		change func(h *entry.Header)
	}{
		"a reply with another copy":    {reply, func(h *entry.Header) { h.Parts[1].SHA256 = file }},
		"a reply without its copy":     {reply, func(h *entry.Header) { h.Parts = h.Parts[:1] }},
		"a reply of before, with one":  {decode(t, encode(t, replyInner(t))), func(*entry.Header) {}},
		"a copy in an entry of before": {kept, func(h *entry.Header) { h.Parts = h.Parts[:1] }},
		"a copy of another reply":      {kept, func(h *entry.Header) { h.ID = id(9) }},
		"a copy as a note":             {kept, func(h *entry.Header) { h.Kind = entry.KindNoted }},
	} {
		h := keptHeader()
		c.change(&h)
		if err := c.in.Match(h, origin); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSameAs(t *testing.T) {
	r := *keptReply(t).Reply
	if err := r.SameAs(*r.Kept()); err != nil {
		t.Error(err)
	}
	other := r
	other.Text += "。"
	later := r
	later.At = later.At.Add(time.Nanosecond)
	for _, o := range []entry.Reply{other, later} {
		if err := r.SameAs(*o.Kept()); !errors.Is(err, intake.ErrDamaged) {
			t.Errorf("%v and %v: %v", r, o, err)
		}
	}
}

// A keptLog has a reply with a copy, one without, and a deletion of the first
// that nobody signed.
const (
	keptAt    = 5
	aloneAt   = 6
	deletedAt = 7
)

func keptLog(t testing.TB) *testLog {
	l := newLog(t)
	l.on("2026-09-07 09:00:00")
	l.accepted(intake.Web, "2026-09-07")
	l.add(entry.Header{Kind: entry.KindReplied, Ref: id(4), By: "ling", Parts: []entry.Part{part(entry.RoleReply, "5"), part(entry.RoleNote, "5n")}}, nil)
	l.staff(entry.KindReplied, 4, "ling")
	l.on("2026-09-08 00:00:00")
	l.deletion(keptAt, l.headers[keptAt].Parts[0].SHA256)
	return l
}

func (l *testLog) deletion(of int, parts ...entry.Hash) int {
	l.t.Helper()
	return l.clear("", entry.Erased{At: l.at, Entry: id(of), Parts: parts})
}

// What nobody signed deletes one reply that has a copy, once, and nothing else.
// What a leader signed erases anything.
func TestReplies(t *testing.T) {
	for name, c := range map[string]struct {
		change func(l *testLog)
		what   string // of the newest entry
	}{
		"as it is":      {func(*testLog) {}, ""},
		"twice":         {func(l *testLog) { l.deletion(keptAt, l.headers[keptAt].Parts[0].SHA256) }, "was deleted before"},
		"one of before": {func(l *testLog) { l.deletion(aloneAt, l.headers[aloneAt].Parts[0].SHA256) }, "is no earlier reply with a copy"},
		"a report":      {func(l *testLog) { l.deletion(4, l.headers[4].Parts[0].SHA256) }, "is no earlier reply with a copy"},
		"the copy":      {func(l *testLog) { l.fresh(); l.deletion(keptAt, l.headers[keptAt].Parts[1].SHA256) }, "more than the reply part"},
		"both": {func(l *testLog) {
			l.fresh()
			p := l.headers[keptAt].Parts
			l.deletion(keptAt, p[0].SHA256, p[1].SHA256)
		}, "more than the reply part"},
		"another's part": {func(l *testLog) { l.fresh(); l.deletion(keptAt, file) }, "more than the reply part"},
		"a later reply":  {func(l *testLog) { l.fresh(); l.deletion(100, file) }, "no earlier entry with sealed parts"},
		"both by leaders": {func(l *testLog) {
			l.clear("ling", entry.Erased{At: l.at, Entry: id(keptAt), Parts: []entry.Hash{l.headers[keptAt].Parts[1].SHA256}})
		}, ""},
		"one of before, by a leader": {func(l *testLog) {
			l.clear("ling", entry.Erased{At: l.at, Entry: id(aloneAt), Parts: []entry.Hash{l.headers[aloneAt].Parts[0].SHA256}})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := keptLog(t)
			c.change(l)
			problems := l.check()
			if c.what == "" {
				if len(problems) > 0 {
					t.Error(problems)
				}
				return
			}
			if len(problems) != 1 || problems[0].Entry != int64(len(l.headers)-1) || !strings.Contains(problems[0].What, c.what) {
				t.Errorf("%v, want one of entry %d: %s", problems, len(l.headers)-1, c.what)
			}
		})
	}
}

// fresh takes the deletion back.
func (l *testLog) fresh() {
	l.headers, l.bodies, l.under = slices.Clone(l.headers[:deletedAt]), l.bodies[:deletedAt], l.under[:deletedAt]
	var s entry.State
	for i, h := range l.headers {
		if h.Kind.Clear() {
			if err := s.Apply(int64(i), h, l.bodies[i]); err != nil {
				l.t.Fatal(err)
			}
		}
	}
	l.state = s
}

func TestRepliesDeleted(t *testing.T) {
	l := keptLog(t)
	var r entry.Replies
	if r.Deleted(l.headers[keptAt]) {
		t.Error("in an empty log")
	}
	for _, h := range l.headers {
		r.Written(h)
	}
	if r.Deleted(l.headers[keptAt]) {
		t.Error("before it was")
	}
	if err := r.Erased(l.headers[deletedAt], entry.Erased{Entry: id(keptAt), Parts: []entry.Hash{l.headers[keptAt].Parts[0].SHA256}}); err != nil {
		t.Error(err)
	}
	for i, h := range l.headers {
		if r.Deleted(h) != (i == keptAt) {
			t.Errorf("entry %d: %v", i, r.Deleted(h))
		}
	}
}

// The rest is format v1 as it has been since a reply has a copy: never edited,
// like the literals in golden_test.go.
func TestGoldenKept(t *testing.T) {
	l := keptLog(t)
	got := []string{string(l.headers[keptAt].Encode()), string(l.headers[deletedAt].Encode()), string(l.bodies[deletedAt]),
		string(encode(t, keptReply(t))), string(encode(t, keptInner(t)))}
	if diff := cmp.Diff(goldenKept, got); diff != "" {
		t.Fatalf("(-golden +written):\n%s", diff)
	}
	for i, w := range []entry.Header{l.headers[keptAt], l.headers[deletedAt]} {
		h, err := entry.DecodeHeader([]byte(goldenKept[i]))
		if diff := cmp.Diff(w, h); diff != "" || err != nil {
			t.Error(err, diff)
		}
	}
	for i, w := range []entry.Inner{keptReply(t), keptInner(t)} {
		if diff := cmp.Diff(w, decode(t, fmt.Append(nil, goldenKept[3+i], "   "))); diff != "" {
			t.Error(diff)
		}
	}
}

var goldenKept = []string{
	`{"v":1,"id":"7bc4956fdc9e23e961db83224792c179","kind":"replied","date":"2026-09-07","ref":"2351aa422d6bdddf2c439428b9bdf8de","parts":[{"role":"reply","sha256":"ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d","size":1001},{"role":"note","sha256":"6d3380a3886d2101b7ab88ebd2dd514e12eaeda72845e4f6d163f9c4d7788a53","size":1002}],"by":"ling","sig":"KbbFOJ6kDPj5uroLeqIKyWBzEuPZod1/m3Xf9AExn9rCwkXawzMPcv+LV431dfXp7KnkG3LCbrBJRRKPtxZ6Ag=="}`,
	`{"v":1,"id":"1218017b88f3838d00aac097dcb8ebe8","kind":"erased","date":"2026-09-08","parts":[{"role":"body","sha256":"8a63c2722b064773fd7aceeb599a561cc593b2bba38db6386746849826dae5e9","size":149}]}`,
	`{"at":"2026-09-07T16:00:00Z","entry":"7bc4956fdc9e23e961db83224792c179","parts":["ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d"]}`,
	`{"v":1,"origin":"dengwen.example/2f6b","id":"690396b0e760bb1a655c81fe146dd04f","kind":"replied","ref":"a8e1776584a85cc42b07c3852ba3991d","role":"reply","parts":[{"role":"note","sha256":"79f076abdd19a752db7267bfff2f9022161d120dea919fdaca2ffdfc24ca8c96"}],"reply":{"at":"2026-09-07T01:00:00Z","text":"已收到"}}`,
	`{"v":1,"origin":"dengwen.example/2f6b","id":"690396b0e760bb1a655c81fe146dd04f","kind":"replied","ref":"a8e1776584a85cc42b07c3852ba3991d","role":"note","parts":[],"note":{"at":"2026-09-07T01:00:00Z","text":"已收到"}}`,
}
