package storetest

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Web is a report of the web form, arriving at the given time.
func Web(at time.Time, text string) *intake.Report {
	return &intake.Report{Channel: intake.Web, Arrived: at, Unit: "市水利局", Category: intake.Integrity, Text: text,
		Persons: []intake.Person{{Name: "某某", Post: "科长"}}, Identity: intake.Identity{Name: "举报人", Contact: "1380000"}}
}

// Addition is what the holder of a receipt adds, at the given time.
func Addition(at time.Time, text string, files ...intake.File) *intake.Addition {
	a := &intake.Addition{Arrived: at, Text: text}
	if len(files) > 0 {
		a.Files = func(yield func(intake.File, error) bool) {
			for _, f := range files {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
	return a
}

// Call is a row of a hotline ledger; its text is its whole meaning.
func Call(at time.Time, text string) *intake.Report {
	return &intake.Report{Channel: intake.Hotline, Arrived: at, Text: text, Source: intake.Source{Meaning: []byte(text)}}
}

// Calls yields n rows, one a second before the clock; every tenth is too early
// in the day and every seventh repeats the one before.
func Calls(b *Box, n int) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for i := range n {
			at, text := b.Clock.Now().Add(-time.Duration(i)*time.Second), fmt.Sprintf("第%d行", i)
			switch {
			case i%10 == 3:
				at = at.Add(-4 * time.Hour)
			case i%7 == 6:
				text = fmt.Sprintf("第%d行", i-1)
			}
			if !yield(Call(at, text), nil) {
				return
			}
		}
	}
}

// ReadPart reads the stored bytes of a part.
func ReadPart(b *store.Box, index int64, part int) ([]byte, error) {
	r, err := b.Part(context.Background(), index, part)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// OpenPart opens a sealed part and checks that it belongs where it lies.
func OpenPart(b *store.Box, rec entry.Record, part int, with ...seal.Identity) (entry.Inner, error) {
	sealed, err := ReadPart(b, rec.Index, part)
	if err != nil {
		return entry.Inner{}, err
	}
	plain, err := seal.Open(sealed, 64<<20, with...)
	if err != nil {
		return entry.Inner{}, err
	}
	in, err := entry.DecodeInner(plain)
	if err != nil {
		return in, err
	}
	state, err := b.State(context.Background())
	if err != nil {
		return in, err
	}
	return in, in.Match(rec.Header, state.OriginOf(rec.Index))
}
