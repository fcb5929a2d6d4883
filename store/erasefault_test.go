package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// TestFaultsOfEraseReply: who is told that it failed still has the reply, and
// the log no word of it; who is told that it worked has neither.
func TestFaultsOfEraseReply(t *testing.T) {
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after=%v", after), func(t *testing.T) {
			b := storetest.New(t)
			out, ids := answered(t, b, "一", "二")
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			f := &storetest.Fault{Step: store.StepCommit, After: after, Nth: 1}
			b.Open(t, f.Around)
			err := b.EraseReply(t.Context(), out.Receipt, ids[0])
			if !f.Fired() || after && err != nil || !after && !errors.Is(err, storetest.ErrFault) {
				t.Errorf("fired %v, error %v", f.Fired(), err)
			}
			for range 2 {
				left, said := 2, 0
				if after {
					left, said = 1, 1
				}
				_, bodies := erasedEntries(t, b)
				if th := thread(t, b, out); len(th.Replies) != left || len(bodies) != said {
					t.Errorf("%d replies, %d erased entries", len(th.Replies), len(bodies))
				}
				if problems, err := b.Check(t.Context()); err != nil || len(problems) > 0 {
					t.Errorf("problems %v, %v", problems, err)
				}
				b.Reopen(t)
			}
			if err := b.EraseReply(t.Context(), out.Receipt, ids[0]); err != nil {
				t.Error(err)
			}
			if _, bodies := erasedEntries(t, b); len(bodies) != 1 {
				t.Errorf("%d erased entries", len(bodies))
			}
		})
	}
}

// TestWhatAReceiptOpensAfterADeletion takes the disk and the code: of all that
// the box holds, in use or not, the code opens the other reply only.
func TestWhatAReceiptOpensAfterADeletion(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "留着的答复", "删去的答复")
	rec := record(t, b, ids[1])
	sealed, err := storetest.ReadPart(b.Box, rec.Index, entry.ReplyPart)
	if err != nil {
		t.Fatal(err)
	}
	key, err := b.ReceiptIdentity(t.Context(), out.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	opens := func() (texts []string) {
		t.Helper()
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		change(t, copyBox(t, b.Path), func(tx *bbolt.Tx) error {
			return tx.ForEach(func(_ []byte, bucket *bbolt.Bucket) error {
				return bucket.ForEach(func(_, v []byte) error {
					if plain, err := seal.Open(v, 1<<20, key); err == nil {
						texts = append(texts, string(plain))
					}
					return nil
				})
			})
		})
		b.Open(t, nil)
		return texts
	}
	if got := opens(); len(got) != 2 || !strings.Contains(strings.Join(got, ""), "删去的答复") {
		t.Fatalf("before, the code opens %q", got)
	}
	if err := b.EraseReply(t.Context(), out.Receipt, ids[1]); err != nil {
		t.Fatal(err)
	}
	if got := opens(); len(got) != 1 || !strings.Contains(got[0], "留着的答复") {
		t.Errorf("the code opens %q", got)
	}
	// What lies in free pages goes with them.
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	for at := 0; at+64 <= len(sealed); at += 64 {
		if bytes.Contains(readFile(t, filepath.Join(b.Path, "box.db")), sealed[at:at+64]) {
			t.Fatalf("byte %d of the deleted reply is in the compacted file", at)
		}
	}
}

// TestCheckKnowsWhatIsErased: an erased body that is there again, one that is
// gone without a word, and one that an entry takes for erased.
func TestCheckKnowsWhatIsErased(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "一", "二")
	gone, there := record(t, b, ids[0]), record(t, b, ids[1])
	sealed, err := storetest.ReadPart(b.Box, gone.Index, entry.ReplyPart)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.EraseReply(t.Context(), out.Receipt, ids[0]); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(tx *bbolt.Tx, bodies *bbolt.Bucket) error
		entry  int64
		what   string
	}{
		{"put back", func(tx *bbolt.Tx, bodies *bbolt.Bucket) error { return bodies.Put(bodyAt(tx, gone, 0), sealed) }, gone.Index, "part 0 (reply): it was erased, but it is not missing"},
		{"taken away", func(tx *bbolt.Tx, bodies *bbolt.Bucket) error { return bodies.Delete(bodyAt(tx, there, 0)) }, there.Index, "part 0 (reply): its body is missing"},
		{"its copy taken away", func(tx *bbolt.Tx, bodies *bbolt.Bucket) error { return bodies.Delete(bodyAt(tx, gone, 1)) }, gone.Index, "part 1 (note): its body is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyBox(t, b.Path)
			change(t, dir, func(tx *bbolt.Tx) error { return c.change(tx, tx.Bucket([]byte("bodies"))) })
			held, err := store.Inspect(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer held.Close()
			problems, err := held.Check(t.Context())
			if err != nil || len(problems) != 1 || problems[0].Entry != c.entry || !strings.Contains(problems[0].What, c.what) {
				t.Errorf("%v, %v; want entry %d: %s", problems, err, c.entry, c.what)
			}
		})
	}
	b.Open(t, nil)
	if th := thread(t, b, out); len(th.Replies) != 1 || th.State != intake.Replied {
		t.Errorf("thread %+v", th)
	}
}

// A slowContext does something when it is asked for the second time whether it
// has ended: that is when Check has listed the entries and looks at none yet.
type slowContext struct {
	context.Context
	asked *int
	do    func()
}

func (c slowContext) Err() error {
	if *c.asked++; *c.asked == 2 {
		c.do()
	}
	return c.Context.Err()
}

// TestCheckWhileAReplyIsDeleted: what is deleted after Check has begun is not
// missed.
func TestCheckWhileAReplyIsDeleted(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "一", "二")
	done := false
	problems, err := b.Check(slowContext{t.Context(), new(int), func() {
		if err := b.EraseReply(t.Context(), out.Receipt, ids[0]); err != nil {
			t.Error(err)
		}
		done = true
	}})
	if err != nil || len(problems) > 0 || !done {
		t.Errorf("deleted %v: %v, %v", done, problems, err)
	}
}
