package store

import (
	"context"
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// Submit is the door for one report. It asks the schedule, looks for the same
// report from the same source, seals, and writes; when it returns an accepted
// outcome the report is on disk. A refusal is an outcome, counted once per
// source and sealed into the log with the day. Errors: ErrEmpty, ErrTooLong,
// ErrInvalid for a report that is none; ErrClock; ErrFull; ErrClosed; ErrMoved for
// a cursor that somebody else has moved.
func (b *Box) Submit(ctx context.Context, r *intake.Report) (intake.Outcome, error) {
	if err := r.Check(); err != nil {
		return intake.Outcome{}, err
	}
	return b.deliver(ctx, submission{Report: r, mac: b.meaning(r)})
}

// A submission is a report and the keyed hash of its meaning; nil when every
// submission counts as a report of its own. With a ref it is what is added to
// that report; see Add. With a call it is that call, and the report holds only
// what the schedule asks: channel and arrival; see SubmitCalls.
type submission struct {
	*intake.Report
	mac  []byte
	ref  string
	call *intake.Call
}

// kind is that of the entry that takes the submission.
func (s submission) kind() entry.Kind {
	switch {
	case s.call != nil:
		return entry.KindCall
	case s.ref != "":
		return entry.KindAdded
	}
	return entry.KindAccepted
}

// judge decides what becomes of a submission: refused comes before duplicate,
// so that a row outside the hours says so however often it is sent.
func (s submission) judge(tx *bbolt.Tx, state *entry.State, now time.Time) (intake.Outcome, error) {
	if state.Closed {
		return intake.Outcome{}, intake.ErrClosed
	}
	at := s.Arrived
	if s.Channel == intake.Web && at.After(now) {
		at = now // the clock was set between the request and here; a page knows no future
	}
	if a := state.Schedule.Admit(s.Channel, at, now); !a.Open() && !s.beside(a.Reason) {
		return intake.Outcome{Verdict: intake.Refused, Reason: a.Reason, Next: a.Next}, nil
	}
	if err := s.checkDay(state.Schedule, now); err != nil {
		return intake.Outcome{}, err
	}
	if id := acceptedBefore(tx, s.mac); id != "" {
		return intake.Outcome{Verdict: intake.Duplicate, ID: id}, nil
	}
	return intake.Outcome{Verdict: intake.Accepted}, nil
}

// beside reports whether a reason to refuse does not hold for the submission.
// The hours are for who reports. A call is no report, it is what the ledger is
// held against, so those outside the hours are kept too. What came before the
// inspection, or after it, is nobody's business.
func (s submission) beside(reason intake.Reason) bool {
	return s.call != nil && (reason == intake.ClosedDay || reason == intake.OutsideHours)
}

// checkDay holds what comes by web to the rule of the log for its date
// (entry.Checker): today's, or yesterday's where it was still being sent at
// midnight. Only a clock that was set in between makes it another, and an entry
// that breaks the rule would stand in the log for ever.
func (s submission) checkDay(in intake.Schedule, now time.Time) error {
	if s.Channel != intake.Web {
		return nil
	}
	day, today := in.Day(s.Arrived), in.Day(now)
	next, err := nextDay(day)
	if err == nil && (day > today || next < today) {
		err = fmt.Errorf("it arrived on %s, and it is %s by this machine's clock: send again: %w", day, today, intake.ErrClock)
	}
	return err
}

// write records an outcome in the caller's transaction: the accepted report
// with its dedupe key, counts and receipt row, what is added to one, or one
// refusal. A crash before the commit returns leaves all of it or none.
func (s submission) write(t *txn, p *parcel, out intake.Outcome) error {
	switch out.Verdict {
	case intake.Accepted:
		if _, err := t.append(p.header, p.bodies); err != nil {
			return err
		}
		if p.header.Kind == entry.KindAdded {
			return nil // no report, so it is in no count of them
		}
		if err := t.remember(s.mac, p.header.ID); err != nil {
			return err
		}
		if err := p.receipt.put(t); err != nil {
			return err
		}
		return t.count(accepted(p.header.Date, s.Channel), 1)
	case intake.Refused:
		return s.refuse(t, out.Reason)
	}
	return nil
}

// refuse counts a refusal, unless this very row or message was counted before.
// What lies in the future is not refused for good: it will be asked again.
func (s submission) refuse(t *txn, reason intake.Reason) error {
	if reason == intake.Future || known(t.Tx, s.mac) {
		return nil
	}
	if err := t.rememberRefused(s.mac); err != nil {
		return err
	}
	return t.count(refused(t.state.Schedule.Day(s.Arrived), s.Channel, reason), 1)
}
