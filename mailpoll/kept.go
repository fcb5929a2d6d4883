package mailpoll

import (
	"cmp"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// kept is the accepted mail that waits in its folder: only what was put there
// by a command that the server has confirmed with the new UIDs. Whatever else
// lies in the folder is somebody else's, and stays.
type kept struct {
	folder   string // its name: some servers give all folders the same UIDVALIDITY
	validity uint32 // of the folder
	days     []keptDay
}

// A keptDay is what was put there on one day, in UTC. The hour is not kept: it
// would tell when the mails came.
type keptDay struct {
	day  string
	uids imap.UIDSet
}

func (k kept) clone() kept {
	days := make([]keptDay, 0, len(k.days))
	for _, d := range k.days {
		days = append(days, keptDay{d.day, slices.Clone(d.uids)})
	}
	k.days = days
	return k
}

// add notes what was put into a folder. One that was made anew, or has another
// name now, has none of the earlier.
func (k *kept) add(folder string, validity uint32, day string, uids imap.UIDSet) {
	if !k.in(folder, validity) {
		*k = kept{folder: folder, validity: validity}
	}
	i, found := slices.BinarySearchFunc(k.days, day, func(d keptDay, day string) int { return cmp.Compare(d.day, day) })
	if !found {
		k.days = slices.Insert(k.days, i, keptDay{day: day})
	}
	k.days[i].uids.AddSet(uids)
}

// in reports whether the UIDs are those of this folder.
func (k kept) in(folder string, validity uint32) bool {
	return k.folder == folder && k.validity == validity
}

// due is what has waited for so many whole days.
func (k kept) due(now time.Time, keepDays int) kept {
	due := kept{folder: k.folder, validity: k.validity}
	for _, d := range k.days {
		if waited(d.day, now, keepDays) {
			due.days = append(due.days, d)
		}
	}
	return due
}

// uids are all that wait, in ascending order.
func (k kept) uids() (uids []imap.UID) {
	for _, d := range k.days {
		uids = append(uids, listed(d.uids)...)
	}
	slices.Sort(uids)
	return uids
}

// waited reports whether keepDays whole days have passed since the end of a
// day; none are over at once.
func waited(day string, now time.Time, keepDays int) bool {
	return keepDays == 0 || day < now.UTC().AddDate(0, 0, -keepDays).Format(time.DateOnly)
}

// without is k without these.
func (k kept) without(gone imap.UIDSet) kept {
	left := kept{folder: k.folder, validity: k.validity}
	for _, d := range k.days {
		var uids imap.UIDSet
		for _, uid := range listed(d.uids) {
			if !gone.Contains(uid) {
				uids.AddNum(uid)
			}
		}
		if len(uids) > 0 {
			left.days = append(left.days, keptDay{d.day, uids})
		}
	}
	return left
}

func (k kept) has(uid imap.UID) bool {
	return slices.ContainsFunc(k.days, func(d keptDay) bool { return d.uids.Contains(uid) })
}

// count is how many wait.
func (k kept) count() (n int) {
	for _, d := range k.days {
		n += size(d.uids)
	}
	return n
}

// listed are the UIDs of a set that is known to be small. The set's own Nums
// never ends at the last UID that there can be.
func listed(set imap.UIDSet) (uids []imap.UID) {
	for _, r := range set {
		for u := uint64(r.Start); u <= uint64(r.Stop); u++ {
			uids = append(uids, imap.UID(u))
		}
	}
	return uids
}

// size is how many UIDs a set has, without listing them: a set from a server
// may have four billion.
func size(set imap.UIDSet) (n int) {
	for _, r := range set {
		n += int(r.Stop) - int(r.Start) + 1
	}
	return n
}
