package ui

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed locale/*.toml locale/details/*.toml
var locale embed.FS

// The two languages that the program names: what everybody else gets, and what
// a browser that asks for none is taken for. Which others there are, the files
// say.
const (
	English = "en"
	Chinese = "zh-CN"
)

// Languages lists the languages that have a file of sentences: English first,
// for what matches no other is matched to the first, and then the others in the
// order of their tags.
func Languages() []string { return slices.Clone(theCatalogue().languages) }

// A catalogue is all sentences in all languages.
type catalogue struct {
	languages  []string
	matcher    language.Matcher // over languages
	localizers map[string]*i18n.Localizer
	// messages are the sentences as the files have them, by language and id.
	messages map[string]map[string]*i18n.Message
	// details are the formats of refusals, by language and id. English has none:
	// its text stands in the code that refuses.
	details map[string]map[string]string
}

// theCatalogue is read once. Its files are part of the program and a test reads
// them all, so that an error here is one of the program.
var theCatalogue = sync.OnceValue(func() *catalogue {
	c, err := loadCatalogue(locale)
	if err != nil {
		panic(err)
	}
	return c
})

// loadCatalogue reads locale/<subject>.<tag>.toml and locale/details/<tag>.toml.
// A tag is spelled as BCP 47 has it, for it is what links carry and pages are
// marked with. What a language has no sentence for, it says in English.
func loadCatalogue(files fs.FS) (*catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	c := &catalogue{localizers: map[string]*i18n.Localizer{}, messages: map[string]map[string]*i18n.Message{}, details: map[string]map[string]string{}}
	names, err := fs.Glob(files, "locale/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := c.loadSentences(files, name, bundle); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
	}
	if c.messages[English] == nil {
		return nil, errors.New("catalogue: it has no English")
	}
	c.order(bundle)
	if err := c.loadDetails(files); err != nil {
		return nil, err
	}
	return c, nil
}

// loadSentences reads one file of sentences.
func (c *catalogue) loadSentences(files fs.FS, name string, bundle *i18n.Bundle) error {
	base := strings.TrimSuffix(path.Base(name), ".toml")
	tag := base[strings.LastIndex(base, ".")+1:]
	if parsed, err := language.Parse(tag); err != nil || parsed.String() != tag {
		return fmt.Errorf("%q is not how a language is written", tag)
	}
	file, err := bundle.LoadMessageFileFS(files, name)
	if err != nil {
		return err
	}
	byID := c.messages[tag]
	if byID == nil {
		byID = map[string]*i18n.Message{}
		c.messages[tag] = byID
	}
	for _, m := range file.Messages {
		if byID[m.ID] != nil {
			return fmt.Errorf("%s is there twice", m.ID)
		}
		byID[m.ID] = m
	}
	return nil
}

// order lists the languages and makes what finds a reader's among them.
func (c *catalogue) order(bundle *i18n.Bundle) {
	c.languages = []string{English}
	for tag := range c.messages {
		if tag != English {
			c.languages = append(c.languages, tag)
		}
	}
	slices.Sort(c.languages[1:])
	var tags []language.Tag
	for _, l := range c.languages {
		tags = append(tags, language.MustParse(l))
		c.localizers[l] = i18n.NewLocalizer(bundle, l)
	}
	c.matcher = language.NewMatcher(tags)
}

// match is the language of the catalogue for whoever reads the given ones, best
// first.
func (c *catalogue) match(asked ...string) string {
	var tags []language.Tag
	for _, a := range asked {
		if accepted, _, err := language.ParseAcceptLanguage(a); err == nil {
			tags = append(tags, accepted...)
		}
	}
	_, i, _ := c.matcher.Match(tags...)
	return c.languages[i]
}

// IDs lists the ids that the catalogue has in English, sorted.
func IDs() []string {
	var ids []string
	for id := range theCatalogue().messages[English] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
