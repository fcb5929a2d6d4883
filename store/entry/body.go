package entry

import (
	"errors"
	"fmt"
	"time"

	"dengwen/intake"
)

// MaxBody bounds a clear body, in bytes. The largest is a closed-day entry
// after the import of a ledger whose every row lies on another day.
const MaxBody = 8 << 20

// A Body is the clear JSON of an entry. Each begins with at, the exact instant
// of recording in UTC. The bodies of format v1 are Created, ScheduleBody,
// KeysBody, AccountBody, Exported, ClosedDay, Erased, Restored and ClosedBody.
type Body interface {
	// Kind is the kind of entry that has this body.
	Kind() Kind
	// When is the instant of recording.
	When() time.Time

	// canonical returns a copy in the one form that has an encoding.
	canonical() Body
	// check reports what is wrong with the body by itself; the rules between
	// entries are State's.
	check() error
}

// EncodeBody returns the canonical JSON of a body. Instants are written in
// UTC and nil lists as empty ones. A body that would not decode is an error
// that wraps intake.ErrInvalid.
func EncodeBody(b Body) ([]byte, error) {
	b = b.canonical()
	if err := checkBody(b); err != nil {
		return nil, fmt.Errorf("%s body: %w: %w", b.Kind(), err, intake.ErrInvalid)
	}
	out, err := encodeJSON(b)
	if err != nil {
		return nil, fmt.Errorf("%s body: %w: %w", b.Kind(), err, intake.ErrInvalid)
	}
	if len(out) > MaxBody {
		return nil, fmt.Errorf("%s body: %d bytes, at most %d: %w", b.Kind(), len(out), MaxBody, intake.ErrTooLong)
	}
	return out, nil
}

// DecodeBody reads the canonical JSON of the body of a clear kind and returns
// it as a value of its type. Errors wrap intake.ErrDamaged.
func DecodeBody(kind Kind, b []byte) (Body, error) {
	if len(b) > MaxBody {
		return nil, fmt.Errorf("%s body: %d bytes, at most %d: %w", kind, len(b), MaxBody, intake.ErrDamaged)
	}
	var body Body
	var err error
	switch kind {
	case KindCreated:
		body, err = decodeBody[Created](b)
	case KindSchedule:
		body, err = decodeBody[ScheduleBody](b)
	case KindKeys:
		body, err = decodeBody[KeysBody](b)
	case KindAccount:
		body, err = decodeBody[AccountBody](b)
	case KindExported:
		body, err = decodeBody[Exported](b)
	case KindClosedDay:
		body, err = decodeBody[ClosedDay](b)
	case KindErased:
		body, err = decodeBody[Erased](b)
	case KindRestored:
		body, err = decodeBody[Restored](b)
	case KindClosed:
		body, err = decodeBody[ClosedBody](b)
	default:
		err = errors.New("this kind has no clear body")
	}
	if err != nil {
		return nil, fmt.Errorf("%s body: %w: %w", kind, err, intake.ErrDamaged)
	}
	return body, nil
}

func decodeBody[T Body](b []byte) (Body, error) {
	var v T
	if err := readJSON(b, &v); err != nil {
		return nil, err
	}
	c := v.canonical()
	if err := checkBody(c); err != nil {
		return nil, err
	}
	again, err := encodeJSON(c)
	if err := sameBytes(b, again, err); err != nil {
		return nil, err
	}
	return c, nil
}

func checkBody(b Body) error {
	if b.When().IsZero() {
		return errors.New("at: no instant")
	}
	return b.check()
}

// instant gives a time its one form: UTC, without a monotonic reading.
func instant(t time.Time) time.Time { return t.Round(0).UTC() }
