package intake_test

import (
	"strings"
	"testing"

	"dengwen/intake"
)

func TestSameNumber(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"13800000001", "13800000001", true},
		{"１３８００００００01", "138 0000-0001", true},
		{"+8613800000001", "13800000001", true},
		{"+86 (0)731 1234567", "0731-1234567", true},
		{"008613800000001", "8613800000001", true},
		{"8673112345678", "073112345678", true},
		{"013800000001", "913800000001", true},
		{"9013800000001", "013800000001", true},
		{"9073112345678", "731-12345678", true},
		{"91234567", "07311234567", false}, // no local number begins with 1
		{"92234567", "07312234567", true},
		{"922345678", "01022345678", true},
		{"02022345678", "22345678", true},
		{"009902345678", "09902345678", true}, // an area code may begin with 9
		{"1234567", "07311234567", true},
		{"234567", "0731234567", false}, // six digits are no tail
		{"2345678", "8612342345678", true},
		{"2345678", "1234562345678", false}, // six digits in front
		{"1234567", "01234567", true},
		{"12345678", "87654321", false},
		{"8001", "8001", true},
		{"8001", "08001", true},
		{"8001", "13800008001", false},
		{"86123456", "123456", false}, // a local number that begins with 86
		{"86123456", "86123456", true},
		{"95588", "95588", true},
		{"13800000001/0731-2234567", "2234567", true},
		{"13800000001、13800000002", "13800000002", true},
		{"0731-2234567转8001", "07312234567", true},
		{"13800000001(本人)", "13800000001", true},
		{"sip:13800000001", "13800000001", true},
		{"", "", false},
		{"无", "无", false},
		{"anonymous", "anonymous", false},
		{"12", "12", false},
		{"0000", "0000", false},
		{"1.38E+10", "1.38E+10", false},
		{"'１.38e+10", "13810", false},
		{"13800000001.0", "138000000010", false},
		{"########", "########", false},
		{"#NAME?", "#NAME?", false},
	} {
		if got := intake.SameNumber(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
		if got := intake.SameNumber(tt.b, tt.a); got != tt.want {
			t.Errorf("%q and %q: %v", tt.b, tt.a, got)
		}
	}
}

func TestNumberTail(t *testing.T) {
	for s, want := range map[string]string{"13800000041": "0041", "0731-223 45 67": "4567", "＋86 138 0000 ００４１": "0041", "2234567": "4567",
		"8001": "", "234567": "", "": "", "匿名": "", "1.38E+10": "", "110/13800000041": "0041"} {
		if got := intake.NumberTail(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func FuzzSameNumber(f *testing.F) {
	for _, s := range []string{"13800000001", "+86 138 0000 0001", "008613800000001", "0731-1234567转8001", "9073112345678", "8001", "1.38E+10", "####", "１３８", "1/2、3,4;5|123", "\xff9\x00", strings.Repeat("9", 300)} {
		f.Add(s, "07311234567")
		f.Add("13800000001", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		same := intake.SameNumber(a, b)
		if intake.SameNumber(b, a) != same {
			t.Error("not the other way round")
		}
		if same && (!intake.SameNumber(a, a) || !intake.SameNumber(b, b)) {
			t.Error("one of them is not like itself")
		}
		if found := intake.MatchCalls([]intake.Call{{At: noon, Caller: a, Answered: true}}, []intake.LedgerRow{{At: noon.Add(nearly), Phone: b}}); (found[0] == 0) != same {
			t.Errorf("same is %v, matched with %d", same, found[0])
		}
		if tail := intake.NumberTail(a); len(tail) != 0 && len(tail) != 4 || tail != "" && !intake.SameNumber(a, a) {
			t.Errorf("tail %q", tail)
		}
	})
}
