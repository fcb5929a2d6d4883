package message

import (
	"html"
	"strings"
	"unicode"
)

// pageText is what a person reads of a page: its text in lines, what pictures
// say they show, where links lead. Nothing is loaded. embeds says that the
// page carries pictures in itself, which the text has not. It reads the page
// once; for markup that is never closed it remembers so.
func pageText(src string) (text string, embeds bool) {
	p := page{src: src}
	for p.src != "" {
		i := strings.IndexByte(p.src, '<')
		if i < 0 {
			i = len(p.src)
		}
		p.write(html.UnescapeString(p.src[:i]))
		p.src = p.src[i:]
		if p.src != "" && !p.markup() {
			p.write("<")
			p.src = p.src[1:]
		}
	}
	return strings.TrimSpace(p.out.String()), p.embeds
}

type page struct {
	src      string // what is still to be read
	out      strings.Builder
	lines    int  // line ends to write before the next character
	blank    bool // a blank to write before it
	pre      int  // open elements that keep their blanks
	href     string
	linked   int // where the link's text begins in out
	embeds   bool
	noEnd    bool            // no markup is closed any more, going by quotes
	unclosed map[string]bool // what is not closed from here on
}

// markup reads what begins with < in front of src, unless it is text.
func (p *page) markup() bool {
	if strings.HasPrefix(p.src, "<!--") {
		return p.skip("-->", 4)
	}
	if len(p.src) < 2 || !strings.ContainsRune("/!?", rune(p.src[1])) && !isLetter(p.src[1]) {
		return false
	}
	end := p.tagEnd()
	if end < 0 {
		return false
	}
	tag := p.src[1:end]
	p.src = p.src[end+1:]
	name, attrs := tag, ""
	if i := strings.IndexFunc(tag[1:], func(r rune) bool { return unicode.IsSpace(r) || r == '/' }); i >= 0 {
		name, attrs = tag[:i+1], tag[i+1:]
	}
	p.tag(strings.ToLower(name), attrs)
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// tagEnd finds the > of the tag in front of src, looking over quotes. Quotes
// that would swallow the whole rest are none.
func (p *page) tagEnd() int {
	if !p.noEnd {
		var quote byte
		for i := 1; i < len(p.src); i++ {
			switch c := p.src[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return i
			case (c == '"' || c == '\'') && p.src[i-1] == '=':
				quote = c
			}
		}
		p.noEnd = true
	}
	if p.unclosed[">"] {
		return -1
	}
	end := strings.IndexByte(p.src, '>')
	if end < 0 {
		p.leaveOpen(">")
	}
	return end
}

func (p *page) leaveOpen(what string) {
	if p.unclosed == nil {
		p.unclosed = map[string]bool{}
	}
	p.unclosed[what] = true
}

// skip leaves out everything up to and with end, which is in lower case. It
// leaves src alone when there is none.
func (p *page) skip(end string, from int) bool {
	if p.unclosed[end] {
		return false
	}
	for i := from; i+len(end) <= len(p.src); i++ {
		j := strings.IndexByte(p.src[i:], end[0])
		if j < 0 {
			break
		}
		if i += j; i+len(end) <= len(p.src) && strings.EqualFold(p.src[i:i+len(end)], end) {
			p.src = p.src[i+len(end):]
			return true
		}
	}
	p.leaveOpen(end)
	return false
}

// write writes text as a page shows it: any white space is one blank, and none
// stands at the ends of lines.
func (p *page) write(s string) {
	for _, r := range s {
		if p.pre == 0 && (r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f') {
			p.blank = true
			continue
		}
		if p.out.Len() > 0 {
			if p.lines > 0 {
				p.out.WriteString("\n\n\n"[:min(p.lines, 3)])
			} else if p.blank {
				p.out.WriteByte(' ')
			}
		}
		p.lines, p.blank = 0, false
		switch r {
		case '\r':
		case '\u00a0':
			p.out.WriteByte(' ')
		default:
			p.out.WriteRune(r)
		}
	}
}
