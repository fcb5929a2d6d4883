package public_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
	"log/slog"

	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
	"dengwen/web/public"
)

func TestShots(t *testing.T) {
	w := newWorld(t)
	o := options(w.Box, w.log, storetest.Schedule(t))
	o.Notice.Demo = true
	o.Notice.Name = "示例市委第三巡察组巡察公告"
	o.Notice.Units = []string{"市交通运输局", "市住房和城乡建设局", "市教育局", "市卫生健康委员会"}
	o.Notice.Key = "dengwen.example.invalid/box-2026-1+3f8a2c1d+AYvS0J3q8tM7nB2cX5zK4wR9uE6pL1oHdG8fT3iVaQkN"
	o.MaxFile, o.MaxFiles = 0, 0
	o.Log = slog.New(slog.DiscardHandler)
	w.handler, _ = public.New(w.Box, o)
	os.MkdirAll("/tmp/h3/pages", 0o755)
	save := func(name, lang string, p page) { os.WriteFile("/tmp/h3/pages/"+name+"."+lang+".html", []byte(p.body), 0o644) }
	for _, lang := range []string{"zh-CN", "en"} {
		q := "?lang=" + lang
		w.Clock.Set(storetest.Start)
		for _, path := range []string{"", "report", "receipt", "privacy", "nowhere"} {
			save("get-"+path, lang, w.get(t, "/"+path+q))
		}
		full := url.Values{"text": {strings.Repeat("某年某月某日，某局某科长收受礼金。", 10)}, "person": {"张某", "李某"}, "post": {"科长", "副科长"}, "unit": {"市教育局"}, "contact_name": {"王某"}, "category": {"integrity"}, "subject": {"反映某科长收受礼金"}}
		p := w.post(t, "/report"+q, full, file{"a.jpg", "x"}, file{"b.jpg", "x"})
		save("receipt", lang, p)
		code := p.code(t)
		save("wrong", lang, w.post(t, "/report"+q, url.Values{"text": {" "}, "subject": {strings.Repeat("长", 201)}, "person": {"张某", "李某"}}, file{"一张照片.jpg", "x"}, file{"b.jpg", "x"}))
		many := []file{}
		for range 11 { many = append(many, file{"照片.jpg", "x"}) }
		save("many", lang, w.post(t, "/report"+q, full, many...))
		save("mistyped", lang, w.post(t, "/receipt"+q, url.Values{"receipt": {"1234 5678"}}))
		save("thread0", lang, w.post(t, "/receipt"+q, url.Values{"receipt": {code}}))
		rs := w.reports(t)
		last := rs[len(rs)-1]
		rec, err := seal.ParseRecipient(last.ReplyTo)
		if err != nil { t.Fatal(err) }
		w.Act(t, entry.KindReplied, last.Header.ID, entry.Inner{Reply: &entry.Reply{Text: "您反映的问题已经收到。\n请补充：那是哪一年的事？还有谁在场？"}}, rec)
		save("thread", lang, w.post(t, "/receipt/add"+q, url.Values{"receipt": {code}, "text": {"补充一句"}}))
		w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC))
		save("closed", lang, w.get(t, "/report"+q))
		save("closed-notice", lang, w.get(t, "/"+q))
		save("refused", lang, w.post(t, "/report"+q, full, file{"a.jpg", "x"}))
		save("thread-closed", lang, w.post(t, "/receipt"+q, url.Values{"receipt": {code}}))
	}
}
