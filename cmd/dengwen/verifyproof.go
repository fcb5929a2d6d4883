package main

import (
	"fmt"
	"os"
	"strconv"

	"dengwen/store/export"
	"dengwen/store/merkle"
)

// A verdict is a report, and of a proof that verifies what it proves.
type verdict struct {
	export.Report
	proof  bool
	proven export.Proven
}

// isProof reports whether a file calls itself a proof for a receipt's holder.
func isProof(f *os.File) bool {
	start := make([]byte, 64)
	n, _ := f.ReadAt(start, 0) // where reading fails, whoever reads on says why
	return merkle.IsProof(asSigned(start[:n]))
}

// verifyProof checks a proof. It has a checkpoint in it and is mailed as those
// are, so line ends are put back as in those; see asSigned.
func verifyProof(path string, opts export.Options) (v verdict, err error) {
	if opts.Since != nil {
		return v, fail("verify.proof-since")
	}
	text, err := readSmall(path, 2*merkle.MaxProof) // before the line ends are put back
	if err != nil {
		return v, err
	}
	v.proof = true
	v.Report, v.proven, err = export.VerifyProof(asSigned(text), opts)
	return v, err
}

// showProof says what a proof proves, and what it does not.
func (a *app) showProof(path string, v verdict) {
	if !v.OK {
		a.say("verify.proof-bad", "File", path)
		a.showProblems(v.Report)
		return
	}
	h := v.proven.Header
	a.say("verify.proof-ok", "File", path, "Origin", v.proven.Origin, "Count", v.Entries, "Root", v.Root)
	a.say("verify.proof-entry", "Entry", v.proven.Index, "Day", h.Date, "Count", len(h.Parts))
	t := table{}
	for _, p := range h.Parts {
		t = append(t, []string{"", string(p.Role), p.SHA256.String(), strconv.FormatInt(p.Size, 10)})
	}
	fmt.Fprint(a.out, t.String())
	a.say("verify.proof-limits")
}
