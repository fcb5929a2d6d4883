package store

import (
	"context"
	"iter"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// SubmitCalls is SubmitAll for a call record: every call of the file that lies
// within the inspection goes in as a call entry, sealed to the custodian and the
// archive, or none does. Those outside the hours are kept too, answered or not,
// for the ledger is held against them. One before the first day or after the
// last, or after the cutoff, is refused; so is one in the future. Nobody counts
// that and nothing is kept of it, for no reporter was turned away. A call with
// the Meaning of one that is there is a duplicate; one without a Meaning never
// is. Errors are those of SubmitAll, with those of Call.Check.
func (b *Box) SubmitCalls(ctx context.Context, dryRun bool, calls iter.Seq2[*intake.Call, error], each func(i int, o intake.Outcome)) error {
	f := &incoming{box: b, dryRun: dryRun, each: each, noun: "call"}
	return submitFile(ctx, f, calls, func(c *intake.Call) (submission, error) {
		r := &intake.Report{Channel: intake.Hotline, Arrived: c.At}
		return submission{Report: r, mac: b.callMeaning(c), call: c}, c.Check()
	})
}

// callMeaning is the keyed hash of a call. No channel's name has a slash, so it
// is never that of a report: a row of the ledger with the same Meaning is neither
// a duplicate of the call nor forgotten with it.
func (b *Box) callMeaning(c *intake.Call) []byte {
	return b.keyed("call/"+string(intake.Hotline), c.Meaning)
}

// packCall seals a call. Who called is identity, so the team cannot read it; and
// the bucket is an identity's, in which the longest numbers have room, so that
// all calls look alike: no size tells whether a number was withheld.
func (b *Box) packCall(ctx context.Context, st *standing, sub submission, p *parcel) error {
	if err := hold(ctx, b.cores); err != nil {
		return err
	}
	defer func() { <-b.cores }()
	p.header.Parts = []entry.Part{{Role: entry.RoleCall}}
	c := sub.call
	call := entry.Call{At: c.At.UTC(), Caller: c.Caller, Callee: c.Callee, Seconds: c.Seconds, Answered: c.Answered}
	sealed, err := sealPart(st, p.header, entry.Inner{Role: entry.RoleCall, Call: &call}, seal.LeastIdentity, []seal.Recipient{st.custodian, st.archive})
	if err != nil {
		return err
	}
	p.header.Parts[0] = entry.Part{Role: entry.RoleCall, SHA256: entry.HashOf(sealed), Size: int64(len(sealed))}
	p.bodies = [][]byte{sealed}
	return nil
}
