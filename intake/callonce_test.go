package intake_test

import (
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

func TestDistinctCalls(t *testing.T) {
	const a, b = "13800000001", "13800000002"
	unanswered := func(at time.Time, caller string) intake.Call { return intake.Call{At: at, Caller: caller} }
	for _, tt := range []struct {
		what  string
		calls []intake.Call
		want  []int
	}{
		{"none", nil, []int{}},
		{"by start", []intake.Call{answered(at(1, 0), a, 60), answered(noon, a, 60)}, []int{1, 0}},
		{"two logs", []intake.Call{answered(noon, a, 60), answered(at(0, 2), "9"+a, 61)}, []int{1}},
		{"three seconds", []intake.Call{answered(noon, a, 60), answered(at(0, 3), a, 60)}, []int{0, 1}},
		{"each two seconds after another", []intake.Call{answered(noon, a, 60), answered(at(0, 2), a, 61), answered(at(0, 4), a, 62), answered(at(0, 6), a, 0)}, []int{1, 2}},
		{"the answered one stands", []intake.Call{unanswered(noon, a), answered(at(0, 1), a, 0), unanswered(at(0, 2), a)}, []int{1}},
		{"equal ones", []intake.Call{answered(noon, a, 60), answered(noon, a, 60)}, []int{0}},
		{"two numbers", []intake.Call{answered(noon, a, 60), answered(noon, b, 60)}, []int{0, 1}},
		{"one number without the area code", []intake.Call{answered(noon, "07312234567", 60), answered(noon, "2234567", 50)}, []int{0}},
		{"withheld", []intake.Call{answered(noon, "", 60), answered(noon, "anonymous", 60)}, []int{0, 1}},
		{"others between", []intake.Call{answered(noon, a, 60), answered(noon, b, 60), answered(at(0, 1), b, 70), answered(at(0, 1), a, 70)}, []int{2, 3}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, intake.DistinctCalls(tt.calls)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
