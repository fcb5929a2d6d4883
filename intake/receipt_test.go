package intake_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"dengwen/intake"
)

func TestNewReceipt(t *testing.T) {
	const n = 100_000
	seen := make(map[intake.Receipt]bool, n)
	var places [22][10]int
	var digits [10]int
	for range n {
		r := intake.NewReceipt()
		if seen[r] {
			t.Fatalf("%s came twice", r)
		}
		seen[r] = true
		if back, err := intake.ParseReceipt(string(r)); err != nil || back != r {
			t.Fatalf("%s: %q, %v", r, back, err)
		}
		for i := range places {
			places[i][r[i]-'0']++
			digits[r[i]-'0']++
		}
	}
	// A count is binomial; seven deviations do not happen by chance, while
	// taking a byte modulo ten would show in digits as more than nine.
	even := func(what string, got, of int) {
		if off := math.Abs(float64(got) - 0.1*float64(of)); off > 7*math.Sqrt(float64(of)*0.09) {
			t.Errorf("%s: %d of %d", what, got, of)
		}
	}
	for d := range digits {
		even(fmt.Sprintf("digit %d", d), digits[d], n*len(places))
		for i := range places {
			even(fmt.Sprintf("digit %d at place %d", d, i+1), places[i][d], n)
		}
	}
}

// Codes that anyone can work out: the check digits are 98 minus the remainder
// by 97 of the number with two zeros behind it.
func TestReceiptCheckDigits(t *testing.T) {
	for code, fits := range map[string]bool{
		"000000000000000000000098": true, // nothing
		"000000000000000000000195": true, // 100 leaves 3
		"000000000000000000003202": true, // 3200 leaves 96
		"000000000000000000006597": true, // 6500 leaves 1
		"000000000000000000079444": true, // 79400 leaves 54
		// 01, 99 and 00 leave what 98, 02 and 97 leave, but never stand.
		"000000000000000000000001": false,
		"000000000000000000003299": false,
		"000000000000000000006500": false,
		"000000000000000000079445": false,
	} {
		if _, err := intake.ParseReceipt(code); (err == nil) != fits || err != nil && !errors.Is(err, intake.ErrMistyped) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// Every wrong digit and every swap of neighbours, at every place of many codes.
func TestReceiptCatchesSlips(t *testing.T) {
	for range 200 {
		r := []byte(intake.NewReceipt())
		refused := func(what string, place int) {
			t.Helper()
			if _, err := intake.ParseReceipt(string(r)); !errors.Is(err, intake.ErrMistyped) {
				t.Errorf("%s: %s at %d: %v", r, what, place, err)
			}
		}
		for i, right := range r {
			for d := byte('0'); d <= '9'; d++ {
				if d != right {
					r[i] = d
					refused("wrong digit", i)
				}
			}
			r[i] = right
			if i > 0 && r[i-1] != right {
				r[i-1], r[i] = r[i], r[i-1]
				refused("swap", i)
				r[i-1], r[i] = r[i], r[i-1]
			}
		}
	}
}

func TestParseReceipt(t *testing.T) {
	const code = "000000000000000000000195"
	for _, in := range []string{
		code,
		"0000 0000 0000 0000 0000 0195",
		" 0000-0000–0000—0000−0000‐0195\r\n",
		"0000\u00a00000\u30000000\u2009\u202f000000000195",
		"\ufeff0000\u200b0000\u200d0000\u20600000\u00ad00000195\u200e",
		"００００　００００　００００　００００　００００　０１９５",
		"0000－0000－0000－0000－0000－0１9５",
		"0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 9 5",
		strings.Repeat(" ", 1000) + code,
	} {
		if got, err := intake.ParseReceipt(in); err != nil || got != code {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{
		"":                               "0 digits, not 24",
		"0000 0000":                      "8 digits, not 24",
		code + "0":                       "25 digits, not 24",
		strings.Repeat("1", 500):         "500 digits, not 24",
		"000000000000000000000194":       "check digits",
		"O00000000000000000000195":       "character 1 is not a digit",
		"0000.0000.0000.0000.0000.0195":  "character 5 is not a digit",
		"０000\xff":                       "character 5 is not a digit",
		"٠00000000000000000000195":       "character 1 is not a digit",
		strings.Repeat(" ", 1001) + code: "far longer",
		strings.Repeat("1", 100_000):     "far longer",
	} {
		got, err := intake.ParseReceipt(in)
		if !errors.Is(err, intake.ErrMistyped) || got != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestReceiptGrouped(t *testing.T) {
	if got := intake.Receipt("123456789012345678901234").Grouped(); got != "1234 5678 9012 3456 7890 1234" {
		t.Error(got)
	}
	if got := intake.Receipt("").Grouped(); got != "" {
		t.Errorf("%q", got)
	}
}

func FuzzParseReceipt(f *testing.F) {
	for _, s := range []string{
		"", "000000000000000000000195", "0000 0000 0000 0000 0000 0195", "００００-0000", "\u200b\ufeff\u00a0", "\xff\xfe", "000000000000000000000001",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := intake.ParseReceipt(s)
		if err != nil {
			if r != "" || !errors.Is(err, intake.ErrMistyped) {
				t.Fatalf("%q: %q, %v", s, r, err)
			}
			return
		}
		if len(r) != 24 || strings.Trim(string(r), "0123456789") != "" {
			t.Fatalf("%q: %q", s, r)
		}
		if again, err := intake.ParseReceipt(r.Grouped()); err != nil || again != r {
			t.Fatalf("%q shown as %q: %q, %v", s, r.Grouped(), again, err)
		}
	})
}
