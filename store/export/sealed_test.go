package export_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

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
	return l.heard(entry.Call{At: l.at, Caller: caller, Callee: "0100-5550100", Seconds: 61, Answered: true})
}

// heard seals a record of the exchange, on the day of the call.
func (l *testLog) heard(c entry.Call) int64 {
	l.t.Helper()
	h := entry.Header{ID: entry.NewID(), Kind: entry.KindCall, Channel: intake.Hotline, Date: c.At.In(zone).Format(time.DateOnly)}
	in := entry.Inner{Role: entry.RoleCall, Call: &c}
	return l.add(h, []entry.Role{entry.RoleCall}, l.seal(h, in, seal.LeastNote, l.custodian.Recipient(), l.archive.Recipient()))
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
