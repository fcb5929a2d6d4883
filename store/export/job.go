package export

import (
	"fmt"
	"path"
	"strconv"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A job is one entry with sealed parts on its way through the opener. The
// reading fills it, one goroutine opens it, and the writer takes it when done
// is closed.
type job struct {
	index    int64
	header   entry.Header
	origin   string
	schedule intake.Schedule

	sealed  [][]byte // by part; nil for files and what is not there
	size    int64    // bytes in sealed
	written []bool   // by part; the files that are in the directory
	absent  []string // members that are not there
	started bool     // it is being opened, or was

	// Of the goroutine that opens it; others must wait for done.
	inners []*entry.Inner // by part
	err    error
	done   chan struct{}
}

// open opens the parts that are not files and makes sure that each belongs to
// this entry and this place in it.
func (j *job) open(ids []seal.Identity) {
	defer close(j.done)
	m := member{entry: j.index}
	for k, p := range j.header.Parts {
		m.rank = nextRank(m.rank, p.Role)
		if j.sealed[k] == nil {
			continue
		}
		in, err := openPart(j.sealed[k], p.Role, j.header, j.origin, ids)
		if err != nil {
			j.err = fmt.Errorf("entry %d, %s: %w", j.index, m, err)
			return
		}
		j.inners[k], j.sealed[k] = &in, nil
	}
}

func openPart(sealed []byte, role entry.Role, h entry.Header, origin string, ids []seal.Identity) (entry.Inner, error) {
	plain, err := seal.Open(sealed, entry.MaxInner, ids...)
	if err != nil {
		return entry.Inner{}, err
	}
	in, err := entry.DecodeInner(plain)
	if err != nil {
		return in, err
	}
	if in.Role != role {
		return in, fmt.Errorf("a %s part in the place of the %s part: %w", in.Role, role, intake.ErrDamaged)
	}
	return in, in.Match(h, origin)
}

// describes finds what is said of a file; false if the part that says it was
// erased.
func (j *job) describes(m member) (entry.FileInfo, bool) {
	for _, in := range j.inners {
		switch {
		case in == nil:
		case m.rank > rankOriginal && in.Identity != nil:
			return in.Identity.Files[m.rank-rankOriginal-1], true
		case m.rank > rankFile && m.rank < rankOriginal && in.Report != nil:
			return in.Report.Files[m.rank-rankFile-1], true
		}
	}
	return entry.FileInfo{}, false
}

// files describes the files of one role, which stand in the header in the
// order of infos: Match has made sure of that.
func (j *job) files(role entry.Role, infos []entry.FileInfo) []File {
	list := make([]File, 0, len(infos))
	for k, p := range j.header.Parts {
		if p.Role != role {
			continue
		}
		info := infos[len(list)]
		f := File{Name: info.Name, Type: info.Type, Size: info.Size}
		if j.written[k] {
			f.Path = j.path(k, info)
		}
		list = append(list, f)
	}
	return list
}

// path is where the file of part k is written. Nothing of it is the sender's
// but the extension, and that only if it is a known one.
func (j *job) path(k int, f entry.FileInfo) string {
	// Parts 0 and 1 are the report and the identity: files count from 1.
	return path.Join(filesName, j.header.ID+"-"+strconv.Itoa(k-1)+extension(f.Name))
}
