package ui

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

var bar = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// modules draws the path of a picture again: which modules are black.
func modules(t *testing.T, svg string, width int) [][]bool {
	t.Helper()
	black := make([][]bool, width)
	for y := range black {
		black[y] = make([]bool, width)
	}
	path := regexp.MustCompile(` d="([^"]*)"`).FindStringSubmatch(svg)[1]
	if rest := bar.ReplaceAllString(path, ""); rest != "" {
		t.Errorf("the path has %q", rest)
	}
	for _, m := range bar.FindAllStringSubmatch(path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Errorf("%s is no rectangle", m[0])
		}
		for i := range n {
			if black[y][x+i] {
				t.Errorf("%d, %d is drawn twice", x+i, y)
			}
			black[y][x+i] = true
		}
	}
	return black
}

// TestQR: the picture has the modules of the code, four white ones around them,
// and nothing that the policy of a page would not let in.
func TestQR(t *testing.T) {
	for _, address := range []string{"https://report.example.invalid/", "HTTP://EXAMPLE.INVALID", "12345", "https://report.example.invalid/report?unit=%E7%A4%BA%E4%BE%8B",
		"http://" + strings.Repeat("abcdefg2", 7) + ".onion/", "https://example.invalid/" + strings.Repeat("x", 2300)} {
		html, err := QR(address, `the "code" <of> it`)
		if err != nil {
			t.Fatal(err)
		}
		svg := string(html)
		code, err := qr.Encode(address, qr.M, qr.Auto)
		if err != nil {
			t.Fatal(err)
		}
		size := code.Bounds().Dx()
		width := size + 8
		for _, want := range []string{fmt.Sprintf(`viewBox="0 0 %d %d"`, width, width), fmt.Sprintf(`<rect width="%d" height="%d" fill="#fff">`, width, width),
			`role="img"`, `aria-label="the &#34;code&#34; &lt;of&gt; it"`, `shape-rendering="crispEdges"`, `<path fill="#000"`} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s: the picture does not have %s", address, want)
			}
		}
		for _, never := range []string{"style=", " id=", "href", "url(", "<script"} {
			if strings.Contains(svg, never) {
				t.Errorf("%s: the picture has %s", address, never)
			}
		}
		black := modules(t, svg, width)
		for y := range width {
			for x := range width {
				within, want := x >= 4 && x < size+4 && y >= 4 && y < size+4, false
				if within {
					shade, _, _, _ := code.At(x-4, y-4).RGBA()
					want = shade == 0
				}
				if black[y][x] != want {
					t.Fatalf("%s: the module %d, %d is black: %v", address, x, y, black[y][x])
				}
			}
		}
	}
}

func TestQRRefuses(t *testing.T) {
	for _, address := range []string{"", "https://example.invalid/示例", "a b", "a\nb", strings.Repeat("x", 2332)} {
		if html, err := QR(address, "x"); err == nil || html != "" || len(address) > 3 && strings.Contains(err.Error(), address) {
			t.Errorf("%.20q: %v", address, err)
		}
	}
}

// One address after another is drawn anew, with the label of the reader.
func TestQRIsOfItsAddress(t *testing.T) {
	draw := func(address, label string) string {
		html, err := QR(address, label)
		if err != nil {
			t.Fatal(err)
		}
		return string(html)
	}
	first, other, label := draw("https://a.invalid/", "a"), draw("https://b.invalid/", "a"), draw("https://b.invalid/", "b")
	if first == other || other != strings.Replace(label, `"b"`, `"a"`, 1) || first != draw("https://a.invalid/", "a") {
		t.Error("a code is not of its address")
	}
}
