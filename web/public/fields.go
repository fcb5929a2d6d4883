package public

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dengwen/intake"
	"dengwen/web/ui"
)

// fields are what somebody filled in, as it was typed. Field names that are
// not known are nobody's, and passed over.
type fields struct {
	Unit      string
	Persons   []intake.Person
	Category  intake.Category
	Subject   string
	Text      string
	AboutTeam bool
	Name      string
	Way       string
}

// fieldNames are the fields of the report form but for its files.
var fieldNames = []string{"unit", "person", "post", "category", "subject", "text", "about_team", "contact_name", "contact_way"}

// otherUnit is what the form sends for a unit that it does not offer, and
// unlisted what the report then says, in the language of the records. What else
// is sent is kept as it is: the list may have changed, or somebody knows a name
// that it lacks.
const (
	otherUnit = "other"
	unlisted  = "其他"
)

// readFields takes a form's fields. Persons and posts repeat in pairs; a pair
// in which nothing is typed is none. Texts that repeat are one text: no form of
// ours sends two, and no word of another's is lost.
func readFields(f *ui.Form) fields {
	in := fields{Unit: f.Get("unit"), Category: intake.Category(f.Get("category")), Subject: f.Get("subject"), Text: strings.Join(f.All("text"), "\n\n"),
		AboutTeam: !slices.Contains([]string{"", "0", "false", "no", "off"}, strings.ToLower(f.Get("about_team"))),
		Name:      f.Get("contact_name"), Way: f.Get("contact_way")}
	names, posts := f.All("person"), f.All("post")
	for i := range max(len(names), len(posts)) {
		var p intake.Person
		if i < len(names) {
			p.Name = names[i]
		}
		if i < len(posts) {
			p.Post = posts[i]
		}
		if !intake.Blank(p.Name + p.Post) {
			in.Persons = append(in.Persons, p)
		}
	}
	return in
}

// Rows are the persons with empty rows behind them, to fill in by hand: a page
// without scripts cannot add any.
func (in fields) Rows() []intake.Person {
	const least = 4
	return append(slices.Clone(in.Persons), make([]intake.Person, max(least-len(in.Persons), 0))...)
}

// Chosen reports whether a unit of the list is the one that was chosen.
func (in fields) Chosen(unit string) bool { return in.Unit == unit }

// Stray is a unit that the list does not have.
func (in fields) Stray(units []string) bool {
	return in.Unit != "" && in.Unit != otherUnit && !slices.Contains(units, in.Unit)
}

// OtherUnit is what the form sends for a unit that it does not offer.
func (fields) OtherUnit() string { return otherUnit }

// Named reports whether anything was typed that tells who reports.
func (in fields) Named() bool { return in.Name+in.Way != "" }

// check lists everything that is wrong with the fields, in their order on the
// page: the box would name the first thing only.
func (in fields) check(v ui.View) (wrong []ui.FieldError) {
	long := func(field, label, value string) {
		if n := utf8.RuneCountInString(value); n > intake.MaxField {
			wrong = append(wrong, ui.FieldError{Field: field, Text: v.Text("public.error-long", "Label", v.Text(label), "Have", n, "Most", intake.MaxField)})
		}
	}
	wrong = checkText(v, in.Text)
	_, other := intake.ParseReceipt(in.Text)
	switch n := intake.Length(in.Text); {
	case other == nil:
		wrong = append(wrong, ui.FieldError{Field: "text", Text: v.Text("public.error-receipt")})
	case n == 0:
		wrong = append(wrong, ui.FieldError{Field: "text", Text: v.Text("public.error-empty")})
	case n < intake.MinText:
		wrong = append(wrong, ui.FieldError{Field: "text", Text: v.Text("public.error-short", "Count", n, "Least", intake.MinText)})
	}
	long("subject", "public.subject", in.Subject)
	long("unit", "public.unit", in.Unit)
	if len(in.Persons) > intake.MaxPersons {
		wrong = append(wrong, ui.FieldError{Field: "person", Text: v.Text("public.error-persons", "Have", len(in.Persons), "Most", intake.MaxPersons)})
	}
	for _, p := range in.Persons {
		before := len(wrong)
		long("person", "public.person", p.Name)
		long("person", "public.post", p.Post)
		if len(wrong) > before {
			break
		}
	}
	long("contact_name", "public.name", in.Name)
	long("contact_way", "public.way", in.Way)
	return wrong
}

// checkText says when a text is too long.
func checkText(v ui.View, text string) []ui.FieldError {
	if n := utf8.RuneCountInString(text); n > intake.MaxText {
		return []ui.FieldError{{Field: "text", Text: v.Text("public.error-text", "Have", number(n), "Most", number(intake.MaxText))}}
	}
	return nil
}

// identity is what tells who reports.
func (in fields) identity() intake.Identity { return intake.Identity{Name: in.Name, Contact: in.Way} }

// unit is the unit as the report names it.
func (in fields) unit() string {
	if in.Unit == otherUnit {
		return unlisted
	}
	return in.Unit
}

// category is the category as the report has it; one that the form does not
// offer is another.
func (in fields) category() intake.Category {
	if !in.Category.Valid() {
		return intake.Other
	}
	return in.Category
}
