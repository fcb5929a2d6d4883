package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// importBox is a real box whose process reads files of the hotline: each line
// is what one caller said.
type importBox struct {
	*storetest.Box
	answer func(intake.ImportOrder, *intake.ImportAnswer) // what else it says
}

func (b importBox) Import(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(int)) (answer intake.ImportAnswer, err error) {
	text, err := io.ReadAll(file)
	if err != nil {
		return answer, err
	}
	answer.Refused = map[intake.Reason]int{}
	rows := func(yield func(*intake.Report, error) bool) {
		for line := range strings.Lines(string(text)) {
			if answer.Read++; !yield(storetest.Call(b.Clock.Now(), strings.TrimSpace(line)), nil) {
				return
			}
		}
	}
	err = b.SubmitAll(ctx, order.DryRun, rows, func(i int, o intake.Outcome) {
		switch o.Verdict {
		case intake.Accepted:
			answer.Accepted++
		case intake.Duplicate:
			answer.Duplicate++
		}
		told(i + 1)
	})
	if err == nil && b.answer != nil {
		b.answer(order, &answer)
	}
	return answer, err
}

// ledger has n lines. Most repeat another, since sealing is not on trial: each
// perLedger are the same.
func ledger(n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, "第%d行\n", i-i%perLedger)
	}
	return s.String()
}

const perLedger = 35 // far fewer than a chunk of the box

func unheard(int) {}

var _ socket.Importer = importBox{}

func TestImport(t *testing.T) {
	const n = 700
	order := intake.ImportOrder{DryRun: true, Zone: "Asia/Shanghai", Columns: "time=来电时间,text=内容\r\n--", Language: "zh-CN"}
	var got []intake.ImportOrder
	say := func(o intake.ImportOrder, a *intake.ImportAnswer) {
		got = append(got, o)
		a.Heads = []intake.PreviewHead{{Head: "来电时间", Field: "time"}}
		a.Sheet = []byte("\xef\xbb\xbf行,列\r\n")
	}
	near, far := storetest.New(t), storetest.New(t)
	c, _, _ := serve(t, importBox{far, say})
	var want []intake.ImportOrder
	for _, dryRun := range []bool{true, false, false} {
		order.DryRun = dryRun
		want = append(want, order, order)
		var all [2][]int
		var answers [2]intake.ImportAnswer
		for i, b := range []socket.Importer{importBox{near, say}, c} {
			var err error
			if answers[i], err = b.Import(t.Context(), order, strings.NewReader(ledger(n)), func(rows int) { all[i] = append(all[i], rows) }); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(answers[0], answers[1]); diff != "" || answers[1].Read != n {
			t.Errorf("dry run %v: %s", dryRun, diff)
		}
		if diff := cmp.Diff(all[0], all[1]); diff != "" || len(all[1]) != n {
			t.Errorf("dry run %v: told %s", dryRun, diff)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if size, err := c.Size(t.Context()); err != nil || size != 4+n/perLedger {
		t.Errorf("%d entries, %v", size, err)
	}
}

func TestNobodyImports(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	file := new(endless)
	if a, err := c.Import(t.Context(), intake.ImportOrder{}, file, unheard); !errors.Is(err, intake.ErrNotFound) || !cmp.Equal(a, intake.ImportAnswer{}) {
		t.Errorf("%+v, %v", a, err)
	}
	if file.read > 8<<20 {
		t.Errorf("%d bytes were read of a file that nobody wants", file.read)
	}
}

// Progress comes while the file is still being read: the file goes on only
// after it did, and the import only after the file.
func TestProgressComesBeforeTheEnd(t *testing.T) {
	c, _, _ := serve(t, tellingBox{})
	heard := make(chan int)
	file := io.MultiReader(strings.NewReader("first"), &gate{func() {
		if rows := <-heard; rows != 1 {
			t.Errorf("told %d first", rows)
		}
	}, strings.NewReader("last")})
	var all []int
	answer, err := c.Import(t.Context(), intake.ImportOrder{}, file, func(rows int) {
		if all = append(all, rows); rows == 1 {
			heard <- rows
		}
	})
	if err != nil || answer.Read != len("firstlast") || !cmp.Equal(all, []int{1, 0, 2}) {
		t.Errorf("%+v, %v, told %v", answer, err, all)
	}
}

// tellingBox tells after the first bytes and after the last.
type tellingBox struct{ socket.Box }

func (tellingBox) Import(_ context.Context, _ intake.ImportOrder, file io.Reader, told func(int)) (a intake.ImportAnswer, err error) {
	if _, err := io.ReadFull(file, make([]byte, 5)); err != nil {
		return a, err
	}
	told(1)
	rest, err := io.ReadAll(file)
	told(0)
	told(2)
	a.Read = 5 + len(rest)
	return a, err
}

// Whoever reads the file need not be who tells, nor be one.
func TestManyTell(t *testing.T) {
	const tellers, each = 4, 100
	c, _, _ := serve(t, manyBox{tellers: tellers, each: each})
	sum := 0
	a, err := c.Import(t.Context(), intake.ImportOrder{}, strings.NewReader(ledger(9000)), func(rows int) { sum += rows })
	if err != nil || a.Read != len(ledger(9000)) || sum != tellers*each {
		t.Errorf("%+v, %v, told %d", a, err, sum)
	}
}

// manyBox tells from several goroutines while it reads.
type manyBox struct {
	socket.Box
	tellers, each int
}

func (b manyBox) Import(_ context.Context, _ intake.ImportOrder, file io.Reader, told func(int)) (a intake.ImportAnswer, err error) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for range b.tellers {
		wg.Go(func() {
			for range b.each {
				told(1)
			}
		})
	}
	text, err := io.ReadAll(file)
	a.Read = len(text)
	return a, err
}

// gate is read after open returned.
type gate struct {
	open func()
	io.Reader
}

func (g *gate) Read(p []byte) (int, error) {
	if g.open != nil {
		g.open()
		g.open = nil
	}
	return g.Reader.Read(p)
}
