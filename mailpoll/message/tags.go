package message

import (
	"html"
	"strings"

	"dengwen/intake"
)

// tag does what the tag means for reading.
func (p *page) tag(name, attrs string) {
	switch name {
	case "script", "style", "title", "template":
		if p.skip("</"+name, 0) {
			if i := strings.IndexByte(p.src, '>'); i >= 0 {
				p.src = p.src[i+1:]
			}
		}
	case "br", "br/":
		p.lines++
	case "p", "/p", "h1", "/h1", "h2", "/h2", "h3", "/h3", "h4", "/h4", "h5", "/h5", "h6", "/h6", "ul", "/ul", "ol", "/ol", "table", "/table", "blockquote", "/blockquote":
		p.lines = max(p.lines, 2)
	case "div", "/div", "tr", "/tr", "/li", "section", "/section", "article", "/article", "header", "/header", "footer", "/footer", "dt", "/dt", "dd", "/dd", "form", "/form", "/body":
		p.lines = max(p.lines, 1)
	case "hr", "hr/":
		p.lines = max(p.lines, 1)
		p.write("————")
		p.lines = 1
	case "li":
		p.lines = max(p.lines, 1)
		p.write("· ")
	case "td", "th", "/td", "/th":
		p.blank = true
	case "pre", "textarea":
		p.lines = max(p.lines, 1)
		p.pre++
	case "/pre", "/textarea":
		p.lines = max(p.lines, 1)
		p.pre = max(p.pre-1, 0)
	case "img", "img/":
		if alt := attribute(attrs, "alt"); !intake.Blank(alt) {
			p.write("[" + alt + "]")
		}
		p.embeds = p.embeds || strings.HasPrefix(strings.ToLower(attribute(attrs, "src")), "data:")
	case "a":
		p.href, p.linked = strings.TrimSpace(attribute(attrs, "href")), p.out.Len()
	case "/a":
		p.link()
	}
}

// link writes where the link leads that ends here, unless its text says so.
func (p *page) link() {
	scheme, rest, ok := strings.Cut(p.href, ":")
	rest = strings.Trim(rest, "/")
	if ok && isToken(scheme) && rest != "" && !strings.EqualFold(scheme, "javascript") && !strings.EqualFold(scheme, "data") &&
		!strings.Contains(p.out.String()[p.linked:], rest) {
		p.write(" <" + p.href + ">")
	}
	p.href = ""
}

// attribute is the value of one attribute of a tag.
func attribute(attrs, name string) string {
	for attrs != "" {
		attrs = strings.TrimLeft(attrs, " \t\r\n\f/")
		i := strings.IndexAny(attrs, "= \t\r\n\f")
		if i < 0 {
			return ""
		}
		key, value := attrs[:i], ""
		attrs = strings.TrimLeft(attrs[i:], " \t\r\n\f")
		if strings.HasPrefix(attrs, "=") {
			attrs = strings.TrimLeft(attrs[1:], " \t\r\n\f")
			if attrs != "" && (attrs[0] == '"' || attrs[0] == '\'') {
				value, attrs, _ = strings.Cut(attrs[1:], attrs[:1])
			} else if i := strings.IndexAny(attrs, " \t\r\n\f"); i >= 0 {
				value, attrs = attrs[:i], attrs[i:]
			} else {
				value, attrs = attrs, ""
			}
		}
		if strings.EqualFold(key, name) {
			return html.UnescapeString(value)
		}
	}
	return ""
}

// pageCharset is the character set that a page declares in its first bytes.
func pageCharset(b []byte) string {
	head := strings.ToLower(string(b[:min(len(b), 2<<10)]))
	_, rest, ok := strings.Cut(head, "charset=")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, `"' `)
	if i := strings.IndexAny(rest, `"'>;/ `); i >= 0 {
		rest = rest[:i]
	}
	return rest
}
