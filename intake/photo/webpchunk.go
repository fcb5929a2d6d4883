package photo

import "bytes"

// Flags of VP8X that stay. That of Exif must, where it is set: by the time that
// the Exif is seen, the flags have long been given out.
const (
	flagAnimation = 0x02
	flagExif      = 0x08
	flagAlpha     = 0x10
)

// firstChunk deals with the chunk that says which form the file has: one
// picture alone, or VP8X and then chunks of all sorts.
func (w *webpFile) firstChunk(name string) error {
	switch name {
	case "VP8 ", "VP8L":
		return w.pictureChunk(name)
	case "VP8X":
	default:
		return broken("a WebP does not start with such a chunk")
	}
	if w.body != 10 {
		return broken("VP8X of %d bytes", w.body)
	}
	b, err := w.look(18)
	if err != nil {
		return err
	}
	w.extended = true
	w.animated, w.withExif = b[8]&flagAnimation != 0, b[8]&flagExif != 0
	// One byte of flags, three without a use, and the size of the canvas.
	data := append([]byte{b[8] & (flagAnimation | flagExif | flagAlpha), 0, 0, 0}, b[12:18]...)
	return w.replace("VP8X", data)
}

// laterChunk deals with a chunk of the file behind the first.
func (w *webpFile) laterChunk(name string) error {
	switch {
	case name == "EXIF" && w.withExif:
		w.withExif = false
		return w.exif()
	case name == "ANIM" && w.animated && !w.anim:
		w.anim = true
		if w.body != 6 {
			return broken("ANIM of %d bytes", w.body)
		}
		return w.keep()
	case name == "ANMF" && w.animated:
		return w.openFrame()
	case w.extended && !w.animated:
		return w.pictureChunk(name)
	}
	return w.remove()
}

// openFrame gives out the head of an ANMF: place, size and duration in 15 bytes,
// and a byte in which two bits have a meaning. Its chunks come next.
func (w *webpFile) openFrame() error {
	if w.body < 16+8 || w.body%2 != 0 || !w.anim {
		return broken("ANMF of %d bytes, or before ANIM", w.body)
	}
	b, err := w.look(24)
	if err != nil {
		return err
	}
	w.frames++
	w.picture = picture{}
	w.inFrame, w.frame = true, w.body-16
	head := append(bytes.Clone(b[8:23]), b[23]&3)
	if err := w.replace("ANMF", head); err != nil {
		return err
	}
	w.body = 0
	return nil
}

// pictureChunk deals with the chunks of one picture: alpha at most once and
// before the image, and one image. Decoders show no second one, so it goes.
func (w *webpFile) pictureChunk(name string) error {
	if w.picture.image {
		return w.remove()
	}
	switch name {
	case "ALPH":
		if w.picture.alpha {
			return w.remove()
		}
		w.picture.alpha = true
		return w.keep()
	case "VP8 ": // RFC 6386, 9.1: a key frame and its start code
		if w.body < 10 {
			return broken("VP8 of %d bytes", w.body)
		}
		b, err := w.look(18)
		if err != nil {
			return err
		}
		if b[8]&1 != 0 || string(b[11:14]) != "\x9d\x01\x2a" {
			return broken("no VP8 picture starts so")
		}
	case "VP8L": // RFC 9649, 3.4: its signature
		if w.body < 5 {
			return broken("VP8L of %d bytes", w.body)
		}
		b, err := w.look(13)
		if err != nil {
			return err
		}
		if b[8] != 0x2f {
			return broken("no VP8L picture starts so")
		}
	default:
		return w.remove()
	}
	w.picture.image = true
	return w.keep()
}

// exif makes an EXIF chunk one that holds the orientation alone, upright where
// there was none, because VP8X has announced it; zeros fill it up. One too short
// for that holds zeros only.
func (w *webpFile) exif() error {
	b, err := w.look(8 + int(min(w.body, exifMax)))
	if err != nil {
		return err
	}
	o := orientation(bytes.TrimPrefix(b[8:], []byte(exifPrefix)))
	if o == 0 {
		o = upright
	}
	var fresh []byte
	if w.body >= freshTIFFMin {
		fresh = freshTIFF(o)
		fresh = fresh[:min(w.body, int64(len(fresh)))]
	}
	w.erase = true
	return w.replace("EXIF", fresh)
}
