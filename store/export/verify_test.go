package export_test

import (
	"testing"

	"dengwen/store/export"
)

func TestRoundTrip(t *testing.T) {
	l := fullLog(t)
	size := int64(len(l.headers))
	b := l.export(nil)
	r := sound(t, b, export.Options{Key: l.key()})
	if r.Entries != size || r.Root.String() != "" && r.From != 0 {
		t.Errorf("report %+v of %d entries", r, size)
	}
}
