package export

import (
	"bytes"
	"encoding/json"
	"fmt"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// formatVersion is the version of the container that this package writes and
// reads.
const formatVersion = 1

// Limits of the members that begin the container, in bytes.
const (
	maxManifest = 4 << 10
	maxNote     = 64 << 10
)

// A manifest is dengwen.json: what the export says it is. All but From is in
// the signed note as well.
type manifest struct {
	V      int        `json:"v"`
	Origin string     `json:"origin"`
	From   int64      `json:"from"` // sealed parts of earlier entries are left out
	Size   int64      `json:"size"` // entries
	Root   entry.Hash `json:"root"`
}

func newManifest(c merkle.Checkpoint, from int64) manifest {
	return manifest{formatVersion, c.Origin, from, c.Size, entry.Hash(c.Root)}
}

func (m manifest) encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// decodeManifest reads a canonical manifest. Another version wraps
// intake.ErrVersion, everything else that is wrong intake.ErrProof.
func decodeManifest(b []byte) (m manifest, err error) {
	var v struct{ V int }
	if json.Unmarshal(b, &v) == nil && v.V > formatVersion {
		return m, fmt.Errorf("dengwen.json: version %d, this program reads %d: %w", v.V, formatVersion, intake.ErrVersion)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("dengwen.json: %w: %w", err, intake.ErrProof)
	}
	if again, err := m.encode(); err != nil || m.V != formatVersion || !bytes.Equal(again, b) {
		return m, fmt.Errorf("dengwen.json: not in its one form: %w", intake.ErrProof)
	}
	if m.From < 0 || m.From > m.Size || m.Size > merkle.MaxSize {
		return m, fmt.Errorf("dengwen.json: entries %d to %d: %w", m.From, m.Size, intake.ErrProof)
	}
	return m, nil
}
