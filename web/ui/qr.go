package ui

import (
	"errors"
	"fmt"
	"html/template"
	"strings"
	"sync/atomic"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quietZone is how many modules of white ISO/IEC 18004 wants around a code.
const quietZone = 4

// QR draws an address as a QR code, at error correction level M: a picture in
// the page itself, with nothing to load and no style of its own, black on white
// whatever the reader's colours are, for many cameras take no other. The
// stylesheet gives it its size. The label is what a screen reader says of it.
//
// An address is ASCII, at most 2,331 bytes: readers disagree about other
// characters, so whoever has some percent-encodes them.
func QR(address, label string) (template.HTML, error) {
	d := lastDrawn.Load()
	if d == nil || d.address != address {
		var err error
		if d, err = draw(address); err != nil {
			return "", err
		}
		lastDrawn.Store(d)
	}
	return template.HTML(fmt.Sprintf(`<svg class="qr" role="img" aria-label="%s" viewBox="0 0 %d %[2]d" shape-rendering="crispEdges">`+
		`<rect width="%[2]d" height="%[2]d" fill="#fff"></rect><path fill="#000" d="%[3]s"></path></svg>`,
		template.HTMLEscapeString(label), d.width, d.path)), nil
}

// A drawing is a code without its label.
type drawing struct {
	address, path string
	width         int // in modules, with the quiet zone
}

// lastDrawn is kept because a drawing takes some milliseconds, more than all
// else of a page, and a site shows one and the same address.
var lastDrawn atomic.Pointer[drawing]

func draw(address string) (*drawing, error) {
	if address == "" || strings.IndexFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return nil, errors.New("a QR code holds an address in ASCII, without spaces")
	}
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("a QR code holds at most 2331 bytes, and the address has %d", len(address))
	}
	return &drawing{address, bars(code), code.Bounds().Dx() + 2*quietZone}, nil
}

// bars is the path of a code: a rectangle for each run of black modules in a
// row.
func bars(code barcode.Barcode) string {
	var path strings.Builder
	size := code.Bounds().Dx()
	black := func(x, y int) bool {
		if x == size {
			return false
		}
		shade, _, _, _ := code.At(x, y).RGBA()
		return shade == 0
	}
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%[3]dz", from+quietZone, y+quietZone, x-from)
			}
		}
	}
	return path.String()
}
