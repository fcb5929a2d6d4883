package main

import (
	"errors"
	"io/fs"
	"strings"

	"dengwen/intake"
	"dengwen/web/ui"
)

// detail is what err says beside the sentinels in it, in the reader's
// language: which file, which line, what to do. What stands around an
// intake.Detail stays around it. Text that is none, such as a path, a key of
// the configuration or a library's own words, stays as it is.
func detail(w ui.Words, err error) string {
	switch e := err.(type) {
	case *intake.Detail:
		return within(w, ui.Visible(w.Detail(e.ID, e.Text, e.Args...)), e.Err)
	case *fs.PathError:
		return within(w, ui.Visible(e.Path), e.Err) // without the name of the system's call
	}
	inner := wrapped(err)
	if len(inner) == 0 && isSentinel(err) {
		return ""
	}
	text := err.Error()
	for _, in := range inner {
		was := in.Error()
		if is := detail(w, in); is == "" {
			text = without(text, was)
		} else {
			text = strings.Replace(text, was, is, 1)
		}
	}
	return text
}

// within puts what is further in behind its place.
func within(w ui.Words, place string, err error) string {
	if err == nil {
		return place
	}
	more := detail(w, err)
	if more == "" {
		return place
	}
	return w.Text("error.within", "Place", place, "What", ui.Lines(more))
}

// wrapped is what err wraps, one or several.
func wrapped(err error) []error {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	case interface{ Unwrap() error }:
		if in := e.Unwrap(); in != nil {
			return []error{in}
		}
	}
	return nil
}

// isSentinel also knows the system's numbers for a missing file and its like.
func isSentinel(err error) bool {
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return true
		}
	}
	return false
}

// without takes what was wrapped out of a text, with the colon that joined it.
func without(text, wrapped string) string {
	if text == wrapped {
		return ""
	}
	for _, joint := range []string{": " + wrapped, wrapped + ": "} {
		if at := strings.LastIndex(text, joint); at >= 0 {
			return text[:at] + text[at+len(joint):]
		}
	}
	return text
}
