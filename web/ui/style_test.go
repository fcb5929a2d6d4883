package ui

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	property = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]+)`)
	rule     = regexp.MustCompile(`[^{}]+\{[^{}]*\}`)
	inkOf    = regexp.MustCompile(`[^-]color: var\(--([a-z-]+)\)`)
	groundOf = regexp.MustCompile(`background: var\(--([a-z-]+)\)`)
)

func stylesheet(t *testing.T) string {
	t.Helper()
	css, err := frame.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	return string(css)
}

// schemes are the colours of the light and the dark scheme, by name.
func schemes(t *testing.T, css string) map[string]map[string]string {
	t.Helper()
	light, dark := map[string]string{}, map[string]string{}
	at := strings.Index(css, "@media screen and (prefers-color-scheme: dark)")
	for i, block := range regexp.MustCompile(`:root \{[^}]*\}`).FindAllStringIndex(css, -1) {
		if (i == 0) != (block[0] < at) || i > 1 {
			t.Fatal("the schemes are not where they are expected")
		}
		for _, m := range property.FindAllStringSubmatch(css[block[0]:block[1]], -1) {
			if i == 0 {
				light[m[1]] = m[2]
				dark[m[1]] = m[2]
			} else if light[m[1]] == "" {
				t.Errorf("there is no light %s", m[1])
			}
			dark[m[1]] = m[2]
		}
	}
	if len(light) < 15 || light["paper"] == dark["paper"] {
		t.Fatalf("colours: %v, %v", light, dark)
	}
	return map[string]map[string]string{"light": light, "dark": dark}
}

// luminance is the relative luminance of #rgb or #rrggbb (WCAG 2.2).
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	hex := color[1:]
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("%s is no colour", color)
	}
	linear := func(c uint64) float64 {
		if v := float64(c&0xff) / 255; v > 0.04045 {
			return math.Pow((v+0.055)/1.055, 2.4)
		} else {
			return v / 12.92
		}
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	high, low := luminance(t, a), luminance(t, b)
	return (max(high, low) + 0.05) / (min(high, low) + 0.05)
}

// onGround are the inks of text, by the ground that they stand on.
var onGround = map[string][]string{
	"paper": {"ink", "soft", "link", "warn"}, "shade": {"ink", "soft", "link"}, "brand": {"fill"},
	"go": {"fill"}, "go-over": {"fill"}, "stop": {"fill"}, "stop-over": {"fill"}, "new": {"fill"},
}

// TestContrast: text has a contrast of at least 4.5 in both schemes, the edge of
// a field 3, and one of the two rings of the focus 3 on every ground (WCAG 2.2,
// 1.4.3, 1.4.11, 2.4.7).
func TestContrast(t *testing.T) {
	if got := contrast(t, "#fff", "#767676"); math.Abs(got-4.54) > 0.01 {
		t.Fatalf("the contrast of #767676 on white is %.2f", got)
	}
	for name, colors := range schemes(t, stylesheet(t)) {
		for ground, inks := range onGround {
			for _, ink := range inks {
				if got := contrast(t, colors[ink], colors[ground]); got < 4.5 {
					t.Errorf("%s: %s on %s: %.2f", name, ink, ground, got)
				}
			}
			if best := max(contrast(t, colors["focus"], colors[ground]), contrast(t, colors["ring"], colors[ground])); best < 3 {
				t.Errorf("%s: the focus on %s: %.2f", name, ground, best)
			}
		}
		for _, edge := range []string{"ink", "soft", "good", "warn"} {
			if got := contrast(t, colors[edge], colors["paper"]); got < 3 {
				t.Errorf("%s: the edge %s: %.2f", name, edge, got)
			}
		}
	}
}

// TestEveryPairIsComputed: a rule that sets ink and ground has a pair that the
// test above knows, and no colour has another place than the schemes.
func TestEveryPairIsComputed(t *testing.T) {
	css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(stylesheet(t), "")
	pairs := 0
	for _, r := range rule.FindAllString(css, -1) {
		if strings.Contains(r, ":root") {
			continue
		}
		if regexp.MustCompile(`#[0-9a-f]{3,6}|rgb|hsl`).MatchString(r[strings.Index(r, "{"):]) {
			t.Errorf("a colour stands in%s", r)
		}
		ink, ground := inkOf.FindStringSubmatch(r), groundOf.FindStringSubmatch(r)
		if ink == nil || ground == nil {
			continue
		}
		pairs++
		known := false
		for _, name := range onGround[ground[1]] {
			known = known || name == ink[1]
		}
		if !known {
			t.Errorf("nothing computes %s on %s, of%s", ink[1], ground[1], r)
		}
	}
	if pairs < 5 {
		t.Errorf("only %d pairs are found", pairs)
	}
}

// TestStylesheet: it is small enough to stand in every page, loads nothing, and
// nothing in it moves.
func TestStylesheet(t *testing.T) {
	css := stylesheet(t)
	if n := len(css); n > 14<<10 {
		t.Errorf("%d bytes", n)
	}
	for _, never := range []string{"url(", "@import", "@font-face", "transition", "animation", "scroll-behavior", "outline: none", "outline: 0", "<"} {
		if strings.Contains(css, never) {
			t.Errorf("it has %s", never)
		}
	}
	for _, want := range []string{":focus-visible", "@media print", "html.large", "position: sticky", ".onlyprint", "forced-color-adjust"} {
		if !strings.Contains(css, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if open, closed := strings.Count(css, "{"), strings.Count(css, "}"); open != closed {
		t.Errorf("%d blocks are opened, %d closed", open, closed)
	}
	// Sizes in px would not grow with the text; hairlines, rings and what is
	// clipped away may.
	for _, m := range regexp.MustCompile(`[0-9]+px`).FindAllString(css, -1) {
		if n, _ := strconv.Atoi(strings.TrimSuffix(m, "px")); n > 5 {
			t.Errorf("a length of %s", m)
		}
	}
}
