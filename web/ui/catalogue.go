package ui

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed locale/*.toml
var locale embed.FS

// The languages of the catalogue. English is what everybody else gets.
const (
	English = "en"
	Chinese = "zh-CN"
)

// Languages lists the languages of the catalogue.
func Languages() []string { return []string{English, Chinese} }

// A catalogue is all sentences in all languages.
type catalogue struct {
	bundle *i18n.Bundle
	// messages are the sentences as the files have them, by language and id.
	messages map[string]map[string]*i18n.Message
}

// theCatalogue is read once. Its files are part of the program and a test reads
// them all, so that an error here is one of the program.
var theCatalogue = sync.OnceValue(func() catalogue {
	c := catalogue{i18n.NewBundle(language.English), map[string]map[string]*i18n.Message{}}
	c.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(locale, "locale/*.toml")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		file, err := c.bundle.LoadMessageFileFS(locale, name)
		if err != nil {
			panic(fmt.Errorf("catalogue %s: %w", name, err))
		}
		byID := c.messages[file.Tag.String()]
		if byID == nil {
			byID = map[string]*i18n.Message{}
			c.messages[file.Tag.String()] = byID
		}
		for _, m := range file.Messages {
			if byID[m.ID] != nil {
				panic(fmt.Errorf("catalogue %s: %s is there twice", name, m.ID))
			}
			byID[m.ID] = m
		}
	}
	return c
})

// IDs lists the ids that the catalogue has in English, sorted.
func IDs() []string {
	var ids []string
	for id := range theCatalogue().messages[English] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
