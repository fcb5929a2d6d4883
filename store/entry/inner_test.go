package entry_test

import (
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// hard is a text with everything that JSON encoders treat differently: quotes
// and backslashes, control characters, separators, a lone U+FFFD, what looks
// like its escape, and characters of two to four bytes.
const hard = "他说：\"<b>&\\ufffd\" \t\r\n\b\f\x00\x1b\x7f \u2028\u2029 \uFFFD é 𠮷🙏"

var (
	file     = entry.HashOf([]byte("file"))
	original = entry.HashOf([]byte("original"))
	identity = entry.HashOf([]byte("identity"))
)

func reportHeader() entry.Header {
	return entry.Header{V: 1, ID: id(1), Kind: entry.KindAccepted, Date: "2026-09-07", Channel: intake.Web, Parts: []entry.Part{
		{Role: entry.RoleReport, SHA256: entry.HashOf([]byte("report")), Size: 4296},
		{Role: entry.RoleIdentity, SHA256: identity, Size: 1224},
		{Role: entry.RoleFile, SHA256: file, Size: 999},
		{Role: entry.RoleOriginal, SHA256: original, Size: 1999},
	}}
}

// inner begins a sealed part of an entry.
func inner(h entry.Header, r entry.Role) entry.Inner {
	return entry.Inner{V: 1, Origin: origin, ID: h.ID, Kind: h.Kind, Channel: h.Channel, Ref: h.Ref, Role: r, Parts: h.InnerParts(r)}
}

func reportInner(h entry.Header, t testing.TB) entry.Inner {
	in := inner(h, entry.RoleReport)
	in.Report = &entry.Report{
		Arrived: shanghai(t, "2026-09-07 08:30:00").Add(120 * time.Millisecond), Unit: "水务局",
		Persons: []intake.Person{{Name: "某甲", Post: "科长"}, {Post: "司机"}}, Category: intake.Integrity, Subject: "公车", Text: hard,
		Recorder: "值班员", Marks: []intake.Mark{intake.MarkPhoneDamaged}, ReplyTo: "age1pq1reply",
	}
	for _, p := range in.Parts {
		if p.Role == entry.RoleFile {
			in.Report.Files = append(in.Report.Files, entry.FileInfo{SHA256: p.SHA256, Name: "../照片.jpg", Type: "image/jpeg", Size: 900})
		}
	}
	return in
}

func identityInner(h entry.Header) entry.Inner {
	in := inner(h, entry.RoleIdentity)
	in.Identity = &entry.Identity{Identity: intake.Identity{Name: "某乙", Contact: "box@dengwen.example", Phone: "1.38E+10", Remark: "女", Headers: "From: a\r\n"}}
	for _, p := range in.Parts {
		if p.Role == entry.RoleOriginal {
			in.Identity.Files = append(in.Identity.Files, entry.FileInfo{SHA256: p.SHA256, Name: "照片.jpg", Type: "image/jpeg", Size: 1800})
		}
	}
	return in
}

// staffHeader is that of an entry with one sealed part.
func staffHeader(k entry.Kind, r entry.Role) entry.Header {
	h := entry.Header{V: 1, ID: id(2), Kind: k, Date: "2026-09-07", Ref: id(1), Parts: []entry.Part{part(r, "sealed")}}
	if k == entry.KindCall {
		h.Ref, h.Channel = "", intake.Hotline
		return h
	}
	h.By = "ling"
	h.Sign(origin, signingKey("ling"))
	return h
}

func noteInner(t testing.TB) entry.Inner {
	in := inner(staffHeader(entry.KindTriaged, entry.RoleNote), entry.RoleNote)
	in.Note = &entry.Note{At: shanghai(t, "2026-09-07 09:00:00"), State: "accepted", Text: hard}
	return in
}

func replyInner(t testing.TB) entry.Inner {
	in := inner(staffHeader(entry.KindReplied, entry.RoleReply), entry.RoleReply)
	in.Reply = &entry.Reply{At: shanghai(t, "2026-09-07 09:00:00"), Text: "已收到"}
	return in
}

func callInner(t testing.TB) entry.Inner {
	in := inner(staffHeader(entry.KindCall, entry.RoleCall), entry.RoleCall)
	in.Call = &entry.Call{At: shanghai(t, "2026-09-07 09:00:00"), Caller: "0100-5550199", Callee: "0100-5550100", Seconds: 61, Answered: true}
	return in
}
