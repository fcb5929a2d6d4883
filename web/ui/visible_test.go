package ui

import "testing"

func TestVisible(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "登记表 1.csv": "登记表 1.csv", `a\b'c`: `a\b'c`, "a\x1b[2Jb": `a\x1b[2Jb`, "a\nb\tc": `a\nb\tc`,
		"gepj\u202evsc": `gepj\u202evsc`, "\u2066a\u2069\u200b": `\u2066a\u2069\u200b`, "a\u2028b": `a\u2028b`,
		"\u009b1m": `\u009b1m`, "\x9b1m": `\x9b1m`, "\ufffd": "\ufffd", "\U000e0041": `\U000e0041`,
	} {
		if got := Visible(s); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

// What comes from outside cannot make a sentence say something else.
func TestTextIsVisible(t *testing.T) {
	for name, tt := range map[string]struct {
		value any
		want  string
	}{
		"string": {"a\nroot: b\u202e", `x: a\nroot: b\u202e`}, "lines": {Lines("a\nb"), "x: a\nb"},
	} {
		if got := NewWords(English).Text("error.within", "Place", "x", "What", tt.value); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
