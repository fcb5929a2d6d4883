package ui

import (
	"io/fs"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// added is the program's own catalogue with more files.
func added(t *testing.T, more map[string]string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(locale, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := locale.ReadFile(name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range more {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// speak lets the program have another catalogue until the test ends.
func speak(t *testing.T, files fs.FS) {
	t.Helper()
	c, err := loadCatalogue(files)
	if err != nil {
		t.Fatal(err)
	}
	before := theCatalogue
	theCatalogue = func() *catalogue { return c }
	t.Cleanup(func() { theCatalogue = before })
}

// TestThirdLanguage: files are all that a language needs. It is offered, chosen,
// matched, written in its direction, and says in English what it lacks.
func TestThirdLanguage(t *testing.T) {
	two := Languages()
	speak(t, added(t, map[string]string{
		"locale/page.ug.toml":    "[page]\nlanguage = \"ئۇيغۇرچە\"\ndirection = \"rtl\"\nlarge = \"چوڭ خەت\"\n",
		"locale/errors.ug.toml":  "[error]\nempty = \"قۇرۇق\"\n",
		"locale/details/ug.toml": "[ledger]\nempty = \"ھۆججەت قۇرۇق\"\n",
		"locale/page.de.toml":    "[page]\nlanguage = \"Deutsch\"\n",
	}))
	if diff := cmp.Diff([]string{English, "de", "ug", Chinese}, Languages()); diff != "" {
		t.Fatalf("after %v:\n%s", two, diff)
	}
	uyghur := NewWords("ug-CN")
	for id, want := range map[string]string{"error.empty": "قۇرۇق", "page.large": "چوڭ خەت", "error.full": NewWords(English).Text("error.full")} {
		if got := uyghur.Text(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if uyghur.Language() != "ug" || uyghur.Has("error.full") || !uyghur.Has("error.empty") {
		t.Errorf("the words speak %s", uyghur.Language())
	}
	for id, want := range map[string]string{"ledger.empty": "ھۆججەت قۇرۇق", "no.such": "in English"} {
		if got := uyghur.Detail(id, "in English"); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	s := testSite(t)
	here := func(v View) View { v.Path = "/form"; return v.With("x") }
	for _, tt := range []struct {
		target, asked string
		want          []string
	}{
		{"/", "ug", []string{`<html lang="ug" dir="rtl">`, `<a href="/form?lang=en" lang="en" hreflang="en">English</a>`, `lang=de"`, `lang=zh-CN"`, `>چوڭ خەت</a>`, "Skip to the content"}},
		{"/?lang=ug", "zh", []string{`<html lang="ug" dir="rtl">`, `action="/send?lang=ug`}},
		{"/", "zh", []string{`<html lang="zh-CN" dir="ltr">`, `<a href="/form?lang=ug" lang="ug" hreflang="ug">ئۇيغۇرچە</a>`}},
		{"/", "de-AT", []string{`<html lang="de" dir="ltr">`}},
		{"/", "fr", []string{`<html lang="en" dir="ltr">`}},
	} {
		page := get(t, s, tt.target, tt.asked, here).Body.String()
		for _, want := range tt.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s for %q: the page does not have %s", tt.target, tt.asked, want)
			}
		}
		if v := NewView(httptest.NewRequest("GET", tt.target, nil)); strings.Contains(page, `lang="`+v.Chosen+`" hreflang`) && v.Chosen != "" {
			t.Errorf("%s offers its own language", tt.target)
		}
	}
}

// Files that would be taken for another language than was meant are refused, by
// their names.
func TestCatalogueRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"locale/page.chinese1.toml":      "",
		"locale/page.zh_CN.toml":         "",
		"locale/page.zh-cn.toml":         "",
		"locale/page.toml":               "",
		"locale/page.de.toml":            "[page",
		"locale/another.en.toml":         "[page]\nlanguage = \"again\"\n",
		"locale/details/ug.toml":         "",
		"locale/details/zh-CN-x.toml":    "",
		"locale/details/zh-CN.toml":      "ledger = 1",
		"locale/details/unheard-of.toml": "",
	} {
		if _, err := loadCatalogue(added(t, map[string]string{name: text})); err == nil {
			t.Errorf("%s is taken", name)
		} else if !strings.HasPrefix(err.Error(), "catalogue") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := loadCatalogue(fstest.MapFS{"locale/page.zh-CN.toml": {Data: []byte("[page]\nlanguage = \"中文\"\n")}}); err == nil {
		t.Error("a catalogue without English is taken")
	}
}
