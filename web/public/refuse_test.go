package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
)

// typed is everything that somebody can type.
var typed = url.Values{"text": {"\n一字一句 <b>不</b> 少\r\n"}, "person": {"张甲", "李乙"}, "post": {"科长丙", "副科长丁"}, "unit": {"某某戊局"}, "contact_name": {"王己"},
	"contact_way": {"000-2222"}, "category": {"life"}, "subject": {"标题庚"}}

// saysBack lists what of the typed words a page does not give back.
func saysBack(p page, values url.Values) (lost []string) {
	for _, list := range values {
		for _, v := range list {
			if !p.shows(v) && v != "life" {
				lost = append(lost, v)
			}
		}
	}
	return lost
}

// Outside the hours nothing is taken or kept, whatever comes, and the words
// are given back.
func TestClosed(t *testing.T) {
	w := newWorld(t)
	w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)) // 18:00:00 in Shanghai
	p := w.post(t, "/report", typed, file{"证据.jpg", strings.Repeat("x", 70<<10)}, file{"第二份.jpg", strings.Repeat("x", 70<<10)}, file{"第三份.jpg", "x"})
	if lost := saysBack(p, typed); p.status != http.StatusForbidden || lost != nil || !p.shows("证据.jpg") || !p.shows("第二份.jpg") || !p.shows("第三份.jpg") || !p.shows("违反生活纪律") {
		t.Errorf("%d, lost %q\n%s", p.status, lost, p.words())
	}
	for _, want := range []string{"现在不在受理时间", "2026年9月9日（星期三）08:30", "000-0000", "box@example.invalid", "示例宾馆", "readonly"} {
		if !p.shows(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if !p.shows("只计了一次数") {
		t.Error("the page does not say that it was counted")
	}
	if p := w.post(t, "/report", url.Values{"about_team": {"1"}}); p.shows("计了") || !p.shows("再次提交时请重新勾选") {
		t.Errorf("what was not counted: %s", p.words())
	}
	if !strings.Contains(p.body, ">\n\n一字一句 &lt;b&gt;不&lt;/b&gt; 少\r\n</textarea>") {
		t.Error("the text does not come back as it was")
	}
	// What the box cannot judge is refused for the same reason.
	for what, values := range map[string]url.Values{"no text": {}, "too long": {"text": {strings.Repeat("字", 20_001)}}} {
		if p := w.post(t, "/report", values); p.status != http.StatusForbidden || !p.shows(values.Get("text")) {
			t.Errorf("%s: %d", what, p.status)
		}
	}
	for _, someone := range [][2]string{{"某丙", ""}, {"", "科长"}} {
		values := url.Values{"text": {"一二三四五六七八九十"}, "person": {someone[0]}, "post": {someone[1]}}
		if p := w.post(t, "/report", values); !p.shows("涉及的人") || strings.Contains(p.body, someone[0]+" · "+someone[1]) {
			t.Errorf("%q: a dot without two that it stands between", someone)
		}
	}
	w.none(t, "closed")
	if p = w.get(t, "/report"); p.status != http.StatusOK || strings.Contains(p.body, "<form") || !p.shows("2026年9月9日（星期三）08:30") {
		t.Error("the closed page:", p.status)
	}
	w.Clock.Set(time.Date(2026, 9, 8, 9, 59, 59, 999, time.UTC))
	if p := w.post(t, "/report", typed); p.status != http.StatusOK {
		t.Error("at 17:59:59:", p.status)
	}
	w.Clock.Set(time.Date(2026, 9, 9, 1, 0, 0, 0, time.UTC))
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	counts, err := w.Status(t.Context())
	if err != nil || counts.Refused[intake.Web] != 3 {
		t.Errorf("refused are counted by the box: %+v %v", counts.Refused, err)
	}
}

// After the last evening nobody is told to come back, but to read.
func TestOver(t *testing.T) {
	w := newWorld(t)
	code := w.post(t, "/report", typed).code(t)
	w.Clock.Set(time.Date(2026, 10, 30, 10, 0, 0, 0, time.UTC)) // 18:00 on the last day
	for lang, says := range map[string][3]string{"": {"本次巡察的受理已经结束", "请改用其他渠道", "答复仍然可以查看"}, "?lang=en": {"no longer takes reports", "Use another way", "You can go on reading answers"}} {
		form, thread := w.get(t, "/report"+lang), w.post(t, "/receipt"+lang, url.Values{"receipt": {code}})
		if !form.shows(says[0]) || !form.shows(says[1]) || form.shows("到时间再来") || form.shows("send it when it is open") || form.shows("现在不在受理时间") {
			t.Error(form.words())
		}
		if !thread.shows(says[0]) || !thread.shows(says[2]) || thread.shows("到受理时间请再来") || thread.shows("Come back in the announced hours") {
			t.Error(thread.words())
		}
	}
	if p := w.post(t, "/report", typed); p.status != http.StatusForbidden || !p.shows("本次巡察的受理已经结束") || saysBack(p, typed) != nil {
		t.Error(p.status, p.words())
	}
}
