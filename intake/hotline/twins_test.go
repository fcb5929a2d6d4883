package hotline

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// Every ledger of text has twins on a sheet that say the same, row by row:
// with all cells as text, and with what a spreadsheet makes of them, in both
// date systems. The shared samples are tried too where they lie beside the
// repository.
func TestEveryLedgerHasATwin(t *testing.T) {
	var files []string
	for _, l := range ledgers {
		files = append(files, filepath.Join("testdata", l.file))
	}
	files = append(files, filepath.Join("testdata", "short-dates.csv"))
	shared, err := filepath.Glob("../../../shared/samples/hotline/ledger-*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, shared...) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			l := open(t, b, Options{})
			want := told(t, l)
			for name, made := range map[string]func(*twin, string, string){"text": (*twin).text, "1900": (*twin).typed, "1904": (*twin).typed} {
				w := newTwin(t, name == "1904")
				for rec, err := range l.pages[0].table.records(l.pages[0].head.width()) {
					if err != nil {
						t.Fatal(err)
					}
					for c, cell := range rec.cells {
						// No workbook can hold cells that cannot be told apart, nor NUL bytes.
						if rec.broken != "" || cell == "" {
							continue
						}
						at, err := excelize.CoordinatesToCellName(c+1, rec.line)
						if err != nil {
							t.Fatal(err)
						}
						made(w, at, strings.ReplaceAll(cell, "\x00", ""))
					}
				}
				twin := open(t, written(t, w.file), Options{})
				if diff := cmp.Diff(want, told(t, twin)); diff != "" {
					t.Errorf("%s (-text +twin):\n%s", name, diff)
				}
			}
		})
	}
}

// told is what a ledger says of its rows, lines and cells aside.
func told(t *testing.T, l *Ledger) []Row {
	t.Helper()
	var rows []Row
	for _, row := range read(t, l) {
		if row.Bad != nil && (row.Bad.Reason == BadQuotes || row.Bad.Reason == BadEncoding) {
			continue
		}
		row.Sheet, row.Line, row.Cells = "", 0, nil
		rows = append(rows, row)
	}
	return rows
}

// A twin is a workbook that is being written.
type twin struct {
	t                *testing.T
	file             *excelize.File
	d1904            bool
	full, date, hour int // styles
}

func newTwin(t *testing.T, d1904 bool) *twin {
	t.Helper()
	w := &twin{t: t, file: excelize.NewFile(), d1904: d1904}
	w.check(w.file.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &d1904}))
	for code, id := range map[string]*int{"yyyy/m/d h:mm": &w.full, `yyyy"年"m"月"d"日"`: &w.date, "h:mm": &w.hour} {
		var err error
		*id, err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &code})
		w.check(err)
	}
	return w
}

func (w *twin) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *twin) text(at, cell string) { w.check(w.file.SetCellStr("Sheet1", at, cell)) }

// typed writes what a spreadsheet makes of a cell that is typed into it: dates
// and times are days, digits a number unless they begin with 0, = a formula.
func (w *twin) typed(at, cell string) {
	s := clean(cell)
	if f, ok := strings.CutPrefix(s, "="); ok {
		w.check(w.file.SetCellFormula("Sheet1", at, f))
		return
	}
	if plain := fold(s); strings.Trim(plain, "0123456789.") == "" {
		n, err := strconv.ParseFloat(plain, 64)
		if err != nil || plain[0] == '0' && !strings.HasPrefix(plain, "0.") {
			w.text(at, cell)
			return
		}
		if w.d1904 && n >= 40_000 && n < 60_000 {
			n -= 1462
		}
		w.check(w.file.SetCellFloat("Sheet1", at, n, -1, 64))
		return
	}
	c, ok := parseClock(s, epoch1900)
	if !ok || c.zoned {
		w.text(at, cell)
		return
	}
	days, style := 0.0, w.hour
	if c.dated {
		day := time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
		epoch := epoch1900
		if w.d1904 {
			epoch = epoch1904
		}
		days, style = math.Round(day.Sub(epoch.Time).Hours()/24), w.date
	}
	if c.timed {
		days += (float64(c.hour*3600+c.minute*60+c.second) + float64(c.nano)/1e9) / 86400
		if c.dated {
			style = w.full
		}
	}
	w.check(w.file.SetCellFloat("Sheet1", at, days, -1, 64))
	w.check(w.file.SetCellStyle("Sheet1", at, at, style))
}
