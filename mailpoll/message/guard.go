package message

import "dengwen/intake"

// Limits of one mail. They count before anything is decoded; parts count the
// mail itself, multiparts and forwarded mails along with their parts.
const (
	maxDepth = 20    // multiparts and forwarded mails around a part
	maxParts = 1_000 // with the raw mail, as many files as the box takes
)

// Guard reports whether raw is within what is parsed: every header block at
// most intake.MaxHeaders bytes, at most 1,000 parts, none of them inside more
// than 20 others. The work is linear in the length of raw for each level. The
// error wraps intake.ErrTooLong and holds nothing of the mail.
//
// Forwarded mails that are transfer-encoded are not looked into here, for that
// takes decoding them. Read does so within what is left of the same limits.
func Guard(raw []byte) error {
	_, err := new(scanner).message(raw, 0)
	return err
}

func errHeader(n int) error {
	return intake.Explain(intake.ErrTooLong, "message.header", "a header of %d bytes, at most %d", n, intake.MaxHeaders)
}

func errDepth() error {
	return intake.Explain(intake.ErrTooLong, "message.depth", "parts inside one another more than %d times", maxDepth)
}

func errParts() error {
	return intake.Explain(intake.ErrTooLong, "message.parts", "more than %d parts", maxParts)
}
