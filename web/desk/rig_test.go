package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/intake/triage"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// A rig takes files of the hotline into a real box, as serve does.
type rig struct {
	box  *box
	zone *time.Location
	mu   sync.Mutex
	gate chan struct{} // an import waits for it, if it is set
	err  error         // what an import ends with, if it is set
	dry  int           // imports that only said what would happen
	wet  int           // and others
	// declared: the configuration says whose time call records tell.
	declared bool
	ended    chan error // the contexts' errors of imports that waited
}

func newRig(t testing.TB, b *box) *rig {
	t.Helper()
	at, err := time.LoadLocation(zone)
	check(t, err)
	return &rig{box: b, zone: at, ended: make(chan error, 8)}
}

func (g *rig) set(gate chan struct{}, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gate, g.err = gate, err
}

func (g *rig) runs() (dry, wet int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dry, g.wet
}

func (g *rig) take(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(int)) (a intake.ImportAnswer, err error) {
	g.mu.Lock()
	gate, fails := g.gate, g.err
	if order.DryRun {
		g.dry++
	} else {
		g.wet++
	}
	g.mu.Unlock()
	data, err := io.ReadAll(file)
	if err != nil {
		return a, err
	}
	if gate != nil {
		told(1200)
		select {
		case <-gate:
		case <-ctx.Done():
		}
		g.ended <- ctx.Err()
		if ctx.Err() != nil {
			return a, ctx.Err()
		}
	}
	if fails != nil {
		return a, fails
	}
	if calls, is := bytes.CutPrefix(data, []byte("exchange\n")); is {
		return g.calls(ctx, order, string(calls))
	}
	return g.ledger(ctx, order, data)
}

// ledger takes in what package hotline reads.
func (g *rig) ledger(ctx context.Context, order intake.ImportOrder, data []byte) (intake.ImportAnswer, error) {
	o := hotline.Options{Zone: g.zone}
	if order.Zone != "" {
		var err error
		if o.Zone, err = time.LoadLocation(order.Zone); err != nil {
			return intake.ImportAnswer{}, err
		}
	}
	var file hotline.File
	columns, err := hotline.ParseMap(order.Columns)
	if o.Columns = columns; order.Columns == "" {
		o.Columns, err = nil, nil
	}
	if err == nil {
		file, err = hotline.Open(bytes.NewReader(data), int64(len(data)), o)
	}
	if err != nil {
		return intake.ImportAnswer{Fault: fault(order.Language, err)}, nil
	}
	a := intake.ImportAnswer{Skipped: file.Skipped()}
	a.Refused = map[intake.Reason]int{}
	for _, c := range file.Sheets()[0].Columns {
		a.Heads = append(a.Heads, intake.PreviewHead{Head: c.Head, Field: string(c.Field)})
	}
	var good []hotline.Row
	err = g.box.SubmitAll(ctx, order.DryRun, func(yield func(*intake.Report, error) bool) {
		for row, err := range file.Rows() {
			if err == nil && row.Bad != nil {
				a.Bad++
				a.Wrong = append(a.Wrong, intake.PreviewRow{Sheet: row.Sheet, Line: row.Line, Column: row.Bad.Column, Reason: string(row.Bad.Reason)})
				a.Sheet = append(a.Sheet, strings.Join(row.Cells, ",")+"\r\n"...)
				continue
			}
			good = append(good, row)
			if !yield(row.Report, err) {
				return
			}
		}
	}, func(i int, o intake.Outcome) {
		tally(&a, rowOf(good[i]), o)
	})
	a.Read = a.Accepted + a.Duplicate + a.Bad + len(a.Late)
	return a, err
}

// rowOf is a row of a ledger as serve tells it.
func rowOf(row hotline.Row) intake.PreviewRow {
	r := row.Report
	return intake.PreviewRow{Sheet: row.Sheet, Line: row.Line, At: r.Arrived, Unit: r.Unit, Title: triage.Title(r.Subject, r.Text),
		Damaged: slices.Contains(r.Marks, intake.MarkPhoneDamaged)}
}

// calls takes in lines of an instant, a caller, an extension and seconds.
func (g *rig) calls(ctx context.Context, order intake.ImportOrder, text string) (intake.ImportAnswer, error) {
	a := intake.ImportAnswer{Imported: intake.Imported{Exchange: "Asterisk", Refused: map[intake.Reason]int{}}}
	if order.Zone == "" && !g.declared {
		return intake.ImportAnswer{Fault: ui.NewWords(order.Language).Text("hotline.zone-hint")}, nil
	}
	var all []*intake.Call
	for line := range strings.Lines(text) {
		c := &intake.Call{Answered: true, Meaning: []byte(line)}
		var at string
		if _, err := fmt.Sscan(line, &at, &c.Caller, &c.Callee, &c.Seconds); err != nil {
			return a, err
		}
		var err error
		if c.At, err = time.Parse(time.RFC3339, at); err != nil {
			return a, err
		}
		all = append(all, c)
	}
	each := func(i int, o intake.Outcome) { tally(&a, intake.PreviewRow{Line: i + 2, At: all[i].At}, o) }
	err := g.box.SubmitCalls(ctx, order.DryRun, sequence(all), each)
	a.Read = len(all)
	return a, err
}

func sequence[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}
}

func tally(a *intake.ImportAnswer, row intake.PreviewRow, o intake.Outcome) {
	if a.First.IsZero() || row.At.Before(a.First) {
		a.First = row.At
	}
	if row.At.After(a.Last) {
		a.Last = row.At
	}
	row.Reason = string(o.Reason)
	switch o.Verdict {
	case intake.Accepted:
		a.Accepted++
		if row.Damaged {
			a.Damaged++
		}
		a.Good = append(a.Good, row)
	case intake.Duplicate:
		a.Duplicate++
		row.Reason = string(intake.Duplicate)
		a.Known = append(a.Known, row)
	default:
		a.Refused[o.Reason]++
		a.Late = append(a.Late, row)
	}
}

// fault is why a file cannot be read, as people are told.
func fault(language string, err error) string {
	if d, is := errors.AsType[*intake.Detail](err); is {
		return ui.NewWords(language).Detail(d.ID, d.Text, d.Args...)
	}
	return err.Error()
}

// deskWith is a desk that takes files, and who signs in there.
func deskWith(t testing.TB, b *box, g *rig, change func(*desk.Options)) *desk.Site {
	return b.site(t, func(o *desk.Options) {
		o.Import = g.take
		if change != nil {
			change(o)
		}
	})
}
