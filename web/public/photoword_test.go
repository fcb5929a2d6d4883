package public_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"dengwen/web/public"
)

// A report about the team: nobody of it opens a photo, cleaned or not, nor one
// that is added; the office opens all.
func TestPhotosAboutTeam(t *testing.T) {
	w := newWorld(t)
	w.roomy(t, nil)
	files := []file{{"a.jpg", somePhoto(t, 6)}, {"b.heic", someHEIC}, {"c.txt", "words"}}
	code := w.post(t, "/report", url.Values{"text": {"巡察组里有人收了礼金"}, "about_team": {"1"}}, files...).code(t)
	w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {"补充"}}, files...)
	list := w.taken(t)
	if len(list) != 2 {
		t.Fatal(len(list), "records")
	}
	for _, rec := range list {
		if s := w.look(t, rec, w.Keys.Team); s.closed != 4 {
			t.Errorf("%s: the team opens %d files", rec.Header.Kind, 4-s.closed)
		}
		if s := w.look(t, rec, w.Keys.Custodian); s.closed != 4 {
			t.Errorf("%s: the custodian opens %d files", rec.Header.Kind, 4-s.closed)
		}
		s := w.look(t, rec, w.Keys.Office)
		if len(s.shown) != 2 || len(s.originals) != 2 || s.originals[0] != files[0].body || s.originals[1] != someHEIC || s.shown[1] != "words" || strings.Contains(s.shown[0], place) {
			t.Errorf("%s: the office has %d files and %d originals", rec.Header.Kind, len(s.shown), len(s.originals))
		}
	}
}

// The form says before, and the receipt's page after, which photos the team sees.
func TestPhotoWords(t *testing.T) {
	w := newWorld(t)
	photo, broken := somePhoto(t, 6), somePhoto(t, 6)[:300]
	w.roomy(t, func(o *public.Options) { o.MaxFiles = 6 })
	form := map[string][]string{
		"":         {"照片（JPEG、PNG、WebP）：巡察组看到的是清除了拍摄地点、时间和设备的一份", "没有动过的原件封存给保管员", "HEIC 格式的照片", "损坏的照片无法清除，只有保管员能看到", "文档里可能有作者的姓名"},
		"?lang=en": {"the team sees a copy from which place, time and device are removed", "The untouched original is sealed for the custodian", "HEIC photos", "photos that are damaged cannot be cleaned: only the custodian gets them", "A document may carry its author’s name"},
	}
	for lang, says := range form {
		form, code := w.get(t, "/report"+lang), w.post(t, "/report", typed).code(t)
		for _, want := range says {
			if !form.shows(want) || !w.post(t, "/receipt"+lang, url.Values{"receipt": {code}}).shows(want) {
				t.Errorf("a form does not say %q", want)
			}
		}
	}
	for _, tt := range []struct {
		bodies         []string
		chinese        []string
		english        []string
		cleaned, apart bool
	}{
		{[]string{"words"}, []string{"1 个附件也已经封存"}, []string{"1 file is sealed with it."}, false, false},
		{[]string{photo}, []string{"1 个附件也已经封存", "1 张照片：巡察组看到的已经清除"}, []string{"1 file is sealed", "1 photo: the team sees it without place, time and device; the original is for the custodian"}, true, false},
		{[]string{someHEIC}, []string{"1 个附件也已经封存", "1 张照片无法清除，只有保管员能打开"}, []string{"1 photo could not be cleaned. Only the custodian can open it"}, false, true},
		{[]string{broken, "x"}, []string{"2 个附件也已经封存", "1 张照片无法清除"}, []string{"2 files are sealed", "1 photo could not be cleaned"}, false, true},
		{[]string{photo, "x", someHEIC, photo, broken}, []string{"5 个附件也已经封存", "2 张照片：巡察组看到的已经清除", "2 张照片无法清除"},
			[]string{"5 files are sealed with it", "2 photos: the team sees them without", "2 photos could not be cleaned. Only the custodian can open them"}, true, true},
	} {
		var files []file
		for i, body := range tt.bodies {
			files = append(files, file{fmt.Sprint(i, ".jpg"), body})
		}
		for lang, says := range map[string][]string{"": tt.chinese, "?lang=en": tt.english} {
			p := w.post(t, "/report"+lang, altered(typed, "stamp", w.stamp(t)), files...)
			for _, want := range says {
				if !p.shows(want) {
					t.Errorf("%d files: the receipt's page does not say %q:\n%s", len(files), want, p.words())
				}
			}
			cleaned, apart := p.shows("巡察组看到的已经清除") || p.shows("without place, time and device"), p.shows("无法清除") || p.shows("could not be cleaned")
			if p.status != 200 || cleaned != tt.cleaned || apart != tt.apart {
				t.Errorf("%d files: %d, cleaned %v, apart %v", len(files), p.status, cleaned, apart)
			}
		}
	}
	// The office opens all of a report about the team, and the team nothing; what
	// is added says of its photos what a report does.
	p := w.post(t, "/report", altered(typed, "about_team", "1"), file{"a.jpg", photo}, file{"b.heic", someHEIC})
	if !p.shows("2 个附件也已经封存") || p.shows("张照片") {
		t.Error("about the team:", p.words())
	}
	for what, about := range map[string]bool{"": false, "1": true} {
		code := w.post(t, "/report", altered(typed, "about_team", what)).code(t)
		p := w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {"补充"}}, file{"a.jpg", photo}, file{"b.heic", someHEIC})
		if !p.shows("2 个附件也已经封存") || p.shows("1 张照片无法清除，只有保管员能打开") == about || p.shows("1 张照片：巡察组看到的已经清除") == about {
			t.Error("added:", about, p.words())
		}
	}
}
