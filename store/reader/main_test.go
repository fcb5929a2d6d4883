package reader_test

import (
	"os"
	"testing"

	"dengwen/store/storetest"
)

// TestMain makes passphrases cheap: these tests unlock hundreds of times.
func TestMain(m *testing.M) {
	storetest.SetWorkFactor(storetest.CheapFactor)
	os.Exit(m.Run())
}
