package export

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"dengwen/intake"
	"dengwen/store/entry"
)

// gaps follows which parts are missing and which the log says were erased. An
// erased entry comes after the entry that it names, so a part can be missing
// long before it is known whether that is right. The writer and the examiner
// use it alike. It grows with the number of erased parts; in an export since a
// checkpoint also with the entries before it.
type gaps struct {
	missing map[gapKey]gap
	omitted map[entryID]struct{} // entries whose sealed parts are left out
}

type entryID [16]byte

type gapKey struct {
	id  entryID
	sum entry.Hash
}

// A gap is a missing part.
type gap struct {
	entry  int64
	part   int
	name   string
	erased bool
}

func newGaps() gaps { return gaps{map[gapKey]gap{}, map[entryID]struct{}{}} }

// miss notes that part k of h, the header of entry i, is not there. Messages
// call it name.
func (g gaps) miss(i int64, h entry.Header, k int, name string) {
	g.missing[gapKey{parseID(h.ID), h.Parts[k].SHA256}] = gap{entry: i, part: k, name: name}
}

// omit notes that the sealed parts of h are left out.
func (g gaps) omit(h entry.Header) { g.omitted[parseID(h.ID)] = struct{}{} }

// erase takes in an erased entry and returns those parts that it names though
// they are not missing.
func (g gaps) erase(b entry.Erased) (present []entry.Hash) {
	id := parseID(b.Entry)
	if _, ok := g.omitted[id]; ok {
		return nil
	}
	for _, sum := range b.Parts {
		k := gapKey{id, sum}
		m, ok := g.missing[k]
		if !ok {
			present = append(present, sum)
			continue
		}
		m.erased = true
		g.missing[k] = m
	}
	return present
}

// unexplained lists, in order, the missing parts that no entry says were
// erased.
func (g gaps) unexplained() []gap {
	var list []gap
	for m := range maps.Values(g.missing) {
		if !m.erased {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b gap) int {
		return cmp.Or(cmp.Compare(a.entry, b.entry), cmp.Compare(a.part, b.part))
	})
	return list
}

// lost is the error for a part that is missing and that no entry of the export
// explains: perhaps one does that was recorded while the export ran.
func (e *exporter) lost(ctx context.Context, g gap) error {
	if err := e.erasedSince(ctx); err != nil {
		return fmt.Errorf("entry %d, %s: %w", g.entry, g.name, err)
	}
	return fmt.Errorf("entry %d, %s: missing, and no entry before %d says that it was erased: %w", g.entry, g.name, e.manifest.Size, intake.ErrDamaged)
}

// erasedSince explains the missing parts by what was recorded after the end of
// the export: an error if all of them were erased while it ran.
func (e *exporter) erasedSince(ctx context.Context) error {
	size, err := e.box.Size(ctx)
	if err != nil {
		return err
	}
	for rec, err := range e.box.Entries(ctx, e.manifest.Size, size) {
		if err != nil {
			return err
		}
		if rec.Header.Kind != entry.KindErased {
			continue
		}
		raw, err := readBody(ctx, e.box, rec.Index)
		if err != nil {
			return err
		}
		body, err := entry.DecodeBody(entry.KindErased, raw)
		if err != nil {
			return err
		}
		e.gaps.erase(body.(entry.Erased))
	}
	if len(e.gaps.unexplained()) > 0 {
		return nil
	}
	return intake.Explain(nil, "export.meanwhile", "it was erased while the export was made; export once more")
}

// parseID reads an id of a valid header or body.
func parseID(s string) (id entryID) {
	hex.Decode(id[:], []byte(s))
	return id
}
