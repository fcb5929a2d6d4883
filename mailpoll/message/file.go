package message

import (
	"bytes"
	"io"
	"iter"
	"strconv"
	"strings"

	"dengwen/intake"
)

// A kept file is one that is decoded only when it is read, from where it stands
// in the raw mail.
type kept struct {
	name, kind string
	private    bool
	open       func() io.Reader
}

// files yields what was kept and last of all the raw mail. It may be called
// again, and holds no more than a chunk of each file in memory.
func (r *reader) files(raw []byte) iter.Seq2[intake.File, error] {
	all := append(r.kept, kept{"message.eml", mailType, true, func() io.Reader { return bytes.NewReader(raw) }})
	return func(yield func(intake.File, error) bool) {
		for _, f := range all {
			if !yield(intake.File{Name: f.name, Type: f.kind, Private: f.private, Body: f.open()}, nil) {
				return
			}
		}
	}
}

// keep keeps a part as a file. One that cannot be read is named so. Every file
// is a part that the scanner has counted, and where there are several the
// multipart around them is none, so that the box has room for all and for the
// raw mail.
func (r *reader) keep(p *part, private, unreadable bool) {
	name := p.name()
	if name == "" && isUU(p.coding) {
		name, _, _ = cutUU(p.body)
	}
	name = r.called(name, p.kind)
	if _, ok := p.decoded(); !ok || unreadable {
		name = "unreadable-" + name
	}
	r.kept = append(r.kept, kept{intake.CutName(name), p.kind, private, func() io.Reader { body, _ := p.decoded(); return body }})
}

// called is the sender's name for a file, or one made from its type and place.
func (r *reader) called(name, kind string) string {
	if !intake.Blank(name) {
		return name
	}
	number := strconv.Itoa(len(r.kept) + 1)
	for _, n := range []struct{ kind, stem, ending string }{
		{mailType, "forwarded-", ".eml"},
		{plainText, "text-", ".txt"},
		{htmlText, "page-", ".html"},
	} {
		if kind == n.kind {
			return n.stem + number + n.ending
		}
	}
	if kind == "application/ms-tnef" {
		return "winmail.dat"
	}
	ending, known := endings[kind]
	switch {
	case known:
	case strings.HasPrefix(kind, "text/"):
		ending = ".txt"
	default:
		ending = ".bin"
	}
	return "attachment-" + number + ending
}

// endings are those of the types that people send; what the machine knows of
// types must not decide what a file is called.
var endings = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic", "image/bmp": ".bmp", "image/tiff": ".tif",
	"audio/mpeg": ".mp3", "audio/amr": ".amr", "audio/mp4": ".m4a", "audio/wav": ".wav", "video/mp4": ".mp4", "video/quicktime": ".mov",
	"application/pdf": ".pdf", "application/zip": ".zip", "application/rtf": ".rtf", "application/msword": ".doc", "application/vnd.ms-excel": ".xls",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       ".xlsx",
	"text/csv": ".csv", "text/calendar": ".ics", "text/vcard": ".vcf", "application/pgp-signature": ".asc", "application/pkcs7-mime": ".p7m",
	"message/delivery-status": ".txt",
}
