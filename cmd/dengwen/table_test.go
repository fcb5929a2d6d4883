package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	got := table{{"单位", "n"}, {"x", "12", "end"}, {"a\x1b[31m\nb", ""}}.String()
	if diff := cmp.Diff("单位      n\nx         12  end\na [31m b\n", got); diff != "" {
		t.Error(diff)
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		s       string
		columns int
		want    string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"登闻鼓", 6, "登闻鼓"}, {"登闻鼓", 5, "登闻…"}, {"登闻鼓", 4, "登…"}, {"a\nb", 9, "a b"}, {"", 1, ""},
	} {
		if got := shorten(tt.s, tt.columns); got != tt.want {
			t.Errorf("%q to %d: %q, want %q", tt.s, tt.columns, got, tt.want)
		}
	}
}

func TestInert(t *testing.T) {
	for cell, want := range map[string]string{
		"=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r": "'\r", "": "", "1-2": "1-2", "登": "登", "a=1": "a=1",
	} {
		if got := inert(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}
