package reader

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// Identity opens what tells, or may help to tell, who sent a report, and lists
// the originals that are sealed with it, then those of what was added to it,
// oldest first. That it is read is written first. It takes the custodian's
// role; for anyone else it is denied, which is written too, and gives
// intake.ErrForbidden. So does a report about the team, whose identity is for
// the office. Where only an addition is damaged, everything else comes with the
// error, which names the entry.
func (d *Desk) Identity(ctx context.Context, id string) (intake.Identity, []triage.Attachment, error) {
	fail := func(err error) (intake.Identity, []triage.Attachment, error) {
		return intake.Identity{}, nil, fmt.Errorf("read identity of report %s: %w", id, err)
	}
	m, rec, err := d.reading(ctx, id, whatIdentity, triage.Custodian)
	if err != nil {
		return fail(err)
	}
	in, err := d.open(ctx, m, rec, 1, m.custodians)
	if err != nil {
		return fail(notForUs(err))
	}
	who, list := in.Identity.Identity, attachments(rec.Header, entry.RoleOriginal, in)
	added, faults, err := d.addedOriginals(ctx, id)
	if err != nil {
		return fail(err)
	}
	list = append(list, added...)
	if len(faults) > 0 {
		return who, list, fmt.Errorf("read identity of report %s: %w", id, errors.Join(faults...))
	}
	return who, list, nil
}

// addedOriginals lists the originals of what the receipt holder added to a
// report, and the faults of additions that do not open.
func (d *Desk) addedOriginals(ctx context.Context, id string) (list []triage.Attachment, faults []error, err error) {
	about, err := d.box.About(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	// Among them may be some that are sealed to keys newer than the last moment.
	m, err := d.now(ctx)
	if err != nil {
		return nil, nil, err
	}
	faults, err = d.eachAbout(ctx, id, about, func(rec entry.Record) error {
		if rec.Header.Kind != entry.KindAdded || !slices.ContainsFunc(rec.Header.Parts, isOriginal) {
			return nil
		}
		in, err := d.open(ctx, m, rec, 1, m.custodians)
		if err != nil {
			return err
		}
		list = append(list, attachments(rec.Header, entry.RoleOriginal, in)...)
		return nil
	})
	return list, faults, err
}

func isOriginal(p entry.Part) bool { return p.Role == entry.RoleOriginal }
