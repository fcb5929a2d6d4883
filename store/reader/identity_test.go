package reader_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// withOriginals submits a report with an original and adds to it: words, an
// original among files, files without one, and another original.
func withOriginals(t *testing.T, b *box) (id, receipt string, originals []triage.Attachment) {
	t.Helper()
	r := storetest.Web(b.clock.Now(), "一件")
	r.Files = func(yield func(intake.File, error) bool) {
		yield(intake.File{Name: ".甲", Type: "text/plain", Private: true, Body: strings.NewReader("甲的原件")}, nil)
	}
	first := b.submit(t, r)
	b.add(t, first.Receipt, "只有文字", nil)
	mixed := b.add(t, first.Receipt, "补充", map[string][]byte{"公开": []byte("附件"), ".乙": []byte("乙的原件")})
	b.add(t, first.Receipt, "", map[string][]byte{"只有附件": []byte("附件")})
	last := b.add(t, first.Receipt, "", map[string][]byte{".丙": {}})
	return first.ID, first.Receipt, []triage.Attachment{
		{Entry: first.ID, Part: 2, Name: ".甲", Type: "text/plain", Size: 12},
		{Entry: mixed, Part: 3, Name: ".乙", Type: "text/plain", Size: 12},
		{Entry: last, Part: 2, Name: ".丙", Type: "text/plain"},
	}
}

// A custodian learns of the originals of the report and of all that was added
// to it, in one act, and can open each.
func TestIdentityListsAddedOriginals(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	id, receipt, want := withOriginals(t, b)
	b.withAddition(t, storetest.Web(b.clock.Now(), "别人的"), "补充", map[string][]byte{".别人的": []byte("原件")})
	check(t, d.Note(t.Context(), id, "不是补充"))
	before, err := b.Size(t.Context())
	check(t, err)
	who, got, err := keeper.Identity(t.Context(), id)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" || who.Name != "举报人" {
		t.Errorf("%+v: %s", who, diff)
	}
	if after, err := b.Size(t.Context()); err != nil || after != before+1 {
		t.Errorf("%d entries, then %d, %v", before, after, err)
	}
	for i, text := range []string{"甲的原件", "乙的原件", ""} {
		a, read := readFile(t, keeper, got[i].Entry, got[i].Part)
		if diff := cmp.Diff(want[i], a); diff != "" || read != text {
			t.Errorf("%q: %s", read, diff)
		}
	}
	// What is added after a change of keys is listed with what was added before.
	check(t, d.RemoveAccount(t.Context(), "keeper"))
	newest := b.add(t, receipt, "", map[string][]byte{".丁": []byte("丁的原件")})
	want = append(want, triage.Attachment{Entry: newest, Part: 2, Name: ".丁", Type: "text/plain", Size: 12})
	_, got, err = d.Identity(t.Context(), id)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// spoiled damages the stored bytes of one part, or fails to read them.
type spoiled struct {
	reader.Box
	index int64
	part  int
	err   error
}

func (s *spoiled) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	r, err := s.Box.Part(ctx, index, part)
	if err != nil || index != s.index || part != s.part {
		return r, err
	}
	check := errors.Join(r.Close(), s.err)
	return io.NopCloser(bytes.NewReader([]byte("damaged"))), check
}

// An addition that is damaged hides nothing else; a disk that cannot be read
// is no damage.
func TestIdentityOfADamagedAddition(t *testing.T) {
	b := newBox(t)
	s := &spoiled{Box: b, index: -1, part: 1}
	d := unlock(t, s, leader, phrase)
	id, _, want := withOriginals(t, b)
	var err error
	s.index, err = b.Find(t.Context(), want[1].Entry)
	check(t, err)
	who, got, err := d.Identity(t.Context(), id)
	wants(t, err, intake.ErrDamaged)
	if diff := cmp.Diff([]triage.Attachment{want[0], want[2]}, got); diff != "" || who.Name != "举报人" {
		t.Errorf("%+v: %s", who, diff)
	}
	s.err = io.ErrClosedPipe
	who, got, err = d.Identity(t.Context(), id)
	wants(t, err, io.ErrClosedPipe)
	if got != nil || who != (intake.Identity{}) {
		t.Errorf("%+v, %v", who, got)
	}
	s.index, s.err = -1, nil

	// A box that says that an addition belongs to another report is not believed.
	elsewhere := b.web(t, "另一件")
	on := false
	d = unlock(t, &rewriting{Box: b, change: func(rec *entry.Record) bool {
		if on && rec.Header.ID == want[1].Entry {
			rec.Header.Ref = elsewhere
		}
		return true
	}}, leader, phrase)
	on = true
	_, got, err = d.Identity(t.Context(), id)
	wants(t, err, intake.ErrDamaged)
	if diff := cmp.Diff([]triage.Attachment{want[0], want[2]}, got); diff != "" {
		t.Error(diff)
	}
}
