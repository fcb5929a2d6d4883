package intake_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
)

func TestReportCheck(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*intake.Report)
		want   error
		says   string
	}{
		{"plain", func(*intake.Report) {}, nil, ""},
		{"every field at its limit", func(r *intake.Report) {
			long := func(n int) string { return strings.Repeat("字", n) }
			r.Text, r.Subject, r.Unit, r.Recorder = long(intake.MaxText), long(intake.MaxSubject), long(intake.MaxField), long(intake.MaxField)
			r.Identity = intake.Identity{Name: long(intake.MaxField), Contact: long(intake.MaxField), Phone: long(intake.MaxField),
				Remark: long(intake.MaxRemark), Headers: strings.Repeat("h", intake.MaxHeaders)}
			for range intake.MaxPersons {
				r.Persons = append(r.Persons, intake.Person{Name: long(intake.MaxField), Post: long(intake.MaxField)})
			}
		}, nil, ""},
		{"files without text", func(r *intake.Report) { r.Text, r.Files = " ", func(func(intake.File, error) bool) {} }, nil, ""},
		{"a long mail", func(r *intake.Report) { r.Channel, r.Text = intake.Mail, strings.Repeat("x", intake.MaxDecoded) }, nil, ""},
		{"no category", func(r *intake.Report) { r.Category = "" }, nil, ""},

		{"no channel", func(r *intake.Report) { r.Channel = "" }, intake.ErrInvalid, "channel"},
		{"unknown channel", func(r *intake.Report) { r.Channel = "fax" }, intake.ErrInvalid, "fax"},
		{"no arrival", func(r *intake.Report) { r.Arrived = time.Time{} }, intake.ErrInvalid, "arrival"},
		{"unknown category", func(r *intake.Report) { r.Category = "gossip" }, intake.ErrInvalid, "gossip"},
		{"nothing", func(r *intake.Report) { r.Text = "" }, intake.ErrEmpty, "text"},
		{"nothing to see", func(r *intake.Report) { r.Text = " \u200b\n\u3000" }, intake.ErrEmpty, "text"},
		{"text", func(r *intake.Report) { r.Text = strings.Repeat("字", intake.MaxText+1) }, intake.ErrTooLong, "text: 20001 characters, at most 20000"},
		{"mail counts bytes", func(r *intake.Report) {
			r.Channel, r.Text = intake.Mail, strings.Repeat("字", intake.MaxDecoded/3+1)
		}, intake.ErrTooLong, "text: 26214402 bytes"},
		{"subject", func(r *intake.Report) { r.Subject = strings.Repeat("x", intake.MaxSubject+1) }, intake.ErrTooLong, "subject"},
		{"unit", func(r *intake.Report) { r.Unit = strings.Repeat("x", intake.MaxField+1) }, intake.ErrTooLong, "unit"},
		{"recorder", func(r *intake.Report) { r.Recorder = strings.Repeat("x", intake.MaxField+1) }, intake.ErrTooLong, "recorder"},
		{"name", func(r *intake.Report) { r.Identity.Name = strings.Repeat("x", intake.MaxField+1) }, intake.ErrTooLong, "name"},
		{"contact", func(r *intake.Report) { r.Identity.Contact = strings.Repeat("x", intake.MaxField+1) }, intake.ErrTooLong, "contact"},
		{"phone", func(r *intake.Report) { r.Identity.Phone = strings.Repeat("x", intake.MaxField+1) }, intake.ErrTooLong, "phone"},
		{"remark", func(r *intake.Report) { r.Identity.Remark = strings.Repeat("x", intake.MaxRemark+1) }, intake.ErrTooLong, "remark"},
		{"headers count bytes", func(r *intake.Report) { r.Identity.Headers = strings.Repeat("字", intake.MaxHeaders/3+1) }, intake.ErrTooLong, "headers"},
		{"persons", func(r *intake.Report) { r.Persons = make([]intake.Person, intake.MaxPersons+1) }, intake.ErrTooLong, "persons: 21"},
		{"person", func(r *intake.Report) {
			r.Persons = []intake.Person{{}, {Name: strings.Repeat("x", intake.MaxField+1)}}
		}, intake.ErrTooLong, "person"},
		{"post", func(r *intake.Report) { r.Persons = []intake.Person{{Post: strings.Repeat("x", intake.MaxField+1)}} }, intake.ErrTooLong, "post"},
		{"not UTF-8", func(r *intake.Report) { r.Text = "\xb5\xc7\xce\xc5" }, intake.ErrInvalid, "text"},
		{"remark not UTF-8", func(r *intake.Report) { r.Identity.Remark = "ok\xff" }, intake.ErrInvalid, "remark"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := intake.Report{Channel: intake.Web, Arrived: time.Unix(1, 0), Category: intake.Work, Text: "x"}
			tt.change(&r)
			err := r.Check()
			if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %v saying %q", err, tt.want, tt.says)
			}
		})
	}
}

func TestBlank(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, " \t\r\n": true, "\u00a0\u3000\u2003": true, "\u200b\u200d\ufeff\u2060": true, "\x00\x1b": true,
		"\u2800": true, "\u3164\u115f\uffa0": true, "\ufe0f\u034f": true, "\u202e": true,
		"x": false, "。": false, " \u200b字": false, "?": false, "👍🏽": false,
		"\ue5e5":     false, // private use: what some code pages map rare characters to
		"\U000323b0": false, // not assigned in every version of Unicode
		"\xff":       false,
	} {
		if got := intake.Blank(s); got != want {
			t.Errorf("%+q: %v", s, got)
		}
	}
}

func TestClosedSets(t *testing.T) {
	for _, c := range intake.Channels() {
		if !c.Valid() {
			t.Errorf("channel %q", c)
		}
	}
	for _, c := range intake.LiveChannels() {
		if !c.Valid() {
			t.Errorf("live channel %q", c)
		}
	}
	for _, c := range append(intake.Categories(), "") {
		if !c.Valid() {
			t.Errorf("category %q", c)
		}
	}
	for _, r := range intake.Reasons() {
		if !r.Valid() {
			t.Errorf("reason %q", r)
		}
	}
	if intake.Channel("").Valid() || intake.Channel("WEB").Valid() || intake.Category("x").Valid() || intake.Reason("").Valid() {
		t.Error("an unknown name is valid")
	}
}
