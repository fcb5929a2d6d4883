package export_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/merkle"
	"dengwen/store/seal"
)

// A testLog is a log in memory that a test builds and breaks. It is a
// export.Box; everything in it is as the real box makes it.
type testLog struct {
	t       testing.TB
	at      time.Time
	signer  merkle.Signer
	staff   ed25519.PrivateKey
	state   entry.State
	headers []entry.Header
	parts   [][][]byte // nil for a part that is not there

	team, custodian, archive, office seal.Identity
}

// zone is the inspection's.
var zone = time.FixedZone("CST", 8*60*60)

func newLog(t testing.TB) *testLog {
	t.Helper()
	l := emptyLog(t)
	l.found()
	return l
}

// emptyLog has keys and no entries.
func emptyLog(t testing.TB) *testLog {
	t.Helper()
	l := &testLog{t: t, at: time.Date(2026, 9, 7, 9, 0, 0, 0, zone)}
	l.signer = newSigner(t, "dengwen.example/2f6b")
	_, key, err := ed25519.GenerateKey(nil)
	l.staff = key
	l.must(err)
	for _, id := range []*seal.Identity{&l.team, &l.custodian, &l.archive, &l.office} {
		*id, err = seal.NewIdentity()
		l.must(err)
	}
	return l
}

func newSigner(t testing.TB, origin string) merkle.Signer {
	t.Helper()
	skey, _, err := merkle.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := merkle.ParseSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found appends the four entries that every log begins with.
func (l *testLog) found() {
	l.t.Helper()
	l.clear(entry.Created{At: l.at, Origin: l.signer.Origin(), Key: l.signer.Key(), Inspection: entry.Inspection{Name: "第三巡察组", Team: "第三组", Units: []string{"水务局"}}})
	l.clear(entry.KeysBody{At: l.at, Generation: 1, Team: text(l.team), Custodian: text(l.custodian), Archive: text(l.archive), Office: text(l.office)})
	l.clear(entry.ScheduleBody{At: l.at, Schedule: l.schedule()})
	l.clear(entry.AccountBody{At: l.at, Account: "ling", Roles: []string{entry.Leader}, Recipient: text(l.team),
		Key: base64.StdEncoding.EncodeToString(l.staff.Public().(ed25519.PublicKey))})
}

func text(id seal.Identity) string { return id.Recipient().String() }

// schedule is one working week of the default hours.
func (l *testLog) schedule() intake.Schedule {
	s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-11"})
	l.must(err)
	return s
}

func (l *testLog) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// add appends an entry with its stored parts, which it names in its header.
func (l *testLog) add(h entry.Header, roles []entry.Role, parts ...[]byte) int64 {
	l.t.Helper()
	n := int64(len(l.headers))
	h.V = entry.Version
	if h.ID == "" {
		h.ID = entry.NewID()
	}
	if h.Date == "" {
		h.Date = l.at.In(zone).Format(time.DateOnly)
	}
	h.Parts = nil
	for i, p := range parts {
		h.Parts = append(h.Parts, entry.Part{Role: roles[i], SHA256: entry.HashOf(p), Size: int64(len(p))})
	}
	if h.By != "" {
		h.Sign(l.state.Origin, l.staff)
	}
	l.must(h.Validate())
	l.headers, l.parts = append(l.headers, h), append(l.parts, parts)
	if h.Kind.Clear() {
		l.must(l.state.Apply(n, h, parts[0]))
	}
	return n
}

func (l *testLog) clear(b entry.Body) int64 {
	l.t.Helper()
	raw, err := entry.EncodeBody(b)
	l.must(err)
	h := entry.Header{Kind: b.Kind()}
	if k := b.Kind(); k == entry.KindAccount && len(l.headers) > 3 {
		h.By = "ling"
	}
	return l.add(h, []entry.Role{entry.RoleBody}, raw)
}

// A testFile is an attachment on its way in.
type testFile struct {
	name    string
	content []byte
	private bool
}

// accept seals a report as the box does.
func (l *testLog) accept(c intake.Channel, r entry.Report, who intake.Identity, files ...testFile) int64 {
	l.t.Helper()
	return l.report(entry.Header{Kind: entry.KindAccepted, Channel: c}, r, who, files...)
}

func (l *testLog) report(h entry.Header, r entry.Report, who intake.Identity, files ...testFile) int64 {
	l.t.Helper()
	h.V, h.ID = entry.Version, entry.NewID()
	if r.Arrived.IsZero() {
		r.Arrived = l.at
	}
	reading, knowing := []seal.Recipient{l.team.Recipient(), l.archive.Recipient()}, []seal.Recipient{l.custodian.Recipient(), l.archive.Recipient()}
	slices.SortStableFunc(files, func(a, b testFile) int {
		switch {
		case a.private == b.private:
			return 0
		case a.private:
			return 1
		}
		return -1
	})
	identity := entry.Identity{Identity: who}
	roles, parts := []entry.Role{entry.RoleReport, entry.RoleIdentity}, [][]byte{nil, nil}
	for _, f := range files {
		to, role := reading, entry.RoleFile
		if f.private {
			to, role = knowing, entry.RoleOriginal
		}
		var sealed bytes.Buffer
		w, err := seal.NewWriter(&sealed, 1<<30, to...)
		l.must(err)
		_, err = w.Write(f.content)
		l.must(err)
		l.must(w.Close())
		sum, _ := w.Sum()
		info := entry.FileInfo{SHA256: sum, Name: f.name, Type: "application/octet-stream", Size: w.Length()}
		if f.private {
			identity.Files = append(identity.Files, info)
		} else {
			r.Files = append(r.Files, info)
		}
		roles, parts = append(roles, role), append(parts, sealed.Bytes())
	}
	for i := range roles {
		h.Parts = append(h.Parts, entry.Part{Role: roles[i], SHA256: entry.HashOf(parts[i])})
	}
	parts[1] = l.seal(h, entry.Inner{Role: entry.RoleIdentity, Identity: &identity}, seal.LeastIdentity, knowing...)
	h.Parts[1].SHA256 = entry.HashOf(parts[1])
	parts[0] = l.seal(h, entry.Inner{Role: entry.RoleReport, Report: &r}, seal.LeastReport, reading...)
	if h.Date == "" {
		h.Date = r.Arrived.In(zone).Format(time.DateOnly)
	}
	return l.add(h, roles, parts...)
}

// seal fills in what a part repeats from its header and seals it.
func (l *testLog) seal(h entry.Header, in entry.Inner, least int, to ...seal.Recipient) []byte {
	l.t.Helper()
	in.V, in.Origin, in.ID, in.Kind, in.Channel, in.Ref, in.Parts = entry.Version, l.state.Origin, h.ID, h.Kind, h.Channel, h.Ref, h.InnerParts(in.Role)
	plain, err := in.Encode()
	l.must(err)
	sealed, err := seal.Seal(plain, least, to...)
	l.must(err)
	return sealed
}

// note appends a staff entry about another one.
func (l *testLog) note(k entry.Kind, ref int64, n entry.Note) int64 {
	l.t.Helper()
	n.At = l.at
	h := entry.Header{ID: entry.NewID(), Kind: k, Ref: l.headers[ref].ID, By: "ling"}
	return l.add(h, []entry.Role{entry.RoleNote}, l.seal(h, entry.Inner{Role: entry.RoleNote, Note: &n}, seal.LeastNote, l.team.Recipient(), l.archive.Recipient()))
}

func (l *testLog) reply(ref int64, text string) int64 {
	l.t.Helper()
	h := entry.Header{ID: entry.NewID(), Kind: entry.KindReplied, Ref: l.headers[ref].ID, By: "ling"}
	return l.add(h, []entry.Role{entry.RoleReply}, l.seal(h, entry.Inner{Role: entry.RoleReply, Reply: &entry.Reply{At: l.at, Text: text}}, seal.LeastNote, l.team.Recipient(), l.archive.Recipient()))
}

func (l *testLog) call(caller string) int64 {
	l.t.Helper()
	h := entry.Header{ID: entry.NewID(), Kind: entry.KindCall, Channel: intake.Hotline}
	in := entry.Inner{Role: entry.RoleCall, Call: &entry.Call{At: l.at, Caller: caller, Callee: "0100-5550100", Seconds: 61, Answered: true}}
	return l.add(h, []entry.Role{entry.RoleCall}, l.seal(h, in, seal.LeastNote, l.custodian.Recipient(), l.archive.Recipient()))
}

// erase says that parts of an entry were erased, and erases them.
func (l *testLog) erase(index int64, parts ...int) int64 {
	l.t.Helper()
	b := entry.Erased{At: l.at, Entry: l.headers[index].ID}
	for _, k := range parts {
		b.Parts = append(b.Parts, l.headers[index].Parts[k].SHA256)
		l.parts[index][k] = nil
	}
	return l.clear(b)
}

// restore goes on under a new origin.
func (l *testLog) restore(origin string) int64 {
	l.t.Helper()
	was, size := l.signer.Origin(), int64(len(l.headers))
	l.signer = newSigner(l.t, origin)
	return l.clear(entry.Restored{At: l.at, Origin: origin, Key: l.signer.Key(), Was: was, Size: size, Root: entry.Hash(l.root(size))})
}

func (l *testLog) root(size int64) merkle.Hash {
	var r merkle.Roller
	for _, h := range l.headers[:size] {
		r.Add(merkle.LeafHash(h.Encode()))
	}
	return r.Root()
}

// checkpoint signs the tree of the first size entries.
func (l *testLog) checkpoint(size int64) []byte {
	l.t.Helper()
	note, err := l.signer.Sign(merkle.Checkpoint{Origin: l.signer.Origin(), Size: size, Root: l.root(size)})
	l.must(err)
	return note
}

func (l *testLog) State(context.Context) (entry.State, error) { return l.state.Clone(), nil }

func (l *testLog) Size(context.Context) (int64, error) { return int64(len(l.headers)), nil }

func (l *testLog) Entries(_ context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for i := from; i < to; i++ {
			if !yield(entry.Record{Index: i, Header: l.headers[i], Raw: l.headers[i].Encode()}, nil) {
				return
			}
		}
	}
}

func (l *testLog) Part(_ context.Context, index int64, part int) (io.ReadCloser, error) {
	if l.parts[index][part] == nil {
		return nil, fmt.Errorf("part %d: %w", part, intake.ErrNotFound)
	}
	return io.NopCloser(bytes.NewReader(l.parts[index][part])), nil
}

func (l *testLog) Export(_ context.Context, from int64) ([]byte, int64, error) {
	size := int64(len(l.headers))
	note := l.checkpoint(size)
	l.clear(entry.Exported{At: l.at, From: from, Size: size, Root: entry.Hash(l.root(size))})
	return note, size, nil
}

// export writes an export of the log.
func (l *testLog) export(since []byte) []byte {
	l.t.Helper()
	out, err := l.tryExport(since)
	l.must(err)
	return out
}

func (l *testLog) tryExport(since []byte) ([]byte, error) {
	var out bytes.Buffer
	sum, err := export.Write(context.Background(), &out, l, since)
	if err == nil && sum.Bytes != int64(out.Len()) {
		err = errors.New("the summary does not know how long the export is")
	}
	return out.Bytes(), err
}

// key is the verifier key that the log has now.
func (l *testLog) key() string { return l.signer.Key() }

// verify verifies an export and fails the test if no judgement is reached.
func verify(t testing.TB, b []byte, opts export.Options) export.Report {
	t.Helper()
	r, err := export.Verify(context.Background(), bytes.NewReader(b), opts)
	if err != nil {
		t.Fatal(err)
	}
	if r.OK != (len(r.Problems) == 0) {
		t.Fatalf("ok is %v with problems %v", r.OK, r.Problems)
	}
	return r
}

// sound fails the test unless the export verifies.
func sound(t testing.TB, b []byte, opts export.Options) export.Report {
	t.Helper()
	r := verify(t, b, opts)
	for _, p := range r.Problems {
		t.Errorf("entry %d: %s", p.Entry, p.What)
	}
	return r
}

// fullLog has something of everything.
func fullLog(t testing.TB) *testLog {
	t.Helper()
	l := wholeLog(t)
	l.at = l.at.Add(9 * time.Hour)
	l.clear(entry.ClosedDay{At: l.at, Day: "2026-09-07", Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Hotline, N: 1}, {Day: "2026-09-07", Channel: intake.Web, N: 1}}})
	l.at = l.at.Add(16 * time.Hour)
	l.erase(5, 1)
	return l
}

// wholeLog has something of everything that is sealed.
func wholeLog(t testing.TB) *testLog {
	t.Helper()
	l := newLog(t)
	a := l.accept(intake.Web, entry.Report{Unit: "水务局", Persons: []intake.Person{{Name: "赵某", Post: "科长"}}, Category: intake.Integrity, Subject: "=SUM(A1)", Text: "第一件 <b>"},
		intake.Identity{Name: "钱某", Contact: "@wx"}, testFile{"发票.JPG", bytes.Repeat([]byte("jpeg"), 5000), false}, testFile{"原图.jpg", []byte("raw"), true})
	l.accept(intake.Hotline, entry.Report{Text: "第二件", Recorder: "孙某", Marks: []intake.Mark{intake.MarkPhoneDamaged}}, intake.Identity{Phone: "+8613800000000", Remark: "哭"})
	l.at = l.at.Add(time.Hour)
	l.note(entry.KindRead, a, entry.Note{})
	l.note(entry.KindTriaged, a, entry.Note{State: "open", Text: "查"})
	l.reply(a, "已收到")
	l.report(entry.Header{Kind: entry.KindAdded, Channel: intake.Web, Ref: l.headers[a].ID}, entry.Report{Text: "补充"}, intake.Identity{}, testFile{"../../x.sh", []byte("#!"), false})
	l.call("0100-5550199")
	return l
}
