package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/store/storetest"
)

// Bad rows with no good one before them never wait for the box: a file of
// nothing else would stay in memory cell by cell.
func TestBadRowsDoNotWait(t *testing.T) {
	bad, mixed := strings.Builder{}, strings.Builder{}
	for i := range 3 * toldEvery {
		fmt.Fprintf(&bad, "没有时间,%d\n", i)
		fmt.Fprintf(&mixed, "2026-09-08 09:00:%02d,第 %d 件事\n没有时间,%d\n", i%60, i, i)
	}
	for _, rows := range []string{bad.String(), mixed.String()} {
		text := "来电时间,反映问题\n" + rows
		file, err := hotline.Open(strings.NewReader(text), int64(len(text)), hotline.Options{Zone: time.UTC})
		if err != nil {
			t.Fatal(err)
		}
		in := newImporting(file)
		most, lines := 0, 0
		in.told = func(int) { most = max(most, len(in.waiting)) }
		in.seen = func(row decided, _ intake.Verdict) {
			if lines++; row.Line != lines+1 {
				t.Fatalf("line %d in place %d", row.Line, lines)
			}
		}
		if err := in.into(t.Context(), storetest.New(t), true); err != nil {
			t.Fatal(err)
		}
		if err := in.end(); err != nil || in.result.Read != lines || lines != strings.Count(rows, "\n") || in.result.Bad < 3*toldEvery {
			t.Errorf("%+v, %d lines, %v", in.result.Bad, lines, err)
		}
		if rows == bad.String() && most > 0 {
			t.Errorf("%d bad rows waited", most)
		}
	}
}
