package storetest

import _ "unsafe" // for go:linkname

// workFactor is the cost of seal's passphrases. Production's takes a second
// and 256 MiB for each, many times that under the race detector.
//
//go:linkname workFactor dengwen/store/seal.workFactor
var workFactor int

// SetWorkFactor sets log₂ of scrypt's N for the rest of the test binary's
// run, and returns what undoes it. Production cannot reach it.
func SetWorkFactor(n int) (undo func()) {
	was := workFactor
	workFactor = n
	return func() { workFactor = was }
}

// CheapFactor is the cost for tests that are not about the cost.
const CheapFactor = 4
