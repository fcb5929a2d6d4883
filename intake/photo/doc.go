// Package photo takes out of a photo what tells where, when and with what it
// was taken, while its bytes stream by. The picture itself is not decoded: its
// compressed data goes through byte for byte, and so do its size and, rewritten,
// its orientation.
//
//	Sniff        says from the first bytes what a file is      kind.go
//	Clean        wraps a reader of the original                clean.go
//	jpegFile     JPEG, ITU-T T.81 and JFIF 1.02                jpeg.go, jpegsegment.go
//	pngFile      PNG, W3C third edition, with its animations   png.go, pngchunk.go
//	webpFile     WebP, RFC 9649                                webp.go, webpchunk.go
//	orientation  the one thing that is kept of Exif            exif.go
//
// # What stays
//
// Each format has a list of parts that stay: those that a decoder needs to draw
// the picture. Every other part goes, known or not: Exif, XMP, IPTC, comments,
// thumbnails, maker notes, dates, private parts. Of the parts that stay, those
// with room for more than their purpose are written anew (JFIF, Adobe, VP8X,
// padding), and lengths that do not fit the content are refused. Of Exif a new
// one is written, with the orientation alone.
//
// # What also goes
//
// ICC profiles go, because they name the maker of the camera or the screen.
// Where a photo used a wide gamut, such as Display P3, its colours may look a
// little paler afterwards. Whatever follows the picture goes: the film of a
// motion photo, gain maps, depth maps, the tail of an older, uncropped picture.
//
// # What cannot be taken out
//
// Whatever the compressed data itself says is kept with it: a face, a name
// plate, a date burnt into the picture, a watermark, the marks that one sensor
// leaves on all its photos, and bytes hidden in the compressed data behind the
// last pixel. So are the choices of an encoder (its tables, the order of its
// parts, the density), which differ between makes of camera, and in WebP how
// long each part was that went.
//
// # Limits
//
// One Clean holds one buffer of 72 KB, however long the photo is. A JPEG segment
// is at most 64 KB by its format; of Exif in PNG and WebP the first 64 KB are
// looked at. A file of more than a million parts is refused.
package photo
