package store

import (
	"context"
	"fmt"
	"iter"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// SubmitCalls is SubmitAll for a call record: every call of the file that lies
// within the inspection goes in as a call entry, sealed to the custodian and the
// archive, or none does. Calls outside the hours are kept too, answered or not,
// for the ledger is held against them. One before the first or after the last
// day, or after the cutoff, is refused, and nobody counts that: no reporter was
// turned away. A call with the Meaning of one that is there is a duplicate.
func (b *Box) SubmitCalls(ctx context.Context, dryRun bool, calls iter.Seq2[*intake.Call, error], each func(i int, o intake.Outcome)) error {
	return b.submitFile(ctx, dryRun, func(yield func(submission, error) bool) {
		n := 0
		for c, err := range calls {
			var sub submission
			if n++; err == nil {
				if err = c.Check(); err != nil {
					err = fmt.Errorf("call %d: %w", n, err)
				}
				sub = submission{Report: &intake.Report{Channel: intake.Hotline, Arrived: c.At}, mac: b.keyed(callDomain, c.Meaning), call: c}
			}
			if !yield(sub, err) {
				return
			}
		}
	}, each)
}

// callDomain keeps the meanings of calls apart from those of reports: no
// channel's name has a slash.
const callDomain = "call/" + string(intake.Hotline)

// packCall seals a call. Who called is identity, so the team cannot read it.
func (b *Box) packCall(ctx context.Context, st *standing, r submission, p *parcel) error {
	if err := hold(ctx, b.cores); err != nil {
		return err
	}
	defer func() { <-b.cores }()
	p.header.Parts = []entry.Part{{Role: entry.RoleCall}}
	call := entry.Call{At: r.call.At.UTC(), Caller: r.call.Caller, Callee: r.call.Callee, Seconds: r.call.Seconds, Answered: r.call.Answered}
	sealed, err := sealPart(st, p.header, entry.Inner{Role: entry.RoleCall, Call: &call}, seal.LeastNote, []seal.Recipient{st.custodian, st.archive})
	if err != nil {
		return err
	}
	p.header.Parts[0] = entry.Part{Role: entry.RoleCall, SHA256: entry.HashOf(sealed), Size: int64(len(sealed))}
	p.bodies = [][]byte{sealed}
	return nil
}
