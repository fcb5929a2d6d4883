package export

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"dengwen/intake"
)

// byteOrderMark begins a table: without it spreadsheets take UTF-8 for the
// machine's own encoding and show Chinese as noise.
const byteOrderMark = "\ufeff"

// tableColumns are those of records.csv. They are the fields of Record; lists
// are joined.
var tableColumns = []string{
	"id", "index", "channel", "day", "arrived", "about_team", "unit", "persons", "category", "subject", "text", "recorder", "marks", "files",
	"outside_rules", "name", "contact", "phone", "remark", "headers", "originals", "erased",
}

// row is the record as a line of records.csv.
func (r Record) row() []string {
	var who Sender
	if r.Identity != nil {
		who = *r.Identity
	}
	return []string{
		r.ID, strconv.FormatInt(r.Index, 10), string(r.Channel), r.Day, instant(r.Arrived), strconv.FormatBool(r.AboutTeam), r.Unit, persons(r.Persons),
		string(r.Category), r.Subject, r.Text, r.Recorder, joined(r.Marks), paths(r.Files),
		string(r.OutsideRules), who.Name, who.Contact, who.Phone, who.Remark, who.Headers, paths(who.Files), joined(r.Erased),
	}
}

// instant is an exact instant as tables have it; zero, for one that was erased,
// is an empty cell.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// cell keeps a spreadsheet from taking a text for a formula. The apostrophe is
// what spreadsheets themselves put before a text; full-width signs are formulas
// to those set to Chinese or Japanese.
// Source: OWASP, "CSV Injection".
func cell(s string) string {
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return "'" + s
		}
	}
	return s
}

func persons(list []intake.Person) string {
	var out []string
	for _, p := range list {
		s := p.Name
		if p.Post != "" {
			s = strings.TrimSpace(s + " (" + p.Post + ")")
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func paths(list []File) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Path)
	}
	return joined(out)
}

func joined[T ~string](list []T) string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, string(s))
		}
	}
	return strings.Join(out, "; ")
}

// safeExtensions are those that a file may keep: documents, pictures, sound,
// film and archives that a program opens without running what is in them. Web
// pages, scripts, links, programs and documents with macros lose theirs.
var safeExtensions = []string{
	".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".tif", ".tiff",
	".pdf", ".ofd", ".txt", ".eml", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps",
	".mp3", ".m4a", ".wav", ".amr", ".aac", ".ogg", ".mp4", ".mov", ".avi", ".3gp", ".zip", ".rar", ".7z",
}

// extension is the one that a file called name may keep, or none.
func extension(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if slices.Contains(safeExtensions, ext) {
		return ext
	}
	return ""
}
