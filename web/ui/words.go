package ui

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed locale/*.toml
var catalogues embed.FS

// The languages of the catalogue. English is what everybody else gets.
const (
	English = "en"
	Chinese = "zh-CN"
)

// Languages lists the languages of the catalogue.
func Languages() []string { return []string{English, Chinese} }

// bundle reads the catalogue, once. Its files are part of the program and a
// test reads them all, so that an error here is one of the program.
var bundle = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(catalogues, "locale/*.toml")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		if _, err := b.LoadMessageFileFS(catalogues, f); err != nil {
			panic(fmt.Errorf("catalogue %s: %w", f, err))
		}
	}
	return b
})

// Words are the sentences in one reader's language. The zero Words speaks
// English.
type Words struct{ localizer *i18n.Localizer }

// NewWords returns the words for whoever reads the given languages, best
// first: BCP 47 tags, or the value of an Accept-Language header.
func NewWords(languages ...string) Words {
	return Words{i18n.NewLocalizer(bundle(), languages...)}
}

// Text is the sentence with this id. Pairs are names and values that stand in
// it: Text("import.read", "File", name, "Count", n). A value named Count, an
// int or int64, also chooses between singular and plural. An id that the
// catalogue does not have is returned as it is, for a program that says
// something odd is better than one that stops.
func (w Words) Text(id string, pairs ...any) string {
	if w.localizer == nil {
		w = NewWords(English)
	}
	config := &i18n.LocalizeConfig{MessageID: id}
	if len(pairs) > 1 {
		data := make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			data[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		config.TemplateData = data
		config.PluralCount = data["Count"]
	}
	// A sentence that Chinese lacks comes in English, with an error.
	if text, _ := w.localizer.Localize(config); text != "" {
		return text
	}
	return id
}

// Language is the language that w speaks: English or Chinese.
func (w Words) Language() string { return w.Text("language") }

// Has reports whether the catalogue has a sentence with this id in the
// language of w itself, not only in English.
func (w Words) Has(id string) bool {
	if w.localizer == nil {
		w = NewWords(English)
	}
	_, tag, err := w.localizer.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: id, PluralCount: 2})
	return err == nil && tag.String() == w.Language()
}

// IDs lists the ids of the catalogue, sorted.
func IDs() []string { return slices.Clone(index()) }

var index = sync.OnceValue(func() []string {
	seen := map[string]bool{}
	for _, m := range messages(English) {
		seen[m.ID] = true
	}
	return slices.Sorted(maps.Keys(seen))
})
