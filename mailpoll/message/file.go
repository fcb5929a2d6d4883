package message

import (
	"io"
	"iter"
	"strconv"
	"strings"

	"dengwen/intake"
	"dengwen/intake/photo"
)

// A kept file is one that is decoded only when it is read, from where it stands
// in the mail.
type kept struct {
	name, kind string
	private    bool
	open       func() io.Reader
	shown      func(io.Reader) io.Reader // what the team sees of it, if that is less
}

// files yields what was kept and last of all the raw mail. It may be called
// again, and holds no more than a window of a file in memory, and the forwarded
// mail that it stands in where that had to be decoded.
//
// Photos are cleaned as those of the web are, and called by the place that they
// have among the files.
func (r *reader) files(raw *source) iter.Seq2[intake.File, error] {
	all := append(r.kept, kept{name: "message.eml", kind: mailType, private: true, open: raw.all().open})
	held := r.held
	return func(yield func(intake.File, error) bool) {
		defer release(held, len(all))
		for i, k := range all {
			release(held, i)
			f := intake.File{Name: k.name, Type: k.kind, Private: k.private, Shown: k.shown, Body: k.open()}
			var err error
			if !f.Private {
				f, _, err = photo.Prepare(f, i+1)
				f.Body = struct{ io.Reader }{f.Body} // it would make a buffer of its own to write itself out
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// release lets go of every unpacked mail that has no file behind the first so
// many.
func release(held []*unpacked, files int) {
	for _, u := range held {
		if u.until <= files {
			u.release()
		}
	}
}

// keep keeps a part as a file. One that cannot be read is named so. Every file
// is a part that the scanner has counted, and where there are several the
// multipart around them is none, so that the box has room for all and for the
// raw mail.
func (r *reader) keep(p *part, private, unreadable bool) {
	name := p.name
	if name == "" && p.coding == inUU {
		name = p.encoded().name
	}
	name = called(name, p.kind, len(r.kept)+1)
	if unreadable || p.coding == unknownCoding || p.coding == inUU && p.plain() {
		name = "unreadable-" + name
	}
	r.kept = append(r.kept, kept{name: intake.CutName(name), kind: p.kind, private: private, open: func() io.Reader { body, _ := p.decoded(); return body }})
}

// called is the sender's name for a file, or one made from its type and place.
func called(name, kind string, place int) string {
	if !intake.Blank(name) {
		return name
	}
	number := strconv.Itoa(place)
	for _, n := range []struct{ kind, stem, ending string }{
		{mailType, "forwarded-", ".eml"},
		{plainText, "text-", ".txt"},
		{htmlText, "page-", ".html"},
	} {
		if kind == n.kind {
			return n.stem + number + n.ending
		}
	}
	if strings.HasSuffix(kind, "tnef") {
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
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic", "image/heif": ".heif", "image/bmp": ".bmp", "image/tiff": ".tif",
	"audio/mpeg": ".mp3", "audio/amr": ".amr", "audio/mp4": ".m4a", "audio/wav": ".wav", "video/mp4": ".mp4", "video/quicktime": ".mov",
	"application/pdf": ".pdf", "application/zip": ".zip", "application/rtf": ".rtf", "application/msword": ".doc", "application/vnd.ms-excel": ".xls",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       ".xlsx",
	"text/csv": ".csv", "text/calendar": ".ics", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "text/directory": ".vcf", "application/mbox": ".mbox", "application/pgp-signature": ".asc", "application/pkcs7-mime": ".p7m",
	"message/delivery-status": ".txt",
}
