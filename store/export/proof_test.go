package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/merkle"
	"dengwen/store/storetest"
)

// A stored keeps tree hashes for a test to prove from.
type stored []merkle.Hash

func (s stored) ReadHashes(at []int64) ([]merkle.Hash, error) {
	out := make([]merkle.Hash, len(at))
	for i, n := range at {
		out[i] = s[n]
	}
	return out, nil
}

// inTree proves that one of the leaves is in the tree of all of them.
func inTree(t testing.TB, leaves [][]byte, n int64) (p merkle.Proof, root merkle.Hash) {
	t.Helper()
	var tree stored
	var all merkle.Roller
	for i, leaf := range leaves {
		hashes, err := merkle.Append(int64(i), merkle.LeafHash(leaf), tree)
		if err != nil {
			t.Fatal(err)
		}
		tree = append(tree, hashes...)
		all.Add(merkle.LeafHash(leaf))
	}
	hashes, err := merkle.ProveInclusion(n, int64(len(leaves)), tree)
	if err != nil {
		t.Fatal(err)
	}
	return merkle.Proof{Index: n, Hashes: hashes, Leaf: leaves[n]}, all.Root()
}

// proofOf is the same with a checkpoint.
func proofOf(t testing.TB, s merkle.Signer, leaves [][]byte, n int64) merkle.Proof {
	t.Helper()
	p, root := inTree(t, leaves, n)
	var err error
	if p.Checkpoint, err = s.Sign(merkle.Checkpoint{Origin: s.Origin(), Size: int64(len(leaves)), Root: root}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (l *testLog) leaves() (all [][]byte) {
	for _, h := range l.headers {
		all = append(all, h.Encode())
	}
	return all
}

// The web report of a fullLog.
const webReport = 4

func (l *testLog) proof(n int64) []byte {
	l.t.Helper()
	b, err := proofOf(l.t, l.signer, l.leaves(), n).Format()
	l.must(err)
	return b
}

// verifyProof fails the test if no judgement is reached, or if the judgement
// contradicts itself.
func verifyProof(t testing.TB, b []byte, key string) (export.Report, export.Proven) {
	t.Helper()
	r, p, err := export.VerifyProof(b, export.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if r.OK != (len(r.Problems) == 0) || r.Problems == nil || r.OK != (p.Origin != "") {
		t.Fatalf("ok is %v with problems %v, proven %+v", r.OK, r.Problems, p)
	}
	return r, p
}

func TestVerifyProof(t *testing.T) {
	l := fullLog(t)
	r, p := verifyProof(t, l.proof(webReport), l.key())
	size := int64(len(l.headers))
	if diff := cmp.Diff(export.Report{OK: true, Entries: size, Root: entry.Hash(l.root(size)), Problems: []entry.Problem{}}, r); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(export.Proven{Origin: l.signer.Origin(), Index: webReport, Header: l.headers[webReport]}, p); diff != "" {
		t.Error(diff)
	}
	js, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"ok":true,"entries":13,"root":"` + r.Root.String() + `","problems":[]}`; string(js) != want {
		t.Errorf("%s\nnot\n%s", js, want)
	}
}

// One problem, of the entry named or of the proof as a whole.
func oneOf(t *testing.T, what string, r export.Report, at int64, says string) {
	t.Helper()
	if len(r.Problems) != 1 || r.Problems[0].Entry != at || !strings.Contains(r.Problems[0].What, says) {
		t.Errorf("%s: %v, want one problem of %d: %s", what, r.Problems, at, says)
	}
}

func TestVerifyProofNamesWhatIsWrong(t *testing.T) {
	l := fullLog(t)
	b, leaves, signer := l.proof(webReport), l.leaves(), l.signer
	judge := func(b []byte, key string) export.Report {
		t.Helper()
		r, _ := verifyProof(t, b, key)
		return r
	}
	remade := func(change func(*merkle.Proof)) []byte {
		t.Helper()
		p := proofOf(t, signer, leaves, webReport)
		change(&p)
		b, err := p.Format()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	sibling := l.headers[webReport]
	sibling.ID = entry.NewID()
	// That of the checkpoint is told even where it cannot be trusted.
	unanchored := judge(b, "")
	oneOf(t, "no key", unanchored, -1, intake.ErrUnanchored.Error())
	if unanchored.Entries != 13 || unanchored.Root != entry.Hash(l.root(13)) {
		t.Errorf("%+v", unanchored)
	}
	oneOf(t, "another log's key", judge(b, newSigner(t, "dengwen.example/other").Key()), -1, "the checkpoint is of dengwen.example/2f6b, the key given is of dengwen.example/other")
	oneOf(t, "another key of the same name", judge(b, newSigner(t, signer.Origin()).Key()), -1, "no verifiable signatures")
	oneOf(t, "the header of another entry", judge(remade(func(p *merkle.Proof) { p.Leaf = sibling.Encode() }), l.key()), webReport, "not the one that the checkpoint covers")
	oneOf(t, "another place", judge(remade(func(p *merkle.Proof) { p.Index = 5 }), l.key()), 5, "not the one that the checkpoint covers")
	oneOf(t, "a place behind the end", judge(remade(func(p *merkle.Proof) { p.Index = 13 }), l.key()), 13, "not the one that the checkpoint covers")
	oneOf(t, "a hash too many", judge(remade(func(p *merkle.Proof) { p.Hashes = append(p.Hashes, merkle.Hash{}) }), l.key()), webReport, "not the one")
	oneOf(t, "an older checkpoint", judge(remade(func(p *merkle.Proof) { p.Checkpoint = l.checkpoint(12) }), l.key()), webReport, "not the one")
	oneOf(t, "text for a checkpoint", judge(remade(func(p *merkle.Proof) { p.Checkpoint = []byte("a\nb\nc\n") }), l.key()), -1, "size invalid")
	oneOf(t, "Windows line ends", judge(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")), l.key()), -1, "Windows")
	oneOf(t, "an export", judge(l.export(nil), l.key()), -1, "it does not begin with")
	oneOf(t, "nothing", judge(nil, l.key()), -1, "it does not begin with")
	if r := judge(remade(func(p *merkle.Proof) { p.Leaf = sibling.Encode() }), ""); len(r.Problems) != 2 || r.Problems[0].Entry != -1 || r.Problems[1].Entry != webReport {
		t.Errorf("no key and another header: %v", r.Problems)
	}
	// Entries that are in the log, and that nobody has a receipt for.
	for n, h := range l.headers[:13] {
		want := h.Kind == entry.KindAccepted && h.Channel == intake.Web
		p, err := proofOf(t, signer, leaves, int64(n)).Format()
		if err != nil {
			t.Fatal(err)
		}
		if r := judge(p, l.key()); r.OK != want {
			t.Errorf("%s %s: %v", h.Kind, h.Channel, r.Problems)
		} else if !want {
			oneOf(t, string(h.Kind), r, int64(n), "no receipt is for this entry: its kind is \""+string(h.Kind))
		}
	}
}

// Who holds the key can sign a tree of anything: a header that no log has is
// refused still.
func TestVerifyProofRefusesHeadersThatAreNone(t *testing.T) {
	l := fullLog(t)
	was := string(l.headers[webReport].Encode())
	for what, leaf := range map[string]string{
		"keys in another order": strings.Replace(was, `"kind":"accepted","date":"2026-09-07"`, `"date":"2026-09-07","kind":"accepted"`, 1),
		"white space":           was + "\n",
		"an unknown key":        strings.Replace(was, `"v":1,`, `"v":1,"x":1,`, 1),
		"an upper-case key":     strings.Replace(was, `"date"`, `"DATE"`, 1),
		"a key twice":           strings.Replace(was, `"v":1,`, `"v":1,"v":1,`, 1),
		"another version":       strings.Replace(was, `"v":1,`, `"v":2,`, 1),
		"another channel":       strings.Replace(was, `"web"`, `"fax"`, 1),
		"no JSON":               "举报",
	} {
		if leaf == was {
			t.Fatalf("%s: nothing was changed", what)
		}
		leaves := l.leaves()
		leaves[webReport] = []byte(leaf)
		b, err := proofOf(t, l.signer, leaves, webReport).Format()
		if err != nil {
			t.Fatal(err)
		}
		r, _ := verifyProof(t, b, l.key())
		oneOf(t, what, r, webReport, "header")
	}
}

// Whatever is changed of a proof shows: any bit, any byte left out or put in,
// any end cut off.
func TestEveryChangeOfAProofIsRefused(t *testing.T) {
	l := fullLog(t)
	good := l.proof(webReport)
	refused := func(what string, at int, b []byte) {
		t.Helper()
		if r, _ := verifyProof(t, b, l.key()); r.OK {
			t.Fatalf("%s %d verifies\n%s", what, at, b)
		}
	}
	for i := range good {
		for bit := range 8 {
			b := bytes.Clone(good)
			b[i] ^= 1 << bit
			refused("with a flipped bit, byte", i, b)
		}
		refused("without byte", i, slices.Delete(bytes.Clone(good), i, i+1))
		refused("cut at byte", i, good[:i])
		for _, c := range []byte("\n\r =A0") {
			refused(fmt.Sprintf("with %q at byte", c), i, slices.Insert(bytes.Clone(good), i, c))
		}
	}
	refused("with a line more at", len(good), append(bytes.Clone(good), '\n'))
}

func TestVerifyProofWithoutJudgement(t *testing.T) {
	l := fullLog(t)
	b := l.proof(webReport)
	for name, tt := range map[string]struct {
		opts export.Options
		want error
	}{
		"a key that is none": {export.Options{Key: "dengwen.example/2f6b+00000000+AAAA"}, intake.ErrKey},
		"a checkpoint":       {export.Options{Key: l.key(), Since: l.checkpoint(5)}, intake.ErrInvalid},
	} {
		if r, p, err := export.VerifyProof(b, tt.opts); !errors.Is(err, tt.want) || r.OK || r.Problems == nil || p.Origin != "" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// The way of a real report through a real box to who holds its receipt.
func TestProofOfABox(t *testing.T) {
	b := storetest.New(t)
	out, err := b.Submit(t.Context(), withFiles(storetest.Web(b.Clock.Now(), "有附件"), intake.File{Name: "a", Body: strings.NewReader("x")}))
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Add(24 * time.Hour)
	if err := b.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	file, err := b.Proof(t.Context(), out.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, p := verifyProof(t, file, state.Key)
	if !r.OK || r.Entries != 6 || p.Index != 4 || p.Header.ID != out.ID || p.Origin != state.Origin || len(p.Header.Parts) != 3 {
		t.Errorf("%+v %+v", r, p)
	}
}
