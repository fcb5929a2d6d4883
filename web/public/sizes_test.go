package public_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/store/entry"
)

// What lies on the disk tells by its size neither how much was written, up to
// some hundred characters, nor whether a name was left.
func TestSizes(t *testing.T) {
	w := newWorld(t)
	short, long := strings.Repeat("短", 10), strings.Repeat("长", 400)
	forms := map[string]url.Values{
		"short":                {"text": {short}},
		"long":                 {"text": {long}},
		"short with a name":    {"text": {short}, "contact_name": {"王某某"}, "contact_way": {"000-1111，某某路 1 号"}},
		"long with a name":     {"text": {long}, "contact_name": {strings.Repeat("名", 200)}, "contact_way": {strings.Repeat("号", 200)}},
		"long with everything": {"text": {long}, "unit": {"市水利局"}, "person": {"张某"}, "post": {"科长"}, "category": {"duty-crime"}, "subject": {"标题"}, "contact_name": {"王"}},
		"short about the team": {"text": {short}, "about_team": {"1"}},
		"long about the team":  {"text": {long}, "about_team": {"1"}, "contact_name": {"王某某"}},
	}
	type size struct {
		Role entry.Role
		Size int64
	}
	of := func() (list []size) {
		all := w.taken(t)
		for _, p := range all[len(all)-1].Header.Parts {
			list = append(list, size{p.Role, p.Size})
		}
		return list
	}
	var first []size
	for what, values := range forms {
		code := w.post(t, "/report", values).code(t)
		if got := of(); first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("%s has other sizes: %s", what, diff)
		}
		w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {values.Get("text")}})
		if diff := cmp.Diff(first, of()); diff != "" {
			t.Errorf("what is added to %s has other sizes: %s", what, diff)
		}
	}
	if fmt.Sprint(first[0].Role, first[1].Role) != fmt.Sprint(entry.RoleReport, entry.RoleIdentity) || len(first) != 2 {
		t.Errorf("parts: %+v", first)
	}
}
