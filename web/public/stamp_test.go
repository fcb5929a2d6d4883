package public

import (
	"testing"
	"testing/synctest"
	"time"
)

// A stamp is good for a day, under its own server only, and as it was given out.
func TestStamps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, other := newStamps(), newStamps()
		stamp := s.mint()
		if stamp == s.mint() || s.check(stamp) != nil || other.check(stamp) != errStale {
			t.Error("a stamp is not what it should be")
		}
		for i := range stamp {
			for _, c := range []string{"A", "B", "", "=", "\n"} {
				if bad := stamp[:i] + c + stamp[i+1:]; bad != stamp && s.check(bad) != errStale {
					t.Errorf("%q passes for %q", bad, stamp)
				}
			}
		}
		time.Sleep(stampTime)
		if err := s.check(stamp); err != nil {
			t.Error("after a day:", err)
		}
		time.Sleep(2 * time.Second)
		if err := s.check(stamp); err != errStale {
			t.Error("after more than a day:", err)
		}
	})
}
