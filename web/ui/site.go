package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed layout.html style.css
var frame embed.FS

// A Site is the pages of one server, each inside the common layout. The
// stylesheet is part of every page: one request shows it whole, and a page
// that somebody saves looks as it did.
type Site struct {
	pages map[string]*template.Template
	csp   string
}

// NewSite reads a site's templates: the files of dir that end in .html. One
// whose name begins with an underscore defines what others use; each other one
// is a page, called by its name without .html, and defines "title" and "body".
// A site may define "header" and "footer", which stand around every page, and
// "leave", which stands above them and is where "exit" belongs: a link that
// leads away from the site at once. Other templates of the layout are "errors"
// and "kept"; its functions are visible, size and qr.
func NewSite(dir fs.FS) (*Site, error) {
	style, err := frame.ReadFile("style.css")
	if err != nil {
		return nil, err
	}
	layout, err := template.New("layout.html").Funcs(template.FuncMap{
		"style":   func() template.CSS { return template.CSS(style) },
		"visible": Visible,
		"size":    Size,
		"qr":      QR,
	}).ParseFS(frame, "layout.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(dir, "*.html")
	if err != nil {
		return nil, err
	}
	var pages []string
	for _, name := range names {
		if !strings.HasPrefix(path.Base(name), "_") {
			pages = append(pages, name)
		} else if layout, err = layout.ParseFS(dir, name); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(style)
	s := &Site{pages: map[string]*template.Template{}, csp: fmt.Sprintf(policy, base64.StdEncoding.EncodeToString(sum[:]))}
	for _, name := range pages {
		page, err := template.Must(layout.Clone()).ParseFS(dir, name)
		if err != nil {
			return nil, err
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return s, nil
}

// policy lets a page show itself and send its own forms, and nothing else. The
// stylesheet is let in by its hash.
const policy = "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Pages lists the names of the site's pages.
func (s *Site) Pages() (names []string) {
	for name := range s.pages {
		names = append(names, name)
	}
	return names
}

// Write answers with a page. A page that cannot be made is an error before
// anything was written.
func (s *Site) Write(w http.ResponseWriter, status int, page string, v View) error {
	t, known := s.pages[page]
	if !known {
		return fmt.Errorf("there is no page %s", page)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout.html", v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Language())
	w.Header().Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}
