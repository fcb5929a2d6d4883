package ui

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// loadDetails reads the formats of refusals, one file a language.
func (c *catalogue) loadDetails(files fs.FS) error {
	names, err := fs.Glob(files, "locale/details/*.toml")
	if err != nil {
		return err
	}
	for _, name := range names {
		tag := strings.TrimSuffix(path.Base(name), ".toml")
		if c.messages[tag] == nil {
			return fmt.Errorf("catalogue %s: the language %s has no sentences", name, tag)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		var sections map[string]map[string]string
		if err := toml.Unmarshal(text, &sections); err != nil {
			return fmt.Errorf("catalogue %s: %w", name, err)
		}
		formats := map[string]string{}
		for section, sentences := range sections {
			for id, format := range sentences {
				formats[section+"."+id] = format
			}
		}
		c.details[tag] = formats
	}
	return nil
}

// Detail is what a refusal says, of which the code that refuses has the
// English, and the catalogue a format of package fmt under the id. Arguments
// stand in it as they are, but for those that have an id of their own, by a
// method WordID: they are words of the catalogue.
func (w Words) Detail(id, english string, args ...any) string {
	format, known := w.of().details[w.Language()][id]
	if !known {
		return english
	}
	args = slices.Clone(args)
	for i, arg := range args {
		if word, is := arg.(interface{ WordID() string }); is {
			args[i] = w.Detail(word.WordID(), fmt.Sprint(arg))
		}
	}
	return fmt.Sprintf(format, args...)
}
