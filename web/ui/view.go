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
	// Path is the page's own address, or where to go on from a page that has none,
	// for the links in other languages. It is empty where the page answers a form,
	// for a link would lose it.
	Path string
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

// langParam is the query parameter that carries a chosen language. The sites
// set no cookie for it.
const langParam = "lang"

// NewView finds out in which language a request is to be answered: the one
// that a link chose, else the first that the browser asks for. A browser that
// asks for none, or for any, is taken for Chinese.
func NewView(r *http.Request) View {
	chosen := r.URL.Query().Get(langParam)
	if !slices.Contains(Languages(), chosen) {
		chosen = ""
	}
	asked := []string{chosen}
	if chosen == "" {
		asked = askedFor(r.Header.Get("Accept-Language"))
	}
	return View{Words: NewWords(asked...), Chosen: chosen}
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

// Link is an address of this site in the language that was chosen. Pairs are
// names and values of its query.
func (v View) Link(path string, pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	if v.Chosen != "" {
		q.Set(langParam, v.Chosen)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
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
			in := View{Words: NewWords(l), Chosen: l}
			list = append(list, Tongue{l, in.Text("page.language"), in.Link(v.Path)})
		}
	}
	return list
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
