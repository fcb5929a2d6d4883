package storetest

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"dengwen/intake"
)

// Callee is the duty phone that the calls of Record are made to.
const Callee = "8000"

// Record is a call as the exchange records it: answered, and a minute long. Its
// instant and its caller are its whole meaning. (Call is a row of the ledger.)
func Record(at time.Time, caller string) *intake.Call {
	return &intake.Call{At: at, Caller: caller, Callee: Callee, Seconds: 60, Answered: true, Meaning: fmt.Appendf(nil, "%d %s", at.UnixNano(), caller)}
}

// Records yields calls, and then the error if there is one.
func Records(err error, calls ...*intake.Call) iter.Seq2[*intake.Call, error] {
	return func(yield func(*intake.Call, error) bool) {
		for _, c := range calls {
			if !yield(c, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// TakeCalls brings a call record into the box and returns the outcomes.
func (b *Box) TakeCalls(t testing.TB, calls ...*intake.Call) []intake.Outcome {
	t.Helper()
	outs := make([]intake.Outcome, len(calls))
	if err := b.SubmitCalls(t.Context(), false, Records(nil, calls...), func(i int, o intake.Outcome) { outs[i] = o }); err != nil {
		t.Fatal(err)
	}
	return outs
}
