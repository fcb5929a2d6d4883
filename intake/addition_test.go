package intake_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
)

func TestAdditionCheck(t *testing.T) {
	none := func(func(intake.File, error) bool) {}
	for _, tt := range []struct {
		name   string
		change func(*intake.Addition)
		want   error
		says   string
	}{
		{"plain", func(*intake.Addition) {}, nil, ""},
		{"text at its limit", func(a *intake.Addition) { a.Text = strings.Repeat("字", intake.MaxText) }, nil, ""},
		{"files without text", func(a *intake.Addition) { a.Text, a.Files = " ", none }, nil, ""},
		{"both", func(a *intake.Addition) { a.Files = none }, nil, ""},

		{"no arrival", func(a *intake.Addition) { a.Arrived = time.Time{} }, intake.ErrInvalid, "arrival"},
		{"nothing", func(a *intake.Addition) { a.Text = "" }, intake.ErrEmpty, "text"},
		{"nothing to see", func(a *intake.Addition) { a.Text = " \u200b\n\u3000" }, intake.ErrEmpty, "text"},
		{"text", func(a *intake.Addition) { a.Text = strings.Repeat("字", intake.MaxText+1) }, intake.ErrTooLong, "text: 20001 characters, at most 20000"},
		{"text with files", func(a *intake.Addition) { a.Text, a.Files = strings.Repeat("字", intake.MaxText+1), none }, intake.ErrTooLong, "text"},
		{"not UTF-8", func(a *intake.Addition) { a.Text = "\xb5\xc7\xce\xc5" }, intake.ErrInvalid, "text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := intake.Addition{Arrived: time.Unix(1, 0), Text: "x"}
			tt.change(&a)
			err := a.Check()
			if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %v saying %q", err, tt.want, tt.says)
			}
		})
	}
}
