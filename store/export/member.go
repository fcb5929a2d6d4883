package export

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"

	"dengwen/store/entry"
)

// container is the entry number of what belongs to no entry, in members and
// in problems.
const container = -1

// A member is one file of the container, by its place in it: members are in
// the order of entry, then rank, and the name follows from both.
type member struct {
	entry int64
	rank  int
}

// The ranks of an entry's members. File 1 is rankFile+1.
const (
	rankHeader = iota
	rankBody
	rankReport
	rankIdentity
	rankReply
	rankNote // after a reply, of which it keeps a copy
	rankCall
	rankFile
	rankOriginal = rankFile + entry.MaxParts + 1
)

var (
	manifestMember = member{container, 0}
	noteMember     = member{container, 1}
)

// What names are made of: those of the container's own members, those of an
// entry's, and the beginnings of those that are numbered.
var (
	containerNames = [...]string{"dengwen.json", "checkpoint"}
	entryNames     = [...]string{
		rankHeader: "header.json", rankBody: "body.json", rankReport: "report.age", rankIdentity: "identity.age",
		rankNote: "note.age", rankReply: "reply.age", rankCall: "call.age",
	}
)

const (
	entriesPrefix  = "entries/"
	filePrefix     = "file-"
	originalPrefix = "original-"
	sealedSuffix   = ".age"
)

// roleRank is the rank of a role, or the one before its first.
var roleRank = map[entry.Role]int{
	entry.RoleBody: rankBody, entry.RoleReport: rankReport, entry.RoleIdentity: rankIdentity, entry.RoleNote: rankNote,
	entry.RoleReply: rankReply, entry.RoleCall: rankCall, entry.RoleFile: rankFile, entry.RoleOriginal: rankOriginal,
}

// nextRank is the rank of a part that comes after one of rank prev.
func nextRank(prev int, role entry.Role) int {
	rank := roleRank[role]
	if role.Blob() {
		return max(prev, rank) + 1
	}
	return rank
}

// before reports whether m comes before o in the container.
func (m member) before(o member) bool {
	return cmp.Or(cmp.Compare(m.entry, o.entry), cmp.Compare(m.rank, o.rank)) < 0
}

// appendName appends the member's name.
func (m member) appendName(b []byte) []byte {
	if m.entry < 0 {
		return append(b, containerNames[m.rank]...)
	}
	b = append(b, entriesPrefix...)
	for limit := int64(100_000_000_000); limit > m.entry && limit > 1; limit /= 10 {
		b = append(b, '0') // as %012d, which is slow
	}
	b = strconv.AppendInt(b, m.entry, 10)
	return m.appendBase(append(b, '/'))
}

// appendBase appends the name without the entry.
func (m member) appendBase(b []byte) []byte {
	switch {
	case m.entry < 0:
		return append(b, containerNames[m.rank]...)
	case m.rank < len(entryNames):
		return append(b, entryNames[m.rank]...)
	case m.rank < rankOriginal:
		b = strconv.AppendInt(append(b, filePrefix...), int64(m.rank-rankFile), 10)
	default:
		b = strconv.AppendInt(append(b, originalPrefix...), int64(m.rank-rankOriginal), 10)
	}
	return append(b, sealedSuffix...)
}

// String is the name without the entry, for messages that say the entry.
func (m member) String() string { return string(m.appendBase(nil)) }

// parseMember finds the member that has a name.
func parseMember(name []byte) (member, bool) {
	for rank, n := range containerNames {
		if string(name) == n {
			return member{container, rank}, true
		}
	}
	rest, ok := bytes.CutPrefix(name, []byte(entriesPrefix))
	if !ok {
		return member{}, false
	}
	digits, base, _ := bytes.Cut(rest, []byte("/"))
	index, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || index < 0 {
		return member{}, false
	}
	m := member{index, parseRank(string(base))}
	if m.rank < 0 || !bytes.Equal(m.appendName(nil), name) {
		return member{}, false
	}
	return m, true
}

// parseRank may be lenient: the name is written again and compared.
func parseRank(base string) int {
	for rank, n := range entryNames {
		if base == n {
			return rank
		}
	}
	number, sealed := strings.CutSuffix(base, sealedSuffix)
	rank := rankFile
	text, file := strings.CutPrefix(number, filePrefix)
	if !file {
		rank = rankOriginal
		text, file = strings.CutPrefix(number, originalPrefix)
	}
	n, err := strconv.Atoi(text)
	if !sealed || !file || err != nil || n < 1 || n > entry.MaxParts {
		return -1
	}
	return rank + n
}
