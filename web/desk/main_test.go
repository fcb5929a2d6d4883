package desk_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"dengwen/store/storetest"
)

// TestMain makes passphrases cheap, and finds what goes on running after a site
// was closed.
func TestMain(m *testing.M) {
	storetest.SetWorkFactor(storetest.CheapFactor)
	goleak.VerifyTestMain(m, goleak.Cleanup(os.Exit))
}
