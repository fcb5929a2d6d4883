package ui

import (
	"net/http/httptest"
	"testing"
)

// The language is the one that was chosen, else the browser's, else Chinese.
func TestLanguage(t *testing.T) {
	for _, tt := range []struct{ query, header, want string }{
		{"", "", Chinese},
		{"", "*", Chinese},
		{"", "*;q=0.5", Chinese},
		{"", "!!!", Chinese},
		{"", "no_such-thing-at-all-here, ;;", Chinese},
		{"", "und", Chinese},
		{"", "en", English},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", Chinese},
		{"", "en-GB,zh;q=0.5", English},
		{"", "en;q=0.3,zh;q=0.5", Chinese},
		{"", "fr", English},
		{"", "fr, *;q=0.1", English},
		{"", "!!!, en;q=0.7", English},
		{"?lang=en", "zh-CN", English},
		{"?lang=zh-CN", "en", Chinese},
		{"?lang=xx", "*", Chinese},
	} {
		r := httptest.NewRequest("GET", "/"+tt.query, nil)
		r.Header.Set("Accept-Language", tt.header)
		if got := NewView(r).Language(); got != tt.want {
			t.Errorf("%s with %q: %s, want %s", tt.query, tt.header, got, tt.want)
		}
	}
}
