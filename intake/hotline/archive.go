package hotline

import (
	"archive/zip"
	"errors"
	"io"
	"math"
	"path"
	"strings"

	"dengwen/intake"
)

// unzip lists the parts of an archive. The directory is read within a bound,
// so that millions of entries cost nothing, and no part may claim more than
// its packed bytes can hold.
func unzip(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	const perPart = 512 // bytes of a directory entry with a long name
	limit := &budget{r: r, left: 128<<10 + MaxParts*perPart}
	zr, err := zip.NewReader(limit, size)
	if errors.Is(err, intake.ErrTooLong) {
		return nil, err
	}
	if err != nil {
		return nil, damaged(err)
	}
	if len(zr.File) > MaxParts {
		return nil, errParts
	}
	limit.left = math.MaxInt64
	parts := make(map[string]*zip.File)
	for _, f := range zr.File {
		if encrypted := f.Flags&1 != 0; encrypted {
			return nil, errPassword
		}
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if parts[name] == nil {
			parts[name] = f
		}
	}
	return parts, nil
}

var errParts = intake.Explain(intake.ErrTooLong, "ledger.parts", "the workbook has more than %d parts", MaxParts)

// A budget bounds the bytes that are read while an archive is opened. It is
// lifted when the archive's parts are read, each of which has its own bound.
type budget struct {
	r    io.ReaderAt
	left int64
}

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errParts
	}
	return b.r.ReadAt(p, off)
}

// A relation leads from one part of a workbook to another.
type relation struct{ kind, target string }

// relations reads a part's relations by their ids. Targets outside the
// archive are left out.
func (b *workbook) relations(name, dir string) (map[string]relation, error) {
	part := b.parts[strings.ToLower(name)]
	if part == nil {
		return nil, wrongArchive(b.parts)
	}
	if part.UncompressedSize64 > maxPart {
		return nil, largePart(name)
	}
	x, err := openXML(part)
	if err != nil {
		return nil, err
	}
	defer x.close()
	rels := make(map[string]relation)
	for {
		el, err := x.next()
		if errors.Is(err, io.EOF) {
			return rels, nil
		}
		if err != nil {
			return nil, err
		}
		if el.kind != begins || el.name != "Relationship" || x.attr("TargetMode") == "External" {
			continue
		}
		target := strings.ReplaceAll(x.attr("Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		rels[x.attr("Id")] = relation{x.attr("Type"), strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))}
	}
}
