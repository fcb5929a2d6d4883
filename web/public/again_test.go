package public_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
	"dengwen/web/public"
)

// Whatever is wrong, every word comes back, and the files to choose again are
// named. Nothing is stored.
func TestAgain(t *testing.T) {
	w := newWorld(t)
	with := func(name, value string) url.Values {
		v := url.Values{}
		for k, list := range typed {
			v[k] = list
		}
		v[name] = []string{value}
		return v
	}
	small, large := file{"小.jpg", "x"}, file{"大.jpg", strings.Repeat("x", 1001)}
	for _, tt := range []struct {
		what   string
		values url.Values
		files  []file
		status int
		says   []string
	}{
		{"blank text", with("text", "\u200b \u3000"), []file{small}, 422, []string{"请写下要反映的问题", "重新选择：小.jpg", `href="#text"`}},
		{"a short text", with("text", "短"), []file{small, {"二.jpg", "x"}, {"三.jpg", ""}}, 422, []string{"现在是 1 个字，至少要 10 个字", "小.jpg · 二.jpg · 三.jpg"}},
		{"a receipt for a text", with("text", intake.NewReceipt().Grouped()), []file{small}, 422, []string{"这是查询码，不是要反映的问题", "小.jpg"}},
		{"a long text", with("text", strings.Repeat("长", 20_001)), []file{small}, 422, []string{"20,001", "20,000", "小.jpg"}},
		{"a long subject", with("subject", strings.Repeat("长", 201)), nil, 422, []string{"“标题”有 201 个字", `href="#subject"`}},
		{"a long name", with("contact_name", strings.Repeat("长", 201)), nil, 422, []string{`href="#contact_name"`, "<details open>"}},
		{"a long post", with("post", strings.Repeat("长", 201)), nil, 422, []string{`href="#person"`}},
		{"a large file", typed, []file{small, large, {"后.jpg", "x"}}, 413, []string{"附件“大.jpg”太大，每个最多 1000\u00a0B", "小.jpg · 大.jpg · 后.jpg"}},
		{"a file of just the limit", typed, []file{{"a", strings.Repeat("x", 1000)}, large}, 413, []string{"大.jpg"}},
		{"many files", typed, []file{small, small, small, small}, 413, []string{"最多 3 个", "小.jpg · 小.jpg · 小.jpg · 小.jpg"}},
		{"a large body", typed, []file{{"巨.jpg", strings.Repeat("x", 3<<20)}}, 413, []string{"内容太大", "巨.jpg"}},
		{"large files behind a wrong field", with("subject", strings.Repeat("字", 201)), []file{{"一.jpg", strings.Repeat("x", 70<<10)}, {"二.jpg", strings.Repeat("x", 70<<10)}, small}, 422, []string{"重新选择：一.jpg · 二.jpg · 小.jpg"}},
		{"not UTF-8", with("subject", "\xc4\xe3"), nil, 400, []string{"不是 UTF-8 编码"}},
	} {
		p := w.post(t, "/report", tt.values, tt.files...)
		if tt.what == "not UTF-8" {
			tt.values = typed
			tt.values = with("subject", "\uFFFD")
		}
		if lost := saysBack(p, tt.values); p.status != tt.status || lost != nil {
			t.Errorf("%s: %d, lost %q", tt.what, p.status, lost)
		}
		for _, want := range append(tt.says, "出错：", "有问题需要处理") {
			if !strings.Contains(p.body, want) {
				t.Errorf("%s: the page does not say %q", tt.what, want)
			}
		}
		// A line end that begins the text is one that browsers leave out.
		if tt.values.Get("text") == typed.Get("text") && !strings.Contains(p.body, ">\n\n一字一句 &lt;b&gt;不&lt;/b&gt; 少\r\n</textarea>") {
			t.Errorf("%s: the text does not come back as it was", tt.what)
		}
		w.none(t, tt.what)
	}
	code := w.post(t, "/report", typed).code(t)
	p := w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {"\n补充 <b>"}}, large)
	if p.status != 413 || !strings.Contains(p.body, ">\n\n补充 &lt;b&gt;</textarea>") || !p.shows("大.jpg") || !p.shows("还没有答复") {
		t.Error("adding a large file:", p.status)
	}
	// A code that opens nothing: all of it is in a form that can be sent again.
	for what, tt := range map[string]struct {
		code, text string
		files      []file
		status     int
		says       []string
	}{
		"unknown":       {intake.NewReceipt().Grouped(), "补充 <b>", []file{small, {"后.jpg", strings.Repeat("x", 70<<10)}, {"末.jpg", "x"}}, 404, []string{"没有找到", "重新选择：小.jpg · 后.jpg · 末.jpg"}},
		"mistyped":      {"1234", "补充 <b>", []file{small}, 422, []string{"查询码有误", "重新选择：小.jpg"}},
		"mistyped, too": {"1234", strings.Repeat("长", 20_001), []file{small}, 422, []string{"查询码有误", "20,001", "重新选择：小.jpg"}},
		"only files":    {"1234", "", []file{small}, 422, []string{"查询码有误", "重新选择：小.jpg"}},
	} {
		p = w.post(t, "/receipt/add", url.Values{"receipt": {tt.code}, "text": {tt.text}}, tt.files...)
		if p.status != tt.status || !p.shows(tt.text+"</textarea>") || !strings.Contains(p.body, `action="/receipt/add"`) || !strings.Contains(p.body, `value="`+tt.code+`"`) ||
			!strings.Contains(p.body, `type="file"`) || strings.Contains(p.body, " readonly>") || strings.Count(p.words(), "查询码有误") > 2 {
			t.Errorf("adding, %s: %d\n%s", what, p.status, p.words())
		}
		for _, want := range tt.says {
			if !p.shows(want) {
				t.Errorf("adding, %s: the page does not say %q", what, want)
			}
		}
	}
	if p = w.post(t, "/receipt", url.Values{"receipt": {"我的 <i> 1234"}}); p.status != 422 || !strings.Contains(p.body, `value="我的 &lt;i&gt; 1234"`) {
		t.Error("a receipt pasted as text:", p.status)
	}
	if n := len(w.reports(t)); n != 1 {
		t.Errorf("%d records", n)
	}
}

// brokenBox fails as it is told.
type brokenBox struct {
	public.Box
	err error
}

func (b brokenBox) Submit(context.Context, *intake.Report) (intake.Outcome, error) {
	return intake.Outcome{}, fmt.Errorf("%w: %s", b.err, typed.Get("text"))
}

func (b brokenBox) Thread(context.Context, string) (intake.Thread, error) {
	return intake.Thread{}, fmt.Errorf("%w: %s", b.err, typed.Get("text"))
}

func (b brokenBox) PublicCheckpoint(context.Context) ([]byte, error) { return nil, b.err }

// What fails in the box is told in words, with everything given back, and
// logged without any of it.
func TestBoxFails(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		err    error
		status int
		says   string
		logs   string
	}{
		{intake.ErrFull, 503, "存储空间满了", "no space left"},
		{intake.ErrStopped, 503, "过几分钟", "the box is not open"},
		{intake.ErrClock, 503, "过几分钟", "the clock"},
		{intake.ErrSchedule, 503, "过几分钟", "schedule"},
		{intake.ErrDamaged, 500, "不能确认已经收下", "damaged"},
		{intake.ErrInvalid, 422, "无法照此使用", ""},
		{intake.ErrClosed, 403, "已经结束", ""},
		{errors.New(typed.Get("text")), 500, "不能确认已经收下", "unknown"},
	} {
		log := &buffer{}
		h, err := public.New(brokenBox{w.Box, tt.err}, options(w.Box, log, storetest.Schedule(t)))
		if err != nil {
			t.Fatal(err)
		}
		p := do(t, h, multi(t, "/report", typed, file{"a.jpg", "x"}))
		if lost := saysBack(p, typed); p.status != tt.status || lost != nil || !p.shows(tt.says) || !p.shows("a.jpg") {
			t.Errorf("%v: %d, lost %q\n%s", tt.err, p.status, lost, p.words())
		}
		if got := log.text(); !strings.Contains(got, tt.logs) || (got == "") != (tt.logs == "") || strings.Contains(got, "一字") {
			t.Errorf("%v: the log says %q", tt.err, got)
		}
		if p = do(t, h, multi(t, "/receipt", url.Values{"receipt": {"1"}})); p.status != tt.status && tt.err != intake.ErrClosed {
			t.Errorf("thread, %v: %d", tt.err, p.status)
		}
		if p = do(t, h, httptest.NewRequest("GET", "/checkpoint", nil)); p.status != http.StatusInternalServerError || !p.shows("网站出了故障") {
			t.Errorf("checkpoint, %v: %d", tt.err, p.status)
		}
	}
	w.none(t, "failing")
}

// A box that fails at any of its own steps leaves no record and no file.
func TestStepsFail(t *testing.T) {
	for _, step := range []store.Step{store.StepBlobWrite, store.StepBlobSync, store.StepBlobLink, store.StepCommit} {
		fault := &storetest.Fault{Step: step, Nth: 1}
		box := storetest.NewAround(t, nil)
		if err := box.Close(); err != nil {
			t.Fatal(err)
		}
		box.Open(t, fault.Around)
		w := &world{Box: box, log: &buffer{}}
		var err error
		if w.handler, err = public.New(box, options(box, w.log, storetest.Schedule(t))); err != nil {
			t.Fatal(err)
		}
		p := w.post(t, "/report", typed, file{"a.jpg", "x"})
		if lost := saysBack(p, typed); !fault.Fired() || p.status != http.StatusInternalServerError || lost != nil {
			t.Errorf("%v: fired %v, %d, lost %q", step, fault.Fired(), p.status, lost)
		}
		w.none(t, fmt.Sprint(step))
	}
}
