package hotline

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"dengwen/intake"

	"golang.org/x/text/unicode/norm"
)

// callMeaningVersion begins the meaning of every call. It changes only together
// with the encoding, and then every call record that is imported again adds
// its calls again.
const callMeaningVersion = "dengwen hotline call 1"

// callMeaning encodes what a call record says of a call: its instant, the two
// numbers, how long was talked, whether it was answered, and the exchange's
// key of it. Each is preceded by its length, as in meaning. Which file said so,
// in which format and zone, takes no part. Of calls that nothing tells apart,
// nth says how many of them stand above in the file.
func callMeaning(c *intake.Call, key string, nth int) []byte {
	b := make([]byte, 0, 128)
	add := func(s string) {
		s = norm.NFC.String(s)
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	add(callMeaningVersion)
	add(c.At.UTC().Format(time.RFC3339Nano))
	add(c.Caller)
	add(c.Callee)
	add(strconv.Itoa(c.Seconds))
	add(strconv.FormatBool(c.Answered))
	add(key)
	add(strconv.Itoa(nth))
	return b
}

// callKey is the exchange's key of the call to which the leg belongs. That of a
// channel is the key of one leg of several, so it says nothing where the number
// does.
func (g leg) callKey(c *intake.Call) string {
	if g.channel && c.Caller != "" {
		return ""
	}
	return g.key
}

// A sameCalls counts the calls without a key of which nothing tells two apart:
// two withheld numbers in one second.
type sameCalls map[[16]byte]int

// nth returns how many such calls came before. Hashes stand for what was seen.
func (s sameCalls) nth(c *intake.Call, key string) int {
	if key != "" {
		return 0
	}
	sum := sha256.Sum256(callMeaning(c, "", 0))
	id := [16]byte(sum[:])
	s[id]++
	return s[id] - 1
}
