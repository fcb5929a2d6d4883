package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// A View is what a page is made from. Templates speak through it: Text is a
// sentence in the reader's language, Link an address of the same site.
type View struct {
	Words
	// Chosen is the language that the reader chose by a link, and that every
	// further link keeps; empty when it follows from the browser.
	Chosen string
	// Large is whether the reader chose large text, which links keep too.
	Large bool
	// Path is the page's own address, or where to go on from a page that has none,
	// for the links to it in other languages and in the other size. It is empty
	// where the page answers a form, for a link would lose it.
	Path string
	// Query is what these links keep of the page's query: names and values in turn,
	// each name once. The language and the size are not among them.
	Query []string
	// Errors are what is wrong with the form, in the order of its fields. They
	// stand above it, each with a link to its field, and at the field.
	Errors []FieldError
	// Wide lets the page use the whole width, for tables.
	Wide bool
	Data any
}

// A FieldError is what is wrong with one field, and what to do about it.
type FieldError struct {
	Field string // the id of the field's element
	Text  string
}

// The query parameters that carry a chosen language and large text. The sites
// set no cookie for them.
const (
	langParam = "lang"
	sizeParam = "size"
	sizeLarge = "large"
)

// NewView finds out in which language a request is to be answered: the one
// that a link chose, else the first that the browser asks for. A browser that
// asks for none, or for any, is taken for Chinese.
func NewView(r *http.Request) View {
	query := r.URL.Query()
	chosen := query.Get(langParam)
	if !slices.Contains(Languages(), chosen) {
		chosen = ""
	}
	asked := []string{chosen}
	if chosen == "" {
		asked = askedFor(r.Header.Get("Accept-Language"))
	}
	return View{Words: NewWords(asked...), Chosen: chosen, Large: query.Get(sizeParam) == sizeLarge}
}

// askedFor lists the languages of an Accept-Language header, best first. What
// names no language is left out; if none is left it is Chinese.
func askedFor(header string) (tags []string) {
	accepted, _, err := language.ParseAcceptLanguage(header)
	if err != nil { // one of them is none, and then it gives none at all
		for one := range strings.SplitSeq(header, ",") {
			if few, _, err := language.ParseAcceptLanguage(one); err == nil {
				accepted = append(accepted, few...)
			}
		}
	}
	for _, tag := range accepted {
		if base, _ := tag.Base(); tag != language.Und && base.String() != "mul" { // which is how * is read
			tags = append(tags, tag.String())
		}
	}
	if tags == nil {
		return []string{Chinese}
	}
	return tags
}

// Link is an address of this site in the language and the size that were
// chosen. Pairs are names and values of its query.
func (v View) Link(path string, pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	for _, k := range v.Kept() {
		q.Set(k.Name, k.Value)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// A Param is one parameter of a query.
type Param struct{ Name, Value string }

// Kept is what every link and form carries of the reader's choices: nothing,
// the language, the size, or both. A form with the method get loses what its
// action has for a query; the template "kept" puts it into its fields.
func (v View) Kept() (list []Param) {
	if v.Chosen != "" {
		list = append(list, Param{langParam, v.Chosen})
	}
	if v.Large {
		list = append(list, Param{sizeParam, sizeLarge})
	}
	return list
}

// Here is a link to this same page.
func (v View) Here() string {
	pairs := make([]any, len(v.Query))
	for i, s := range v.Query {
		pairs[i] = s
	}
	return v.Link(v.Path, pairs...)
}

// A Tongue is a link to a page in another language.
type Tongue struct{ Language, Name, Link string }

// Others lists the other languages of this page, each by its own name.
func (v View) Others() (list []Tongue) {
	if v.Path == "" {
		return nil
	}
	for _, l := range Languages() {
		if l != v.Language() {
			in := v
			in.Words, in.Chosen = NewWords(l), l
			list = append(list, Tongue{l, in.Text("page.language"), in.Here()})
		}
	}
	return list
}

// Resized is a link to this page with large text, or back to the normal size.
func (v View) Resized() string {
	if v.Path == "" {
		return ""
	}
	v.Large = !v.Large
	return v.Here()
}

// Error is what is wrong with a field, or nothing.
func (v View) Error(field string) string {
	for _, e := range v.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// With is the view with the data of one page.
func (v View) With(data any) View {
	v.Data = data
	return v
}
