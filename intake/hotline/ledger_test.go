package hotline

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shanghai is a zone without summer time, as the tests' ledgers are from.
var shanghai = time.FixedZone("CST", 8*3600)

// ledgers are the testdata with their golden results. Files of one golden are
// one ledger, written in different ways.
var ledgers = []struct {
	file, golden, format, encoding string
}{
	{"utf8.csv", "duty", CSV, "UTF-8"},
	{"utf8-bom.csv", "duty", CSV, "UTF-8"},
	{"gb18030.csv", "duty", CSV, "GB18030"},
	{"utf8.tsv", "short", TSV, "UTF-8"},
	{"utf16le.txt", "short", TSV, "UTF-16LE"},
	{"utf16be.txt", "short", TSV, "UTF-16BE"},
	{"old-mac.csv", "short", CSV, "UTF-8"},
	{"semicolon.csv", "semicolon", CSV, "UTF-8"},
	{"bom-only-first-line.csv", "bom-only-first-line", CSV, "UTF-8"},
	{"other-heads.csv", "other-heads", CSV, "UTF-8"},
	{"date-lines.csv", "date-lines", CSV, "UTF-8"},
	{"quotes.csv", "quotes", CSV, "UTF-8"},
	{"broken-bytes.csv", "broken-bytes", CSV, "UTF-8"},
}

func TestGolden(t *testing.T) {
	for _, l := range ledgers {
		t.Run(l.file, func(t *testing.T) {
			got := open(t, testdata(t, l.file), Options{})
			if got.Format() != l.format || got.Encoding() != l.encoding {
				t.Errorf("read as %s, %s; want %s, %s", got.Format(), got.Encoding(), l.format, l.encoding)
			}
			checkGolden(t, l.golden, describe(t, got))
		})
	}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// A delimiter changes nothing but the line numbers.
func TestDelimitersAgree(t *testing.T) {
	want := meanings(t, open(t, testdata(t, "utf8.tsv"), Options{}))
	if diff := cmp.Diff(want, meanings(t, open(t, testdata(t, "semicolon.csv"), Options{}))); diff != "" {
		t.Errorf("tabs and semicolons differ (-tabs +semicolons):\n%s", diff)
	}
}

// Naming the columns that are found anyway changes nothing, so a ledger that
// is imported again with --map adds nothing.
func TestMapAgrees(t *testing.T) {
	for _, file := range []string{"utf8.csv", "other-heads.csv"} {
		plain := open(t, testdata(t, file), Options{})
		columns := make(map[Field]string)
		for _, c := range plain.Sheets()[0].Columns {
			if c.Field != "" {
				columns[c.Field] = c.Head
			}
		}
		mapped := open(t, testdata(t, file), Options{Columns: columns})
		if diff := cmp.Diff(meanings(t, plain), meanings(t, mapped)); diff != "" {
			t.Errorf("%s: --map changes the meaning (-without +with):\n%s", file, diff)
		}
	}
}

func TestMapNamesUnknownHeads(t *testing.T) {
	ledger := "甲,乙,丙\n2026/3/2 9:00,修路偷工减料,张某\n"
	if _, err := Open(strings.NewReader(ledger), int64(len(ledger)), Options{Zone: shanghai}); err == nil {
		t.Fatal("heads that nobody knows were taken for a ledger's")
	} else {
		for _, want := range []string{`"甲"`, `"乙"`, `"丙"`, "--map"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error does not show %s: %v", want, err)
			}
		}
	}
	columns, err := ParseMap("time=甲, text=乙,caller=丙")
	if err != nil {
		t.Fatal(err)
	}
	rows := read(t, open(t, []byte(ledger), Options{Columns: columns}))
	if len(rows) != 1 || rows[0].Report == nil || rows[0].Report.Text != "修路偷工减料" || rows[0].Report.Identity.Name != "张某" {
		t.Errorf("rows %+v", rows)
	}
	columns[Phone] = "丁"
	_, err = Open(strings.NewReader(ledger), int64(len(ledger)), Options{Zone: shanghai, Columns: columns})
	if err == nil || !strings.Contains(err.Error(), `"丁"`) {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestParseMapRefuses(t *testing.T) {
	for _, s := range []string{"", "time", "time=", "=甲", "when=甲", "time=甲,time=乙", "time=甲,"} {
		if _, err := ParseMap(s); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("ParseMap(%q): %v", s, err)
		}
	}
}

// Rows can be read again, and left off in the middle.
func TestRowsAgain(t *testing.T) {
	l := open(t, testdata(t, "utf8.csv"), Options{})
	for range l.Rows() {
		break
	}
	if diff := cmp.Diff(describe(t, l), describe(t, l)); diff != "" {
		t.Error(diff)
	}
}

func open(t testing.TB, b []byte, opts Options) *Ledger {
	t.Helper()
	if opts.Zone == nil {
		opts.Zone = shanghai
	}
	l, err := Open(bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	return l.(*Ledger)
}

func testdata(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t testing.TB, l *Ledger) []Row {
	t.Helper()
	var rows []Row
	for row, err := range l.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if (row.Report == nil) == (row.Bad == nil) {
			t.Fatalf("line %d is neither good nor bad, or both", row.Line)
		}
		if row.Report != nil {
			if err := row.Report.Check(); err != nil {
				t.Fatalf("line %d: %v", row.Line, err)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func meanings(t testing.TB, l *Ledger) []string {
	t.Helper()
	var ms []string
	for _, row := range read(t, l) {
		if row.Report != nil {
			ms = append(ms, string(row.Report.Source.Meaning))
		} else {
			ms = append(ms, fmt.Sprint("bad: ", row.Bad.Reason))
		}
	}
	return ms
}

// describe writes a ledger's rows for people: one block a row.
func describe(t testing.TB, l *Ledger) string {
	var b strings.Builder
	for _, s := range l.Sheets() {
		fmt.Fprintf(&b, "head %s%d:", s.Name, s.Line)
		for _, c := range s.Columns {
			fmt.Fprintf(&b, " %s=%s", c.Head, c.Field)
		}
		b.WriteByte('\n')
	}
	for _, row := range read(t, l) {
		fmt.Fprintf(&b, "\n%s%d", row.Sheet, row.Line)
		if row.Bad != nil {
			fmt.Fprintf(&b, " bad: %s in %s: %q\n", row.Bad.Reason, row.Bad.Column, row.Cells)
			continue
		}
		r := row.Report
		fmt.Fprintf(&b, " %s %q\n", r.Arrived.Format(time.RFC3339Nano), r.Text)
		for _, f := range []struct {
			name string
			v    any
		}{
			{"unit", r.Unit}, {"persons", r.Persons}, {"category", r.Category}, {"subject", r.Subject}, {"recorder", r.Recorder}, {"marks", r.Marks},
			{"name", r.Identity.Name}, {"phone", r.Identity.Phone}, {"remark", r.Identity.Remark},
		} {
			if s := fmt.Sprintf("%q", f.v); s != `""` && s != `[]` {
				fmt.Fprintf(&b, "\t%s %s\n", f.name, s)
			}
		}
		fmt.Fprintf(&b, "\tmeaning %x\n", sha256.Sum256(r.Source.Meaning))
	}
	return b.String()
}

// cellsOf reads a text ledger as plain cells, the way a spreadsheet would on
// opening it.
func cellsOf(t testing.TB, file string, delimiter rune) [][]string {
	t.Helper()
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(testdata(t, file), []byte("\ufeff"))))
	c.Comma, c.FieldsPerRecord = delimiter, -1
	cells, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return cells
}
