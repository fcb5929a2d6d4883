package desk

import (
	"path"
	"strconv"
	"strings"

	"dengwen/intake/triage"
)

// An attachment is a file as the page shows it.
type attachment struct {
	triage.Attachment
	Kind string // what it is likely to be
	Link string // where it is opened
}

// Program reports whether opening the file may run something.
func (a attachment) Program() bool { return a.Kind == "program" || a.Kind == "macro" }

// attached are files that came with a report, or with what was added to it, as
// a session opens them.
func attached(x *session, report string, files []triage.Attachment) (list []attachment) {
	for _, f := range files {
		link := pathOf(x) + "report/" + report + "/file/" + f.Entry + "/" + strconv.Itoa(f.Part)
		list = append(list, attachment{f, kindOf(f.Name, f.Type), link})
	}
	return list
}

// kinds are what a file is likely to be by the end of its name, which decides
// what a double click does.
var kinds = map[string]string{
	"picture":  "jpg jpeg png gif webp heic heif bmp tif tiff",
	"video":    "mp4 mov avi mkv wmv flv 3gp m4v webm",
	"sound":    "mp3 m4a aac wav amr ogg wma flac silk",
	"document": "pdf doc docx wps rtf odt ofd ppt pptx dps odp",
	"sheet":    "xls xlsx et ods csv tsv",
	"text":     "txt md log",
	"archive":  "zip rar 7z tar gz tgz bz2 xz",
	"mail":     "eml msg",
	"web":      "htm html mht mhtml xhtml svg xml",
	"macro":    "docm xlsm pptm dotm xltm xlam xlsb ppsm sldm",
	"program": "exe com scr pif bat cmd msi msix dll cpl hta js jse vbs vbe wsf wsh ps1 lnk url jar apk app dmg pkg deb rpm sh py reg " +
		"chm iso img vhd one sct inf appx ipa command desktop",
}

var kindByEnd = func() map[string]string {
	byEnd := map[string]string{}
	for kind, ends := range kinds {
		for end := range strings.FieldsSeq(ends) {
			byEnd[end] = kind
		}
	}
	return byEnd
}()

// kindOf is what a file is likely to be. Name and type are its sender's words:
// a kind is a hint for people, and no promise. Where the name says nothing, the
// type does.
func kindOf(name, media string) string {
	// Windows leaves out dots and spaces at the end of a name.
	end := strings.ToLower(strings.TrimPrefix(path.Ext(strings.TrimRight(name, ". ")), "."))
	if kind, known := kindByEnd[end]; known {
		return kind
	}
	top, _, _ := strings.Cut(strings.ToLower(media), "/")
	switch {
	case end != "":
		return "unknown"
	case top == "image":
		return "picture"
	case top == "video":
		return "video"
	case top == "audio":
		return "sound"
	case top == "message":
		return "mail"
	}
	return "unknown"
}
