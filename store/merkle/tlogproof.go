package merkle

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/formats/proof"

	"dengwen/intake"
)

// MaxProof is the most that ParseProof looks at, in bytes. It has room for the
// largest leaf of a box, 256 KiB, in base64, and for all else.
const MaxProof = 512 << 10

// The first line of a proof, and how that of any version begins.
const (
	proofPrefix = "c2sp.org/tlog-proof@"
	proofLine   = proofPrefix + "v1"
)

// A Proof says, without the log, that a leaf is in it: the leaf, its number,
// the hashes beside its way to the root, and the signed note with that root. As
// a file it is a https://c2sp.org/tlog-proof whose extra data is the leaf, so
// that nothing else is needed but the log's verifier key.
type Proof struct {
	Index      int64
	Hashes     []Hash
	Leaf       []byte
	Checkpoint []byte // the note, as it was signed
}

// IsProof reports whether a file that begins with start calls itself a proof,
// of whatever version.
func IsProof(start []byte) bool { return bytes.HasPrefix(start, []byte(proofPrefix)) }

// Format writes the one file that says p. It refuses what ParseProof would.
func (p Proof) Format() ([]byte, error) {
	b := p.marshal()
	if _, err := ParseProof(b); err != nil {
		return nil, fmt.Errorf("write %w", err)
	}
	return b, nil
}

func (p Proof) marshal() []byte {
	out := proof.TLogProof{Index: uint64(p.Index), Checkpoint: p.Checkpoint, ExtraData: p.Leaf}
	for _, h := range p.Hashes {
		out.Hashes = append(out.Hashes, h)
	}
	return out.Marshal()
}

// ParseProof reads what Format writes, byte for byte, and verifies nothing: see
// Check and [Verifier.Open]. Another version wraps intake.ErrVersion, all else
// that is wrong intake.ErrProof.
//
// The module's own reader takes Windows line ends, spare bits in base64, leading
// zeros, a last line without its end, and a line of 64 KiB at most, which is too
// short for a leaf that names hundreds of files. So the leaf is taken out before
// it reads, and what it understood is written again and compared.
func ParseProof(b []byte) (Proof, error) {
	fail := func(why any) (Proof, error) {
		return Proof{}, fmt.Errorf("proof: %v: %w", why, intake.ErrProof)
	}
	if len(b) > MaxProof {
		return fail(fmt.Sprintf("longer than %d KiB", MaxProof>>10))
	}
	first, rest, _ := strings.Cut(string(b), "\n")
	switch {
	case first == proofLine:
	case strings.Contains(first, "\r"):
		return fail("its lines end as on Windows, and not as they were written")
	case IsProof(b):
		return Proof{}, fmt.Errorf("proof: %.64q, this program reads %q: %w", first, proofLine, intake.ErrVersion)
	default:
		return fail(fmt.Sprintf("it does not begin with %q", proofLine))
	}
	extra, rest, _ := strings.Cut(rest, "\n")
	text, ok := strings.CutPrefix(extra, "extra ")
	if !ok || text == "" {
		return fail("it does not hold the entry")
	}
	leaf, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return fail(fmt.Errorf("the entry: %w", err))
	}
	var in proof.TLogProof
	if err := in.Unmarshal([]byte(proofLine + "\n" + rest)); err != nil {
		return fail(err)
	}
	if in.Index >= MaxSize {
		return fail("no log has so many entries")
	}
	p := Proof{Index: int64(in.Index), Leaf: leaf, Checkpoint: in.Checkpoint}
	for _, h := range in.Hashes {
		p.Hashes = append(p.Hashes, h)
	}
	if !bytes.Equal(p.marshal(), b) {
		return fail("it is not in its usual spelling, or cut off")
	}
	return p, nil
}

// Check checks that the leaf is in the tree of c. The error wraps
// intake.ErrProof.
func (p Proof) Check(c Checkpoint) error {
	return CheckInclusion(p.Hashes, c.Size, c.Root, p.Index, LeafHash(p.Leaf))
}

// Claimed is what the note says, whoever signed it: to tell people what a proof
// is about that does not verify. Nothing may be trusted that it returns. The
// error wraps intake.ErrProof.
func (p Proof) Claimed() (Checkpoint, error) {
	fail := func(err error) (Checkpoint, error) {
		return Checkpoint{}, fmt.Errorf("checkpoint in the proof: %w: %w", err, intake.ErrProof)
	}
	var in log.Checkpoint
	if _, err := in.Unmarshal(p.Checkpoint); err != nil {
		return fail(err)
	}
	if len(in.Hash) != len(Hash{}) {
		return fail(errors.New("its root is not a SHA-256 hash"))
	}
	c := Checkpoint{Origin: in.Origin, Size: int64(in.Size), Root: Hash(in.Hash)}
	if err := c.check(); err != nil {
		return fail(err)
	}
	return c, nil
}
