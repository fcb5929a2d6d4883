package ui

import (
	"mime"
	"regexp"
	"strings"
)

// disposition reads the head of a part: the form's field, and the file's name
// as far as it can be read. Known is false when the part is none of a form.
//
// Browsers disagree on how to write a name that has quotes or control
// characters in it, and none of their ways may cost a report: what package mime
// refuses is read loosely.
func disposition(head string) (field, name string, isFile, known bool) {
	kind, params, err := mime.ParseMediaType(head)
	if err != nil {
		kind, params = looseParams(head)
	}
	if kind != "form-data" {
		return "", "", false, false
	}
	name, isFile = params["filename"]
	// Some browsers send directories along: they may hold the name of whoever
	// owns the computer.
	name = strings.ToValidUTF8(name, "\uFFFD")
	return params["name"], name[strings.LastIndexAny(name, `/\`)+1:], isFile, true
}

var (
	paramBegin = regexp.MustCompile(`^\s*;\s*([A-Za-z]+)(\*?)=`)
	paramsEnd  = regexp.MustCompile(`^[\s;]*$`)
	unescape   = strings.NewReplacer(`\\`, `\`, `\"`, `"`)
)

// looseParams reads parameters so that a quoted value ends only where another
// parameter, or nothing, follows. The first of a name counts.
func looseParams(head string) (kind string, params map[string]string) {
	kind, _, _ = strings.Cut(head, ";")
	rest := head[len(kind):]
	params = map[string]string{}
	for {
		m := paramBegin.FindStringSubmatch(rest)
		if m == nil {
			return strings.ToLower(strings.TrimSpace(kind)), params
		}
		rest = rest[len(m[0]):]
		quote := strings.HasPrefix(rest, `"`)
		ends := byte(';')
		if quote {
			rest, ends = rest[1:], '"'
		}
		end := len(rest)
		for i := range len(rest) {
			if rest[i] != ends {
				continue
			}
			after := rest[i:]
			if quote {
				after = rest[i+1:]
			}
			if paramBegin.MatchString(after) || paramsEnd.MatchString(after) {
				end = i
				break
			}
		}
		value, key := rest[:end], strings.ToLower(m[1])
		if rest = rest[end:]; quote {
			rest, value = strings.TrimPrefix(rest, `"`), unescape.Replace(value)
		} else {
			value = strings.TrimSpace(value)
		}
		if _, twice := params[key]; m[2] == "" && !twice {
			params[key] = value
		} else if key == "filename" && !twice {
			params[key] = "" // a file, whose name is in an encoding that could not be read
		}
	}
}
