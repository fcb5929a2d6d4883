package export

import (
	"archive/tar"
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dengwen/store/entry"
)

func TestBlockIsThatOfArchiveTar(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		m := someMember(rnd)
		name, size := m.appendName(nil), rnd.Int64N(entry.MaxPartSize+1)>>rnd.IntN(31)
		var out bytes.Buffer
		h := &tar.Header{Name: string(name), Size: size, Mode: 0o600, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
		if err := tar.NewWriter(&out).WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		var b block
		b.format(name, size)
		if !bytes.Equal(b[:], out.Bytes()) {
			t.Fatalf("%s, %d bytes:\n%q\n%q", name, size, b, out.Bytes())
		}
		gotName, gotSize, ok := b.parse()
		if !ok || !bytes.Equal(gotName, name) || gotSize != size {
			t.Fatalf("%s, %d bytes: parsed %s, %d, %v", name, size, gotName, gotSize, ok)
		}
	}
}

func TestBlockHasOneForm(t *testing.T) {
	var good block
	good.format([]byte("entries/000000000007/file-3.age"), 12345)
	for at := range good {
		for bit := range 8 {
			b := good
			b[at] ^= 1 << bit
			if name, size, ok := b.parse(); ok {
				t.Errorf("bit %d of byte %d changed: still %q, %d", bit, at, name, size)
			}
		}
	}
	if _, _, ok := zeroBlock.parse(); ok {
		t.Error("an empty block is a header")
	}
}

func TestPadding(t *testing.T) {
	for n, want := range map[int64]int64{0: 0, 1: 511, 511: 1, 512: 0, 513: 511, 1 << 31: 0} {
		if got := padding(n); got != want {
			t.Errorf("%d bytes: %d zeros, not %d", n, got, want)
		}
	}
}

func TestMemberNames(t *testing.T) {
	for _, c := range []struct {
		m    member
		name string
	}{
		{manifestMember, "dengwen.json"}, {noteMember, "checkpoint"},
		{member{0, rankHeader}, "entries/000000000000/header.json"},
		{member{9, rankBody}, "entries/000000000009/body.json"},
		{member{10, rankReport}, "entries/000000000010/report.age"},
		{member{99_999_999_999, rankIdentity}, "entries/099999999999/identity.age"},
		{member{100_000_000_000, rankNote}, "entries/100000000000/note.age"},
		{member{1_000_000_000_000, rankReply}, "entries/1000000000000/reply.age"},
		{member{1, rankCall}, "entries/000000000001/call.age"},
		{member{1, rankFile + 1}, "entries/000000000001/file-1.age"},
		{member{1, rankFile + 1000}, "entries/000000000001/file-1000.age"},
		{member{1, rankOriginal + 12}, "entries/000000000001/original-12.age"},
	} {
		if got := string(c.m.appendName(nil)); got != c.name {
			t.Errorf("%+v: %s, not %s", c.m, got, c.name)
		}
		if got, ok := parseMember([]byte(c.name)); !ok || got != c.m {
			t.Errorf("%s: %+v, %v", c.name, got, ok)
		}
	}
	for _, name := range []string{
		"", "dengwen.json/", "./dengwen.json", "Checkpoint", "entries/", "entries/1/header.json", "entries/000000000001", "entries/000000000001/",
		"entries/0000000000001/header.json", "entries/-00000000001/header.json", "entries/+00000000001/header.json", "entries/000000000001/file-0.age",
		"entries/000000000001/file-01.age", "entries/000000000001/file-+1.age", "entries/000000000001/file-1", "entries/000000000001/original-.age",
		"entries/000000000001/file-1.age.age", "entries/000000000001/body.json/x", fmt.Sprintf("entries/000000000001/file-%d.age", entry.MaxParts+1),
		"entries/99999999999999999999/header.json",
	} {
		if m, ok := parseMember([]byte(name)); ok {
			t.Errorf("%q is taken for %+v", name, m)
		}
	}
}

// Members are written in the order of before: the writer and the reader must
// agree on it for every header that there can be.
func TestRanksGrow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		roles := []entry.Role{entry.RoleReport, entry.RoleIdentity}
		for range rnd.IntN(20) {
			roles = append(roles, entry.RoleFile)
		}
		for range rnd.IntN(20) {
			roles = append(roles, entry.RoleOriginal)
		}
		m, seen := member{entry: 1}, map[entry.Role]int{}
		for _, role := range roles {
			last := m
			m.rank = nextRank(m.rank, role)
			seen[role]++
			want := string(role) + ".age"
			if role.Blob() {
				want = fmt.Sprintf("%s-%d.age", role, seen[role])
			}
			if !last.before(m) || m.String() != want {
				t.Fatalf("%v: %s after %s, want %s", roles, m, last, want)
			}
		}
	}
}

func someMember(rnd *rand.Rand) member {
	m := member{rnd.Int64N(1 << 40 >> rnd.IntN(40)), rnd.IntN(len(entryNames) + 20)}
	switch {
	case m.rank >= len(entryNames)+10:
		m.rank += rankOriginal
	case m.rank >= len(entryNames):
		m.rank += rankFile
	}
	return m
}

func TestManifestHasOneForm(t *testing.T) {
	m := manifest{V: 1, Origin: "a/<b>", From: 3, Size: 5, Root: entry.HashOf(nil)}
	b, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"origin":"a/<b>","from":3,"size":5,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}`
	if string(b) != want {
		t.Fatalf("%s", b)
	}
	if got, err := decodeManifest(b); err != nil || got != m {
		t.Fatal(got, err)
	}
}
