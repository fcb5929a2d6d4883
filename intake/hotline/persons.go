package hotline

import (
	"strings"

	"dengwen/intake"
)

// separators stand between several persons in one cell. A comma does not: it
// as often stands within what is said of one.
const separators = "、；;\n"

// persons reads who the report is about. Several persons are told apart where
// their posts allow it; else the cells are kept whole.
func persons(person, post string) []intake.Person {
	person, post = named(person), named(post)
	if person == "" && post == "" {
		return nil
	}
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) })
	}
	names, posts := split(person), split(post)
	if n := len(names); n < 2 || n > intake.MaxPersons || len(posts) != 0 && len(posts) != n {
		return []intake.Person{{Name: person, Post: post}}
	}
	ps := make([]intake.Person, len(names))
	for i, name := range names {
		ps[i].Name = strings.TrimSpace(name)
		if len(posts) > 0 {
			ps[i].Post = named(strings.TrimSpace(posts[i]))
		}
	}
	return ps
}

// categories are the words for the categories of a report.
var categories = map[string]intake.Category{
	"政治纪律": intake.Political, "组织纪律": intake.Organizational, "廉洁纪律": intake.Integrity, "群众纪律": intake.Masses,
	"工作纪律": intake.Work, "生活纪律": intake.Life, "职务违法犯罪": intake.DutyCrime, "职务违法": intake.DutyCrime, "职务犯罪": intake.DutyCrime,
	"其他": intake.Other, "其它": intake.Other, "说不清": intake.Unsure, "不确定": intake.Unsure,
}

// categoryOf returns the category that a cell names, or the cell's own words
// when they are none of ours.
func categoryOf(cell string) (name string, known bool) {
	if named(cell) == "" {
		return "", true
	}
	s := normalHead(cell)
	if c, ok := categories[strings.TrimSuffix(strings.TrimPrefix(s, "违反"), "类")]; ok {
		return string(c), true
	}
	if intake.Category(s).Valid() {
		return s, true
	}
	return cell, false
}
