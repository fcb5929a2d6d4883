package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

func TestExplain(t *testing.T) {
	err := fmt.Errorf("a.csv: %w", intake.Explain(intake.Explain(intake.ErrTooLong, "ledger.rows", "more than %d rows", 7), "ledger.line", "line %d", 8))
	if want := "a.csv: line 8: more than 7 rows: over the limit"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if !errors.Is(err, intake.ErrTooLong) || errors.Is(err, intake.ErrInvalid) {
		t.Errorf("%v wraps another sentinel", err)
	}
	d, ok := errors.AsType[*intake.Detail](err)
	if !ok || d.ID != "ledger.line" || d.Text != "line 8" || !cmp.Equal(d.Args, []any{8}) {
		t.Errorf("%+v", d)
	}
	if alone := intake.Explain(nil, "ledger.empty", "the file is empty"); alone.Error() != "the file is empty" || errors.Unwrap(alone) != nil {
		t.Errorf("%q wraps %v", alone, errors.Unwrap(alone))
	}
}

// Every field that Check names is among Names.
func TestNames(t *testing.T) {
	long := strings.Repeat("x", intake.MaxHeaders+1)
	r := intake.Report{Channel: intake.Web, Text: long, Subject: long, Unit: long, Recorder: long, Persons: []intake.Person{{Name: long, Post: long}},
		Identity: intake.Identity{Name: long, Contact: long, Phone: long, Remark: long, Headers: long}}
	r.Arrived = instant(t, "2026-09-08T09:00:00+08:00")
	places := map[intake.Name]*string{
		"text": &r.Text, "subject": &r.Subject, "unit": &r.Unit, "recorder": &r.Recorder, "person": &r.Persons[0].Name, "post": &r.Persons[0].Post,
		"name": &r.Identity.Name, "contact": &r.Identity.Contact, "phone": &r.Identity.Phone, "remark": &r.Identity.Remark, "headers": &r.Identity.Headers,
	}
	for _, name := range intake.Names() {
		d, ok := errors.AsType[*intake.Detail](r.Check())
		if !ok || d.Args[0] != name {
			t.Fatalf("Check names %v, want %s", r.Check(), name)
		}
		*places[name] = "x"
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}
