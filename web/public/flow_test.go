package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// TestDay is the whole way of a report: notice, form, receipt, coming back,
// adding, the answer, the evening.
func TestDay(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/report", "/receipt", "/privacy"} {
		if p := w.get(t, path); p.status != http.StatusOK {
			t.Errorf("GET %s: %d", path, p.status)
		}
	}
	values := url.Values{"unit": {"市水利局"}, "person": {"张某", "", "李某"}, "post": {"科长", "", ""}, "category": {"integrity"}, "subject": {"礼金"},
		"text": {"\n逢年过节收礼\r\n<b>全部</b>"}, "contact_name": {"王某"}, "contact_way": {"000-1111"}, "nobody": {"knows this"}}
	p := w.post(t, "/report", values, file{"a.jpg", "picture"}, file{"b.txt", ""})
	if p.status != http.StatusOK {
		t.Fatal(p.status, p.body)
	}
	code := p.code(t)
	if _, err := intake.ParseReceipt(code); err != nil {
		t.Fatal(code, err)
	}
	got := w.reports(t)[0]
	want := entry.Report{Arrived: storetest.Start, Unit: "市水利局", Persons: []intake.Person{{Name: "张某", Post: "科长"}, {Name: "李某"}}, Category: intake.Integrity,
		Subject: "礼金", Text: values.Get("text")}
	if diff := cmp.Diff(want, got.Report, cmp.FilterPath(func(p cmp.Path) bool {
		return strings.Contains(p.String(), "Files") || strings.Contains(p.String(), "ReplyTo")
	}, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(intake.Identity{Name: "王某", Contact: "000-1111"}, got.Identity.Identity); diff != "" {
		t.Error(diff)
	}
	if len(got.Files) != 2 || got.Files[0].Name != "a.jpg" || got.Files[1].Size != 0 || got.Bytes[0] != "picture" {
		t.Errorf("files: %+v %q", got.Files, got.Bytes)
	}

	// Coming back, in any spelling of the code.
	for _, spelling := range []string{code, strings.ReplaceAll(code, " ", ""), strings.ReplaceAll(code, " ", "\u3000")} {
		if p = w.post(t, "/receipt", url.Values{"receipt": {spelling}}); p.status != http.StatusOK || !p.shows("已收到") || !p.shows("2026年9月8日（星期二）") || !p.shows("没有补充过") {
			t.Errorf("%q: %d", spelling, p.status)
		}
	}
	p = w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {"还有一件"}}, file{"c.jpg", "more"})
	if p.status != http.StatusOK || !p.shows("补充的内容已经收下") || !p.shows("补充过 1 次") {
		t.Error(p.status, p.body)
	}
	added := w.reports(t)[1]
	if added.Header.Kind != entry.KindAdded || added.Header.Ref != got.Header.ID || added.Text != "还有一件" || added.Bytes[0] != "more" {
		t.Errorf("%+v", added)
	}

	// The evening: what is written is given back, answers can still be read.
	w.Clock.Set(time.Date(2026, 9, 8, 18, 0, 0, 0, storetest.Schedule(t).Location()))
	if p = w.post(t, "/receipt", url.Values{"receipt": {code}}); p.status != http.StatusOK || !p.shows("到受理时间请再来补充") || strings.Contains(p.body, "/receipt/add") {
		t.Error(p.status, p.body)
	}
	p = w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {"太晚了 <i>"}}, file{"d.jpg", "late"})
	if p.status != http.StatusForbidden || !p.shows("太晚了 <i>") || !p.shows("d.jpg") {
		t.Error(p.status, p.body)
	}
	if n := len(w.reports(t)); n != 2 {
		t.Errorf("%d records", n)
	}
}

// A report about the team and what is added to it: the team's key opens none.
func TestAboutTeam(t *testing.T) {
	w := newWorld(t)
	p := w.post(t, "/report", url.Values{"text": {"巡察组有人收了别人的礼"}, "about_team": {"1"}, "contact_name": {"王某"}}, file{"a.jpg", "picture"})
	if !p.shows("巡察组打不开") {
		t.Error(p.body)
	}
	if p = w.post(t, "/receipt/add", url.Values{"receipt": {p.code(t)}, "text": {"再补一句"}}); p.status != http.StatusOK {
		t.Fatal(p.status)
	}
	office := w.reports(t, w.Keys.Office)
	if len(office) != 2 || office[0].Text != "巡察组有人收了别人的礼" || !office[0].AboutTeam || office[0].Identity.Name != "王某" || office[1].Text != "再补一句" {
		t.Errorf("the office reads %+v", office)
	}
	size, err := w.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range w.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind.Clear() {
			continue
		}
		for i := range rec.Header.Parts {
			if _, err := storetest.OpenPart(w.Box.Box, rec, i, w.Keys.Team, w.Keys.Custodian); err == nil {
				t.Errorf("the team opens part %d of entry %d", i, rec.Index)
			}
		}
	}
}

// What the fields become. Any value that is not one of the words for no is a
// yes: a report about the team must not reach it by a spelling.
func TestFields(t *testing.T) {
	for _, tt := range []struct {
		what   string
		values url.Values
		want   entry.Report
	}{
		{"nothing but text", url.Values{"text": {"够长的一段正文甲乙丙"}}, entry.Report{Text: "够长的一段正文甲乙丙"}},
		{"other", url.Values{"text": {"够长的一段正文甲乙丙"}, "unit": {"other"}}, entry.Report{Text: "够长的一段正文甲乙丙", Unit: "其他"}},
		{"an unlisted unit", url.Values{"text": {"够长的一段正文甲乙丙"}, "unit": {"市林业局"}}, entry.Report{Text: "够长的一段正文甲乙丙", Unit: "市林业局"}},
		{"an unlisted category", url.Values{"text": {"够长的一段正文甲乙丙"}, "category": {"<b>"}}, entry.Report{Text: "够长的一段正文甲乙丙", Category: intake.Other}},
		{"two texts", url.Values{"text": {"够长的一段正文", "甲乙丙"}}, entry.Report{Text: "够长的一段正文\n\n甲乙丙"}},
		{"a post without a name", url.Values{"text": {"够长的一段正文甲乙丙"}, "post": {"局长"}}, entry.Report{Text: "够长的一段正文甲乙丙", Persons: []intake.Person{{Post: "局长"}}}},
		{"not about the team", url.Values{"text": {"够长的一段正文甲乙丙"}, "about_team": {"0"}}, entry.Report{Text: "够长的一段正文甲乙丙"}},
		{"about the team", url.Values{"text": {"够长的一段正文甲乙丙"}, "about_team": {"on"}}, entry.Report{Text: "够长的一段正文甲乙丙", AboutTeam: true}},
		{"the longest text", url.Values{"text": {strings.Repeat("字", intake.MaxText)}}, entry.Report{Text: strings.Repeat("字", intake.MaxText)}},
		{"armour", url.Values{"text": {"-----BEGIN PGP MESSAGE-----\r\n\r\nhQ+/=\n-----END PGP MESSAGE-----\r\n"}}, entry.Report{Text: "-----BEGIN PGP MESSAGE-----\r\n\r\nhQ+/=\n-----END PGP MESSAGE-----\r\n"}},
	} {
		for _, files := range [][]file{nil, {{"a", "b"}}} {
			w := newWorld(t)
			if p := w.post(t, "/report", tt.values, files...); p.status != http.StatusOK {
				t.Fatal(tt.what, p.status, p.body)
			}
			tt.want.Arrived = storetest.Start
			got := w.reports(t)[0].Report
			got.ReplyTo, got.Files = "", nil
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s", tt.what, diff)
			}
		}
	}
}
