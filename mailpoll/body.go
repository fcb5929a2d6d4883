package mailpoll

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
)

// maxMessage is the size of the largest message that is read, in bytes of the
// message as it is sent: what a file of the default size has in base64, in lines
// of 76 letters for 57 bytes, and 1 MiB.
const maxMessage = (intake.MaxFileSize/57+1)*78 + 1<<20

// inMemory is the size of the largest that is held in memory; larger ones lie
// in a spool. Tests have a smaller one, so that they need not be large.
var inMemory int64 = 1 << 20

// A letter is a message that was read.
type letter struct {
	head
	raw     raw
	parts   int // that it has, once it was parsed
	bytes   int64
	first   []byte // its meaning, if no other is alike
	meaning []byte
}

// raw is where a letter lies.
type raw interface {
	io.ReaderAt
	io.Closer
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// errOver says that a literal is longer than anything that is read.
var errOver = errors.New("too large")

// bodies fetches messages in one command and hands them to each, one after
// another; each closes them. It returns the UIDs that did not come; where it
// broke off in the middle of one, that is the first of them, and begun. After an
// error that is no refusal the session is of no use any more. errOver says that
// the one begun is over most bytes, and nothing of it was read.
func (s *session) bodies(ctx context.Context, heads []head, most int64, each func(letter) error) (missing []imap.UID, begun bool, err error) {
	if len(heads) == 0 {
		return nil, false, nil
	}
	asked, uids := map[imap.UID]head{}, make([]imap.UID, 0, len(heads))
	for _, h := range heads {
		asked[h.uid], uids = h, append(uids, h.uid)
	}
	var at imap.UID // the message that is being read
	var own error   // an error of this side
	section := &imap.FetchItemBodySection{Peek: true}
	err = s.ask(ctx, bodily(most, 0), func() error {
		cmd := s.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			var uid imap.UID
			for item := msg.Next(); item != nil; item = msg.Next() {
				if u, is := item.(imapclient.FetchItemDataUID); is {
					uid = u.UID
				}
				b, is := item.(imapclient.FetchItemDataBodySection)
				h, wanted := asked[uid]
				if !is || !wanted || own != nil || b.Literal == nil || !b.MatchCommand(section) {
					continue // go-imap drains it
				}
				if b.Literal.Size() == 0 && h.size > 0 {
					continue // it did not come: an empty report in its place would be the end of it
				}
				at = uid
				l, err := s.letter(h, b.Literal, most, &own)
				if err == nil {
					at = 0
					delete(asked, uid)
					s.bodiesGiven++
					own = each(l)
				}
				switch {
				case own != nil:
					// What is still to come would have to be read first. Nobody does,
					// but go-imap must find that out by itself, or it waits for ever.
					s.dead = true
					_ = s.wire.Close()
				case err != nil:
					// go-imap's own goroutine reads on from here, and Next and Close
					// would read with it.
					return err
				default:
					s.wire.expect(bodily(most, 0)) // for the next to begin
				}
			}
		}
		return cmd.Close()
	})
	for _, uid := range uids {
		if _, is := asked[uid]; !is {
			continue
		}
		if uid == at {
			missing = append([]imap.UID{uid}, missing...)
		} else {
			missing = append(missing, uid)
		}
	}
	if own != nil {
		err = own
	}
	return missing, at != 0, err
}

// letter reads one literal whole. An error of this machine's own, such as a
// full disk, goes to own.
func (s *session) letter(h head, body imap.LiteralReader, most int64, own *error) (l letter, err error) {
	size := body.Size()
	if size > most {
		*own = errOver
		return l, errOver
	}
	s.wire.expect(bodily(most, size))
	m := newMeaning(h.arrived)
	l = letter{head: h, bytes: size}
	if size <= inMemory {
		b := make([]byte, size)
		if _, err := io.ReadFull(body, b); err != nil {
			return l, err
		}
		m.Write(b)
		l.raw = memory{bytes.NewReader(b)}
	} else if l.raw, err = toSpool(body, size, m, own); err != nil {
		return l, err
	}
	l.first = m.Sum(make([]byte, 0, sha256.Size))
	return l, nil
}

// toSpool puts a large message where it can be read again.
func toSpool(body io.Reader, size int64, m hash.Hash, own *error) (_ raw, err error) {
	s, err := newSpool()
	if err != nil {
		*own = err
		return nil, err
	}
	w := &spooling{to: io.MultiWriter(s, m)}
	n, err := io.Copy(w, io.LimitReader(body, size))
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		return s, nil
	}
	if w.failed != nil {
		*own = w.failed
	}
	return nil, errors.Join(err, s.Close())
}

// spooling tells the errors of the spool from those of the connection.
type spooling struct {
	to     io.Writer
	failed error
}

func (w *spooling) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	w.failed = err
	return n, err
}
