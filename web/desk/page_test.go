package desk_test

import (
	"html"
	"iter"
	"net/url"
	"strings"
	"testing"
)

// Pages are taken apart by hand: every page of every test is, and regular
// expressions take most of the tests' time under the race detector.

const nameLetters = "abcdefghijklmnopqrstuvwxyz0123456789"

// A markup is one tag of a page, and where it stands there.
type markup struct {
	closes      bool
	name, attrs string
	from, to    int
}

// tags are the tags of a page in order.
func tags(page string) iter.Seq[markup] {
	return func(yield func(markup) bool) {
		for at := 0; ; {
			i := strings.IndexByte(page[at:], '<')
			if i < 0 {
				return
			}
			at += i
			end := strings.IndexByte(page[at:], '>')
			if end < 0 {
				return
			}
			inner, closes := strings.CutPrefix(page[at+1:at+end], "/")
			rest := strings.TrimLeft(inner, nameLetters)
			m := markup{closes, inner[:len(inner)-len(rest)], rest, at, at + end + 1}
			if m.name == "" {
				at++
				continue
			}
			if !yield(m) {
				return
			}
			at = m.to
		}
	}
}

// attrs are the attributes of a tag, each after a space.
func attrs(tag string) map[string]string {
	var all map[string]string
	for {
		i := strings.IndexByte(tag, ' ')
		if i < 0 {
			return all
		}
		tag = tag[i+1:]
		rest := strings.TrimLeft(tag, "abcdefghijklmnopqrstuvwxyz-")
		name := tag[:len(tag)-len(rest)]
		quoted, is := strings.CutPrefix(rest, `="`)
		value, after, closed := strings.Cut(quoted, `"`)
		if name == "" || !is || !closed {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[name], tag = html.UnescapeString(value), after
	}
}

// unstyled is a page without its style sheets.
func unstyled(page string) string {
	var out strings.Builder
	for {
		before, rest, is := strings.Cut(page, "<style>")
		_, after, closed := strings.Cut(rest, "</style>")
		if !is || !closed {
			out.WriteString(page)
			return out.String()
		}
		out.WriteString(before)
		page = after
	}
}

// words is what people read, or hear, of a page.
func words(page string) string {
	page = unstyled(strings.TrimPrefix(page, "<!DOCTYPE html>"))
	var read, heard strings.Builder
	last := 0
	for m := range tags(page) {
		read.WriteString(page[last:m.from])
		read.WriteByte(' ')
		last = m.to
		heard.WriteByte(' ')
		if strings.Contains(m.attrs, "aria-label=") {
			heard.WriteString(attrs(m.attrs)["aria-label"])
		}
	}
	read.WriteString(page[last:])
	return html.UnescapeString(read.String()) + heard.String()
}

// formOf is the form of a page that goes to path, as it was given.
func formOf(t testing.TB, page answer, path string) url.Values {
	t.Helper()
	for m := range tags(page.text) {
		if m.closes || m.name != "form" || attrs(m.attrs)["action"] != path {
			continue
		}
		block, _, _ := strings.Cut(page.text[m.from:], "</form>")
		form := url.Values{}
		for input := range tags(block) {
			if a := attrs(input.attrs); input.name == "input" && (a["type"] == "hidden" || a["type"] == "text") {
				form.Set(a["name"], a["value"])
			}
		}
		return form
	}
	t.Fatalf("no form goes to %s in\n%s", path, words(page.text))
	return nil
}

var void = map[string]bool{"meta": true, "input": true, "br": true}

// nesting finds tags that are not closed in order, ids that are there twice, and
// references to ids that are not there.
func nesting(page string) (wrong []string) {
	var open []string
	ids := map[string]bool{}
	var wanted []string
	for m := range tags(unstyled(page)) {
		switch {
		case void[m.name]:
		case !m.closes:
			open = append(open, m.name)
		case len(open) == 0 || open[len(open)-1] != m.name:
			return append(wrong, "</"+m.name+"> where "+strings.Join(open, " ")+" is open")
		default:
			open = open[:len(open)-1]
		}
		a := attrs(m.attrs)
		if id := a["id"]; id != "" {
			if ids[id] {
				wrong = append(wrong, "twice: "+id)
			}
			ids[id] = true
		}
		wanted = append(wanted, a["for"])
		wanted = append(wanted, strings.Fields(a["aria-describedby"]+" "+a["aria-labelledby"])...)
		if to, inside := strings.CutPrefix(a["href"], "#"); inside {
			wanted = append(wanted, to)
		}
	}
	for _, id := range wanted {
		if id != "" && !ids[id] {
			wrong = append(wrong, "nothing is called "+id)
		}
	}
	return append(wrong, open...)
}

// TestNesting: the check of pages finds what is wrong with them.
func TestNesting(t *testing.T) {
	for page, want := range map[string]int{
		`<p id="a">x<br></p><a href="#a">y</a>`: 0, `<p><b></p></b>`: 1, `<p>`: 1, `<p id="a"></p><p id="a"></p>`: 1, `<label for="b"></label>`: 1, `</p>`: 1,
		`<style>p > b {}</style><p x="1" id="a">1 < 2</p>`: 0,
	} {
		if got := nesting(page); len(got) != want {
			t.Errorf("%s: %q", page, got)
		}
	}
}

// TestWordsOfPage: what is read and heard is found, and nothing else.
func TestWordsOfPage(t *testing.T) {
	const page = `<!DOCTYPE html><style>a.b-c{}</style><p class="x" aria-label="an &amp; b">one &lt;two&gt;</p> <3`
	if got := strings.Join(strings.Fields(words(page)), " "); got != "one <two> <3 an & b" {
		t.Errorf("%q", got)
	}
}

// TestLeftovers: ids are found wherever they stand, and sentences are not.
func TestLeftovers(t *testing.T) {
	for text, want := range map[string]int{
		"desk.none": 1, "看，desk.none-yet。quarantine.too-large-text": 2, "The end. Go on.": 0, "x.csv, 0.5, a.": 0, "mydesk.none": 0, "desk.no": 1, ".": 0,
	} {
		if got := leftovers(text); len(got) != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}
