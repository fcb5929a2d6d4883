package ui

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

//go:embed locale/details/*.toml
var details embed.FS

// theDetails are the formats of refusals, by language and id. English has
// none: its text stands in the code that refuses. A test reads all of them, so
// that an error here is one of the program.
var theDetails = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	files, err := fs.Glob(details, "locale/details/*.toml")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		text, err := details.ReadFile(name)
		if err != nil {
			panic(err)
		}
		var sections map[string]map[string]string
		if err := toml.Unmarshal(text, &sections); err != nil {
			panic(fmt.Errorf("catalogue %s: %w", name, err))
		}
		formats := map[string]string{}
		for section, sentences := range sections {
			for id, format := range sentences {
				formats[section+"."+id] = format
			}
		}
		all[strings.TrimSuffix(path.Base(name), ".toml")] = formats
	}
	return all
})

// Detail is what a refusal says, of which the code that refuses has the
// English, and the catalogue a format of package fmt under the id. Arguments
// stand in it as they are, but for those that have an id of their own, by a
// method WordID: they are words of the catalogue.
func (w Words) Detail(id, english string, args ...any) string {
	format, known := theDetails()[w.Language()][id]
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
