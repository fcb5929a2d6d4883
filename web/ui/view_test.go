package ui

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// TestChoicesAreKept: a language and a size that were chosen by links stay in
// every link, each while the other changes, and so does what the page itself
// has for a query.
func TestChoicesAreKept(t *testing.T) {
	type links struct{ Link, Other, Resized string }
	for _, tt := range []struct {
		target string
		query  []string
		want   links
	}{
		{"/", nil, links{"/x?a=1", "/report?lang=zh-CN", "/report?size=large"}},
		{"/?size=large", nil, links{"/x?a=1&size=large", "/report?lang=zh-CN&size=large", "/report"}},
		{"/?lang=en", nil, links{"/x?a=1&lang=en", "/report?lang=zh-CN", "/report?lang=en&size=large"}},
		{"/?lang=en&size=large", nil, links{"/x?a=1&lang=en&size=large", "/report?lang=zh-CN&size=large", "/report?lang=en"}},
		{"/?size=huge&lang=xx", nil, links{"/x?a=1", "/report?lang=zh-CN", "/report?size=large"}},
		{"/?unit=z", []string{"unit", "一局 & 二局"}, links{"/x?a=1", "/report?lang=zh-CN&unit=%E4%B8%80%E5%B1%80+%26+%E4%BA%8C%E5%B1%80", "/report?size=large&unit=%E4%B8%80%E5%B1%80+%26+%E4%BA%8C%E5%B1%80"}},
		{"/?lang=en&size=large", []string{"a", "1", "b", "2"}, links{"/x?a=1&lang=en&size=large", "/report?a=1&b=2&lang=zh-CN&size=large", "/report?a=1&b=2&lang=en"}},
	} {
		r := httptest.NewRequest("GET", tt.target, nil)
		r.Header.Set("Accept-Language", "en")
		v := NewView(r)
		v.Path, v.Query = "/report", tt.query
		others := v.Others()
		if len(others) != len(Languages())-1 {
			t.Fatalf("%s: other languages: %v", tt.target, others)
		}
		got := links{v.Link("/x", "a", 1), others[len(others)-1].Link, v.Resized()}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s with %q:\n%s", tt.target, tt.query, diff)
		}
		v.Path = ""
		if v.Others() != nil || v.Resized() != "" {
			t.Errorf("%s: the answer to a form leads away from itself", tt.target)
		}
	}
}
