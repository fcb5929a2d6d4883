package reader

import _ "unsafe" // for go:linkname

// workFactor is the cost of seal's passphrases: production's takes a second
// for each, and these tests unlock hundreds of times.
//
//go:linkname workFactor dengwen/store/seal.workFactor
var workFactor int

func init() { workFactor = 4 }
