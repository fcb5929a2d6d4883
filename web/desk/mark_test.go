package desk_test

import (
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
	"dengwen/web/ui"
)

// TestMarks: the page of a report warns of each way in which its text may name
// the sender, above the text, and of no other; the queue says so in brief.
func TestMarks(t *testing.T) {
	b := newBox(t)
	all := []string{"mark.mail", "mark.signature", "mark.quotes", "mark.phone-damaged"}
	reports := []struct {
		text    string
		channel intake.Channel
		marks   []intake.Mark
		want    string
		id      string
	}{
		{text: "邮件甲", channel: intake.Mail, want: "mark.mail"},
		{text: "邮件乙", channel: intake.Mail, marks: []intake.Mark{intake.MarkSignature}, want: "mark.mail mark.signature"},
		{text: "邮件丙", channel: intake.Mail, marks: []intake.Mark{intake.MarkQuotes}, want: "mark.mail mark.quotes"},
		{text: "邮件丁", channel: intake.Mail, marks: []intake.Mark{intake.MarkSignature, intake.MarkQuotes}, want: "mark.mail mark.signature mark.quotes"},
		{text: "来电甲", channel: intake.Hotline, marks: []intake.Mark{intake.MarkPhoneDamaged}, want: "mark.phone-damaged"},
		{text: "来电乙", channel: intake.Hotline, marks: []intake.Mark{"yet-unknown"}},
		{text: "网页甲", channel: intake.Web},
		{text: "", channel: intake.Mail, want: "mark.mail"},
	}
	named := 0
	for i := range reports {
		r := &reports[i]
		report := storetest.Call(b.clock.Now(), r.text)
		report.Channel, report.Marks = r.channel, r.marks
		if r.text == "" {
			report.Files = filesOf(textFile("a.txt", "text/plain", "x"))
		}
		r.id, _ = b.submit(t, report)
		if strings.Contains(r.want, "signature") || strings.Contains(r.want, "quotes") {
			named++
		}
	}
	about := storetest.Web(b.clock.Now(), "反映组员")
	about.Channel, about.AboutTeam, about.Marks = intake.Mail, true, []intake.Mark{intake.MarkSignature}
	team, _ := b.submit(t, about)
	s := b.site(t, nil)
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		queue := u.signIn(leader, phrase)
		if n := strings.Count(words(queue.text), says(l, "mark.brief")); n != named {
			t.Errorf("%d rows are said to name their sender, want %d", n, named)
		}
		for _, r := range reports {
			page := u.get(u.base+"report/"+r.id).wants(t, 200, r.text)
			said := words(page.text)
			for _, id := range all {
				at := strings.Index(said, says(l, id))
				if want := strings.Contains(r.want, id); (at >= 0) != want {
					t.Errorf("%q in %s: %s is shown: %v, want %v", r.text, l, id, at >= 0, want)
				}
				if text := strings.Index(said, says(l, "desk.text")); r.text != "" && at > text {
					t.Errorf("%q in %s: %s stands below the text", r.text, l, id)
				}
			}
			if strings.Contains(said, "yet-unknown") != (r.text == "来电乙") {
				t.Errorf("%q in %s: the unknown mark is lost, or where it is not", r.text, l)
			}
		}
		page := u.get(u.base+"report/"+team).wants(t, 200, says(l, "desk.about-team-text"))
		for _, id := range all {
			if strings.Contains(words(page.text), says(l, id)) {
				t.Errorf("the report about the team shows %s", id)
			}
		}
	}
}

// TestMailFiles: of a mail's files that only the custodian opens the raw mail is
// not told, for every mail has it; and words that are in a file are not called
// none.
func TestMailFiles(t *testing.T) {
	b := newBox(t)
	raw, card := textFile("message.eml", "message/rfc822", "raw"), textFile("card.vcf", "text/vcard", "who")
	raw.Private, card.Private = true, true
	long, other := textFile("text-1.txt", "text/plain", "words"), textFile("a.txt", "text/plain", "x")
	s := b.site(t, nil)
	for _, tt := range []struct {
		name    string
		channel intake.Channel
		text    string
		files   []intake.File
		want    string
		count   int
	}{
		{"only the raw mail", intake.Mail, "话", []intake.File{raw}, "", 0},
		{"a card", intake.Mail, "话", []intake.File{card, raw}, "desk.custodian-mail", 1},
		{"two", intake.Mail, "话", []intake.File{card, card, raw}, "desk.custodian-mail", 2},
		{"of the web", intake.Web, "话", []intake.File{card}, "desk.custodian-files", 1},
		{"long words", intake.Mail, "", []intake.File{long, raw}, "desk.text-in-file", 0},
		{"no words", intake.Mail, "", []intake.File{other, raw}, "desk.no-text", 0},
		{"no words of the web", intake.Web, "", []intake.File{long}, "desk.no-text", 0},
	} {
		report := storetest.Web(b.clock.Now(), tt.text)
		report.Channel, report.Files = tt.channel, filesOf(tt.files...)
		id, _ := b.submit(t, report)
		for _, l := range ui.Languages() {
			u := newBrowser(t, s, l)
			u.signIn(leader, phrase)
			said := words(u.get(u.base+"report/"+id).wants(t, 200).text)
			for _, one := range []string{"desk.custodian-mail", "desk.custodian-files", "desk.text-in-file", "desk.no-text"} {
				if shows := strings.Contains(said, says(l, one, "Count", max(1, tt.count), "Name", "text-1.txt")); shows != (one == tt.want) {
					t.Errorf("%s in %s: %s is shown: %v", tt.name, l, one, shows)
				}
			}
		}
	}
}
