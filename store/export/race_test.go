//go:build race

package export_test

// thin leaves out most cases of the exhaustive tests, which the race detector
// makes ten times as slow; without it all run.
const thin = 41
