package export

import (
	"fmt"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// A Proven is what a proof proves: that the entry with this number and header is
// in the log of this origin. The sealed parts that the header names are bound by
// their hashes; what is in them is not proven to anybody who cannot open them.
type Proven struct {
	Origin string
	Index  int64
	Header entry.Header
}

// VerifyProof checks the proof that the holder of a receipt keeps (see
// store.Box.Proof), with nothing but the log's verifier key. Report.Entries and
// Report.Root are those of the checkpoint in it. What is wrong with the proof is
// in the report; Proven is filled in only if that is OK. An error means that no
// judgement was reached: Options.Key is not a key (intake.ErrKey), or there is an
// Options.Since (intake.ErrInvalid), for to compare two checkpoints takes the
// log between them, which a proof has not.
//
// Options.Key is the key of the origin that signed: for a log that was restored
// after the proof was made, the one that it had before.
func VerifyProof(proof []byte, opts Options) (Report, Proven, error) {
	x := proofReading{report: Report{Problems: []entry.Problem{}}}
	var v merkle.Verifier
	var err error
	if opts.Key != "" {
		v, err = merkle.ParseVerifier(opts.Key)
	}
	if err == nil && opts.Since != nil {
		err = fmt.Errorf("a proof is not held against another checkpoint: %w", intake.ErrInvalid)
	}
	if err != nil {
		return x.report, Proven{}, fmt.Errorf("verify: %w", err)
	}
	x.read(proof, v)
	if x.report.OK = len(x.report.Problems) == 0; !x.report.OK {
		x.proven = Proven{}
	}
	return x.report, x.proven, nil
}

// A proofReading notes all that is wrong with a proof: the signature, the entry
// and its place in the tree are judged each by itself.
type proofReading struct {
	report Report
	proven Proven
}

func (x *proofReading) problem(at int64, format string, a ...any) {
	x.report.Problems = noted(x.report.Problems, at, fmt.Errorf(format, a...))
}

func (x *proofReading) read(proof []byte, v merkle.Verifier) {
	p, err := merkle.ParseProof(proof)
	if err != nil {
		x.problem(container, "%w", err)
		return
	}
	c, err := p.Claimed()
	if err != nil {
		x.problem(container, "%w", err)
		return
	}
	x.report.Entries, x.report.Root = c.Size, entry.Hash(c.Root)
	x.anchor(p, c, v)
	h, err := entry.DecodeHeader(p.Leaf)
	switch {
	case err != nil:
		x.problem(p.Index, "%w", err)
	case h.Kind != entry.KindAccepted || h.Channel != intake.Web:
		x.problem(p.Index, "no receipt is for this entry: its kind is %q and its channel %q, not %q and %q", h.Kind, h.Channel, entry.KindAccepted, intake.Web)
	}
	if err := p.Check(c); err != nil {
		x.problem(p.Index, "the entry is not the one that the checkpoint covers: %w", err)
	}
	x.proven = Proven{Origin: c.Origin, Index: p.Index, Header: h}
}

// anchor holds the checkpoint against the key that the verifier has.
func (x *proofReading) anchor(p merkle.Proof, claimed merkle.Checkpoint, v merkle.Verifier) {
	switch {
	case v.Origin() == "":
		x.problem(container, "%w", intake.ErrUnanchored)
	case v.Origin() != claimed.Origin:
		x.problem(container, "the checkpoint is of %s, the key given is of %s; if the log was restored since, verify with the key that it had before: %w",
			claimed.Origin, v.Origin(), intake.ErrKey)
	default:
		// What opens has one spelling, so it says what was read above.
		if _, err := v.Open(p.Checkpoint); err != nil {
			x.problem(container, "%w", err)
		}
	}
}
