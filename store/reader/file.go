package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// File opens an attachment by the entry and the part that Read or Identity named,
// and says what its sender called it. The entry is the report's, or that of an
// Addition for what came with it. That it is read is written first, about the report in
// either case. The stream ends without an error only if it was the whole file,
// unchanged; the caller closes it. Attachments are for leaders and members,
// originals for custodians; for anyone else it is denied. What came with a
// report about the team, or was added to one, gives intake.ErrForbidden.
func (d *Desk) File(ctx context.Context, id string, part int) (triage.Attachment, io.ReadCloser, error) {
	a, src, err := d.file(ctx, id, part)
	if err != nil {
		return triage.Attachment{}, nil, fmt.Errorf("read file %d of entry %s: %w", part, id, err)
	}
	return a, src, nil
}

func (d *Desk) file(ctx context.Context, id string, part int) (a triage.Attachment, out io.ReadCloser, err error) {
	if err := d.unlocked(); err != nil {
		return a, nil, err
	}
	rec, err := d.arrival(ctx, id)
	if err != nil {
		return a, nil, err
	}
	if part < 0 || part >= len(rec.Header.Parts) || !rec.Header.Parts[part].Role.Blob() {
		return a, nil, fmt.Errorf("it has no such file: %w", intake.ErrNotFound)
	}
	p := rec.Header.Parts[part]
	may := []triage.Role{triage.Leader, triage.Member}
	if p.Role == entry.RoleOriginal {
		may = []triage.Role{triage.Custodian}
	}
	about, what := id, whatFile+strconv.Itoa(part)
	if rec.Header.Kind == entry.KindAdded {
		about, what = rec.Header.Ref, what+whatAdded+id
	}
	m, _, err := d.reading(ctx, about, what, may...)
	if err != nil {
		return a, nil, err
	}
	// The part that describes the file has its true length.
	with, described := m.teams, 0
	if p.Role == entry.RoleOriginal {
		with, described = m.custodians, 1
	}
	in, err := d.open(ctx, m, rec, described, with)
	if err != nil {
		return a, nil, notForUs(err)
	}
	list := attachments(rec.Header, p.Role, in)
	a = list[slices.IndexFunc(list, func(a triage.Attachment) bool { return a.Part == part })]
	src, err := d.box.Part(ctx, rec.Index, part)
	if err != nil {
		return a, nil, err
	}
	plain, err := seal.NewReader(newChecked(src, p), a.Size, with...)
	if err != nil {
		return a, nil, errors.Join(err, src.Close())
	}
	return a, fileReader{plain, src}, nil
}

// arrival finds the entry that a file came with: a report, or what was added to
// one, for no other kind has files. That there is such a report, reading finds
// out.
func (d *Desk) arrival(ctx context.Context, id string) (entry.Record, error) {
	index, err := d.box.Find(ctx, id)
	if err != nil {
		return entry.Record{}, err
	}
	rec, err := d.entry(ctx, index)
	if err == nil && rec.Header.ID != id {
		err = fmt.Errorf("entry %d is not entry %s: %w", index, id, intake.ErrNotFound)
	}
	return rec, err
}

type fileReader struct {
	io.Reader
	io.Closer
}

// attachments ties what a part says of files to their places in the header.
// That both list the same ones in the same order was checked on opening.
func attachments(h entry.Header, role entry.Role, in entry.Inner) (list []triage.Attachment) {
	files := []entry.FileInfo{}
	if in.Report != nil {
		files = in.Report.Files
	} else if in.Identity != nil {
		files = in.Identity.Files
	}
	for part, p := range h.Parts {
		if p.Role == role {
			f := files[len(list)]
			list = append(list, triage.Attachment{Entry: h.ID, Part: part, Name: f.Name, Type: f.Type, Size: f.Size})
		}
	}
	return list
}

// originals counts the files of an entry that are sealed with the identity.
func originals(h entry.Header) (n int) {
	for _, p := range h.Parts {
		if p.Role == entry.RoleOriginal {
			n++
		}
	}
	return n
}
