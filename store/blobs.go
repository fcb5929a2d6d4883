package store

import (
	"context"
	"errors"
	"fmt"
	"os"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A blob is a sealed file that has been written but whose entry may not be.
type blob struct {
	part entry.Part
	info entry.FileInfo
	path string   // the name that it has until it is placed
	file *os.File // open until it is synced
}

// mostUnsynced is how many files of one report wait for others, to be synced
// together. It bounds how many are open.
const mostUnsynced = 8

// receiveFiles streams a report's files into sealed blobs, in the order that a
// header lists them: what the team may read, then untouched originals. The last
// of them are not synced. When it fails, or something panics in what the
// sender's side reads from, it leaves none.
func (b *Box) receiveFiles(ctx context.Context, r *intake.Report, team, custodian []seal.Recipient) ([]*blob, error) {
	if r.Files == nil {
		return nil, nil
	}
	var files, originals, unsynced []*blob
	whole := false
	defer func() {
		if !whole {
			b.settleBlobs(append(files, originals...))
		}
	}()
	n := 0
	for f, err := range r.Files {
		if n++; err == nil && n > intake.MaxFiles {
			err = fmt.Errorf("files: more than %d: %w", intake.MaxFiles, intake.ErrTooLong)
		}
		if err == nil {
			err = ctx.Err()
		}
		var list []*blob
		if err == nil {
			list, err = b.receiveFile(f, team, custodian)
		}
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			if one.part.Role == entry.RoleOriginal {
				originals = append(originals, one)
			} else {
				files = append(files, one)
			}
		}
		if unsynced = append(unsynced, list...); len(unsynced) > mostUnsynced {
			if err := b.syncBlobs(unsynced); err != nil {
				return nil, err
			}
			unsynced = nil
		}
	}
	whole = true
	return append(files, originals...), nil
}

// Of each file the sender sent there are two blobs at most, so a header has
// room for them beside its two sealed parts. Else this does not compile.
const _ = uint(entry.MaxParts - 2 - 2*intake.MaxFiles)

// receiveFile seals one file into a blob, or into two that are made in one pass:
// what the team may see of it, and the original. Where nothing may be seen,
// there is the original alone. A crash leaves files that nothing refers to.
func (b *Box) receiveFile(f intake.File, team, custodian []seal.Recipient) (out []*blob, err error) {
	var all []*sealing
	whole := false
	defer func() {
		if whole {
			return
		}
		// After an error, and after a panic in f.Body or f.Shown: the site
		// outlives it, and each would leave its files until the next start.
		for _, s := range all {
			err = errors.Join(err, s.drop())
		}
	}()
	fail := func(err error) ([]*blob, error) { return nil, fmt.Errorf("sealed file: %w", noSpace(err)) }
	if err := b.roomForFiles(); err != nil {
		return fail(err)
	}
	for _, role := range blobRoles(f) {
		to := team
		if role == entry.RoleOriginal {
			to = custodian
		}
		s, err := b.beginSealing(role, to)
		if err != nil {
			return fail(err)
		}
		all = append(all, s)
	}
	shown := true
	err = b.opts.Around.do(StepBlobWrite, func() (err error) {
		if f.Shown != nil {
			shown, err = sealPair(all[0].w, all[1].w, f)
			return err
		}
		return sealOne(all[0].w, f.Body)
	})
	if err == nil && !shown {
		err, all = all[0].drop(), all[1:]
	}
	for _, s := range all {
		if err == nil {
			err = s.finish(f)
		}
		out = append(out, &s.blob)
	}
	if err != nil {
		return fail(err)
	}
	whole = true
	return out, nil
}

// blobRoles are the roles of what is sealed of a file, in the header's order.
func blobRoles(f intake.File) []entry.Role {
	switch {
	case f.Shown != nil:
		return []entry.Role{entry.RoleFile, entry.RoleOriginal}
	case f.Private:
		return []entry.Role{entry.RoleOriginal}
	}
	return []entry.Role{entry.RoleFile}
}

func (f *blob) close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

func parts(blobs []*blob) []entry.Part {
	var out []entry.Part
	for _, f := range blobs {
		out = append(out, f.part)
	}
	return out
}

func infos(blobs []*blob, role entry.Role) []entry.FileInfo {
	var out []entry.FileInfo
	for _, f := range blobs {
		if f.part.Role == role {
			out = append(out, f.info)
		}
	}
	return out
}
