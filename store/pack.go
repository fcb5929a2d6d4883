package store

import (
	"context"
	"fmt"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A parcel is a report, or what is added to one, sealed and ready to be
// written. Nothing in it can be read without a private key; only the receipt is
// a secret, and it is kept in no database.
type parcel struct {
	header  entry.Header
	bodies  [][]byte // the report part, the identity part
	blobs   []*blob
	receipt *receipt // of a web report; who adds to one has it already
}

// begin seals a submission's files into the parcel of an entry of its kind, as
// they stream in.
func (b *Box) begin(ctx context.Context, st *standing, r submission) (p parcel, err error) {
	team, custodian := st.readers(r.AboutTeam)
	p.header = entry.Header{V: entry.Version, ID: entry.NewID(), Kind: r.kind(), Date: st.state.Schedule.Day(r.Arrived), Channel: r.Channel, Ref: r.ref}
	p.blobs, err = b.receiveFiles(ctx, r.Report, team, custodian)
	return p, err
}

// pack seals the rest of a parcel: the identity part, which repeats the hashes
// of the files, then the report part, which repeats the hashes of all the
// others. So no part can be exchanged without the next.
func (b *Box) pack(ctx context.Context, st *standing, r submission, p *parcel) error {
	if r.call != nil {
		return b.packCall(ctx, st, r, p)
	}
	if len(p.blobs) == 0 && intake.Blank(r.Text) {
		return fmt.Errorf("text: %w", intake.ErrEmpty) // it was to have files, and none came
	}
	// Sealing is all arithmetic: as many at once as there are cores. Files
	// stream outside of this bound, for a slow sender must not hold a core.
	if err := hold(ctx, b.cores); err != nil {
		return err
	}
	defer func() { <-b.cores }()

	team, custodian := st.readers(r.AboutTeam)
	body := entry.Report{Arrived: r.Arrived.UTC(), AboutTeam: r.AboutTeam, Unit: r.Unit, Persons: r.Persons, Category: r.Category, Subject: r.Subject,
		Text: r.Text, Recorder: r.Recorder, Marks: r.Marks, Files: infos(p.blobs, entry.RoleFile)}
	if p.header.Kind == entry.KindAccepted && r.Channel == intake.Web {
		var err error
		if p.receipt, err = b.newReceipt(p.header.ID, r.AboutTeam); err != nil {
			return err
		}
		body.ReplyTo = p.receipt.identity.Recipient().String()
	}
	identity := entry.Identity{Identity: r.Identity, Files: infos(p.blobs, entry.RoleOriginal)}

	p.header.Parts = append([]entry.Part{{Role: entry.RoleReport}, {Role: entry.RoleIdentity}}, parts(p.blobs)...)
	p.bodies = make([][]byte, 2)
	const first, second = 0, 1 // report, identity: the header's order, not the order of sealing
	for _, part := range []struct {
		at    int
		in    entry.Inner
		least int
		to    []seal.Recipient
	}{
		{second, entry.Inner{Role: entry.RoleIdentity, Identity: &identity}, seal.LeastIdentity + originalRow*originals(p.blobs), custodian},
		{first, entry.Inner{Role: entry.RoleReport, Report: &body}, seal.LeastReport, team},
	} {
		sealed, err := sealPart(st, p.header, part.in, part.least, part.to)
		if err != nil {
			return err
		}
		p.header.Parts[part.at] = entry.Part{Role: part.in.Role, SHA256: entry.HashOf(sealed), Size: int64(len(sealed))}
		p.bodies[part.at] = sealed
	}
	return nil
}

// originalRow is room in the identity part for what it says of one original:
// hash, type and a long name. Ten files without originals fit in the smallest
// bucket beside the longest name and contact. So a part's size follows from its
// header, whether anybody's name stands in it or not.
const originalRow = 1 << 10

func originals(blobs []*blob) (n int) {
	for _, f := range blobs {
		if f.part.Role == entry.RoleOriginal {
			n++
		}
	}
	return n
}

// readers are the recipients of a report's two parts. A report about the team
// goes to the office in both, and so does what is added to it, so that the team
// learns only that there is one.
func (s *standing) readers(aboutTeam bool) (report, identity []seal.Recipient) {
	if aboutTeam {
		to := []seal.Recipient{s.office, s.archive}
		return to, to
	}
	return []seal.Recipient{s.team, s.archive}, []seal.Recipient{s.custodian, s.archive}
}

// sealPart fills in the facts that a part repeats from its header and seals it.
func sealPart(st *standing, h entry.Header, in entry.Inner, least int, to []seal.Recipient) ([]byte, error) {
	in.V, in.Origin, in.ID, in.Kind, in.Channel, in.Ref = entry.Version, st.state.Origin, h.ID, h.Kind, h.Channel, h.Ref
	in.Parts = h.InnerParts(in.Role)
	plain, err := in.Encode()
	if err != nil {
		return nil, fmt.Errorf("%s part: %w", in.Role, err)
	}
	return seal.Seal(plain, least, to...)
}
