package entry

import (
	"encoding/hex"
	"fmt"
	"slices"

	"dengwen/intake"
)

// A Problem is an entry that breaks a rule.
type Problem struct {
	Entry int64  `json:"entry"`
	What  string `json:"what"`
}

// MaxProblems is how many problems a Checker lists before it only says that
// there are more: where one thing is wrong early, every later entry may be.
const MaxProblems = 100

// A Checker is fed the entries of a log in order and collects those that
// break a rule. It needs no secret. It keeps the ids of all entries, about
// 40 bytes each, the replies, and otherwise only what is in force.
//
// What it cannot see is what sealed parts say, and whether the hashes add up
// to a checkpoint: that is for whoever holds the keys, and for the tree.
type Checker struct {
	state    State
	next     int64
	ids      map[entryID]class
	recorded string // the newest recording date
	eve      string // the day before it
	arrived  pending
	counts   map[arrival]int64 // accepted since the newest closed-day
	admits   map[arrival]bool  // by the schedule in force
	calls    [2]string         // the first and the last day that a call can be of, by the same
	replies  Replies
	problems []Problem
}

type entryID [idBytes]byte

// class is what other entries may say of an entry.
type class byte

const (
	clearClass class = iota
	acceptedClass
	sealedClass
)

// arrival is a day of a channel.
type arrival struct {
	day     string
	channel intake.Channel
}

// NewChecker returns a Checker at the beginning of a log.
func NewChecker() *Checker {
	return &Checker{ids: map[entryID]class{}, counts: map[arrival]int64{}, admits: map[arrival]bool{}}
}

// State returns what is in force after the entries so far.
func (c *Checker) State() State { return c.state.Clone() }

// Problems returns what was found so far, in the order of the entries that
// revealed it.
func (c *Checker) Problems() []Problem { return slices.Clone(c.problems) }

// Entry takes the next entry: its header from DecodeHeader and, for a clear
// kind, its body.
func (c *Checker) Entry(index int64, h Header, body []byte) {
	if index != c.next {
		c.problem(index, "comes where entry %d is due", c.next)
	}
	c.next = index + 1
	if err := h.Validate(); err != nil {
		c.problem(index, "%v", err)
		return
	}
	c.checkDates(index, h)
	c.checkIDs(index, h)
	if err := c.state.CheckSigner(h); err != nil {
		c.problem(index, "%v", err)
	}
	if h.Kind.Clear() {
		c.clear(index, h, body)
		return
	}
	switch {
	case len(c.state.Accounts) == 0:
		c.problem(index, "%s entry: a log begins with created, keys, schedule, account", h.Kind)
	case c.state.Closed && h.Kind.Arrival():
		c.problem(index, "%s entry: the inspection ended before", h.Kind)
	}
	switch h.Kind {
	case KindAccepted:
		c.accepted(index, h)
	case KindCall:
		c.call(index, h)
	}
	c.replies.Written(h)
}

// Done says that the log ends here.
func (c *Checker) Done() {
	if c.next < int64(len(opening)) {
		c.problem(c.next, "the log ends before it begins: no %s entry", opening[max(c.next, 0)])
	}
}

// checkIDs checks that ids are unique and that refs name an accepted entry.
func (c *Checker) checkIDs(index int64, h Header) {
	id := parseID(h.ID)
	if _, twice := c.ids[id]; twice {
		c.problem(index, "%s entry: its id %s is an earlier entry's", h.Kind, h.ID)
		return
	}
	if h.Ref != "" && c.ids[parseID(h.Ref)] != acceptedClass {
		c.problem(index, "%s entry: its ref %s is no earlier accepted entry", h.Kind, h.Ref)
	}
	switch {
	case h.Kind == KindAccepted:
		c.ids[id] = acceptedClass
	case h.Kind.Clear():
		c.ids[id] = clearClass
	default:
		c.ids[id] = sealedClass
	}
}

// accepted counts a report and checks that its day was open.
func (c *Checker) accepted(index int64, h Header) {
	a := arrival{h.Date, h.Channel}
	c.counts[a]++
	open, known := c.admits[a]
	if !known {
		open = c.state.Schedule.AdmitsDay(h.Channel, h.Date)
		c.admits[a] = open
	}
	if !open {
		c.problem(index, "accepted by %s on %s, when the schedule in force is never open", h.Channel, h.Date)
	}
}

// clear applies a clear entry and checks what only the whole log can tell.
func (c *Checker) clear(index int64, h Header, body []byte) {
	if body == nil {
		c.problem(index, "%s entry: its body is missing", h.Kind)
		return
	}
	b, err := c.state.take(index, h, body)
	if err != nil {
		c.problem(index, "%v", err)
		return
	}
	switch b := b.(type) {
	case ScheduleBody:
		clear(c.admits)
		c.calls = inspection(b.Schedule)
	case ClosedDay:
		c.compareCounts(index, b.Accepted)
	case Erased:
		if k, ok := c.ids[parseID(b.Entry)]; !ok || k == clearClass {
			c.problem(index, "erased entry: %s is no earlier entry with sealed parts", b.Entry)
		} else if err := c.replies.Erased(h, b); err != nil {
			c.problem(index, "erased entry: %v", err)
		}
	}
}

// compareCounts checks the counts of a closed day against the headers.
func (c *Checker) compareCounts(index int64, said []Count) {
	for _, n := range said {
		a := arrival{n.Day, n.Channel}
		if c.counts[a] != n.N {
			c.problem(index, "closed-day entry: says %d accepted by %s on %s, the log has %d", n.N, n.Channel, n.Day, c.counts[a])
		}
		delete(c.counts, a)
	}
	left := make([]Count, 0, len(c.counts))
	for a, n := range c.counts {
		left = append(left, Count{Day: a.day, Channel: a.channel, N: n})
	}
	slices.SortFunc(left, Count.Compare)
	for _, n := range left {
		c.problem(index, "closed-day entry: leaves out %d accepted by %s on %s", n.N, n.Channel, n.Day)
	}
	clear(c.counts)
}

func (c *Checker) problem(index int64, format string, a ...any) {
	switch n := len(c.problems); {
	case n < MaxProblems:
		c.problems = append(c.problems, Problem{index, fmt.Sprintf(format, a...)})
	case n == MaxProblems:
		c.problems = append(c.problems, Problem{index, "and more"})
	}
}

// parseID reads an id of a valid header or body.
func parseID(s string) (id entryID) {
	hex.Decode(id[:], []byte(s))
	return id
}
