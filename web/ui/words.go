package ui

import (
	"fmt"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Words are the sentences in one reader's language. The zero Words speaks
// English.
type Words struct {
	catalogue *catalogue // the program's own when nil
	language  string     // one of its languages, or empty for English
}

// NewWords returns the words for whoever reads the given languages, best
// first: BCP 47 tags, or the value of an Accept-Language header.
func NewWords(languages ...string) Words {
	c := theCatalogue()
	return Words{c, c.match(languages...)}
}

// of is the catalogue that w speaks from.
func (w Words) of() *catalogue {
	if w.catalogue == nil {
		return theCatalogue()
	}
	return w.catalogue
}

// Text is the sentence with this id. Pairs are names and values that stand in
// it: Text("import.read", "File", name, "Count", n). A value named Count, an
// int or int64, also chooses between singular and plural. A string stands there
// as Visible shows it, Lines as they are. An id that the
// catalogue does not have is returned as it is, for a program that says
// something odd is better than one that stops.
func (w Words) Text(id string, pairs ...any) string {
	config := &i18n.LocalizeConfig{MessageID: id}
	if len(pairs) > 1 {
		data := make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			value := pairs[i+1]
			if s, is := value.(string); is {
				value = Visible(s)
			}
			data[fmt.Sprint(pairs[i])] = value
		}
		config.TemplateData = data
		config.PluralCount = data["Count"]
	}
	// A sentence that a language lacks comes in English, with an error.
	if text, _ := w.of().localizers[w.Language()].Localize(config); text != "" {
		return text
	}
	return id
}

// Language is the language that w speaks, one of Languages.
func (w Words) Language() string {
	if w.language == "" {
		return English
	}
	return w.language
}

// Has reports whether the catalogue has a sentence with this id in the
// language of w itself, not only in English.
func (w Words) Has(id string) bool { return w.of().messages[w.Language()][id] != nil }
