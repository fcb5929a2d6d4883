package hotline

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"dengwen/intake"

	"github.com/xuri/excelize/v2"
)

// maxPart is the size of the largest part of a workbook that is read whole:
// its list of sheets, its relations, its styles.
const maxPart = 8 << 20

// A workbook is an opened XLSX file. Excelize reads what a workbook says of
// itself: its sheets, its date system, its styles. It is given these parts
// alone. The sheets and their strings are read here (sheet.go, strings.go),
// straight out of the archive, because excelize inflates every part into
// memory, ends the rows of a damaged sheet without an error, and leaves a cell
// empty whose string is not there.
type workbook struct {
	parts   map[string]*zip.File
	file    *excelize.File
	strings []string
	dates   []dateStyle // by cell style
	days    epoch
}

// openWorkbook opens an XLSX ledger or call record and finds the head of every
// sheet. A sheet without a head is left out, but not all of them.
func openWorkbook(r io.ReaderAt, size int64, opts Options) (File, error) {
	b := &workbook{}
	var err error
	if b.parts, err = unzip(r, size); err != nil {
		return nil, err
	}
	sheets, err := b.open()
	if err != nil {
		return nil, err
	}
	l := &Ledger{format: XLSX, zone: opts.Zone, guarded: opts.Guarded}
	var fault error
	var calls []*callPage
	for _, s := range sheets {
		if err := s.findMerges(); err != nil {
			return nil, inSheet(s.title, err)
		}
		h, found, err := behead(s, opts.choice())
		switch {
		case found != nil:
			calls = append(calls, found)
		case err == nil:
			l.add(s, h)
		case errors.As(err, new(*headlessError)):
			if fault == nil {
				fault = inSheet(s.title, err)
			}
			l.skipped = append(l.skipped, s.title)
		case !errors.Is(err, errNoRows):
			return nil, inSheet(s.title, err)
		}
	}
	switch {
	case len(calls) > 0:
		return openCallSheets(calls, l, opts)
	case exchangeOf(opts.Format) != nil:
		return nil, noCalls(opts.Format)
	case len(l.pages) > 0:
		return l, nil
	case fault != nil:
		return nil, fault
	}
	return nil, errNoRows
}

// openCallSheets makes a call log of the sheets that are call records. A
// workbook that holds two kinds of rows is refused: one of them would be left
// out.
func openCallSheets(calls []*callPage, ledger *Ledger, opts Options) (File, error) {
	mixed := len(ledger.pages) > 0
	for _, p := range calls {
		mixed = mixed || p.exchange != calls[0].exchange
	}
	if mixed {
		return nil, intake.Explain(intake.ErrInvalid, "callrecord.mixed", "the workbook holds a call record that %s wrote and another kind of rows: save each in a file of its own", calls[0].exchange.name)
	}
	l, err := newCallLog(calls, opts)
	if err != nil {
		return nil, err
	}
	l.format, l.skipped = XLSX, ledger.skipped
	return l, nil
}

// open reads what the workbook says of itself.
func (b *workbook) open() ([]*sheet, error) {
	roots, err := b.relations("_rels/.rels", "")
	if err != nil {
		return nil, err
	}
	home := ""
	for _, rel := range roots {
		if strings.HasSuffix(rel.kind, "/officeDocument") {
			home = rel.target
		}
	}
	if b.parts[home] == nil || wrongArchive(b.parts) != errArchive {
		return nil, wrongArchive(b.parts)
	}
	relsName := path.Join(path.Dir(home), "_rels", path.Base(home)+".rels")
	if b.file, err = b.skeleton("[content_types].xml", "_rels/.rels", home, relsName, "xl/styles.xml"); err != nil {
		return nil, err
	}
	props, err := b.file.GetWorkbookProps()
	if err != nil {
		return nil, damaged(err)
	}
	b.days = epoch1900
	if props.Date1904 != nil && *props.Date1904 {
		b.days = epoch1904
	}
	b.dates = dateStyles(b.file)
	rels, err := b.relations(relsName, path.Dir(home))
	if err != nil {
		return nil, err
	}
	return b.sheets(rels)
}

// sheets lists the worksheets in their order and reads the shared strings.
// Chart sheets and macro sheets are no tables.
func (b *workbook) sheets(rels map[string]relation) ([]*sheet, error) {
	if b.file.WorkBook == nil {
		return nil, damaged(errors.New("no list of sheets"))
	}
	if len(b.file.WorkBook.Sheets.Sheet) > MaxSheets {
		return nil, intake.Explain(intake.ErrTooLong, "ledger.sheets", "the workbook has more than %d sheets", MaxSheets)
	}
	var total uint64
	measured := func(name string) error {
		part := b.parts[name]
		if part == nil {
			return intake.Explain(intake.ErrInvalid, "ledger.lacks", "the workbook is damaged: it lacks %q", name)
		}
		if total += part.UncompressedSize64; total > MaxInflated || part.UncompressedSize64 > MaxInflated {
			return intake.Explain(intake.ErrTooLong, "ledger.inflated", "the workbook inflates to more than %d bytes", int64(MaxInflated))
		}
		return nil
	}
	var sheets []*sheet
	for _, s := range b.file.WorkBook.Sheets.Sheet {
		rel, known := rels[s.ID]
		if known && !strings.HasSuffix(rel.kind, "/worksheet") {
			continue
		}
		if err := measured(rel.target); err != nil {
			return nil, inSheet(s.Name, err)
		}
		sheets = append(sheets, &sheet{book: b, title: s.Name, part: b.parts[rel.target]})
	}
	for _, rel := range rels {
		if strings.HasSuffix(rel.kind, "/sharedStrings") {
			if err := measured(rel.target); err != nil {
				return nil, err
			}
			var err error
			if b.strings, err = sharedStrings(b.parts[rel.target]); err != nil {
				return nil, err
			}
			break
		}
	}
	return sheets, nil
}

// skeleton opens a workbook of the named parts with excelize. The limits are
// equal, or it would write parts to the temporary directory; that directory's
// name is one that no system has, to make sure.
func (b *workbook) skeleton(names ...string) (file *excelize.File, err error) {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, name := range names {
		part := b.parts[name]
		if part == nil {
			continue
		}
		if part.UncompressedSize64 > maxPart {
			return nil, largePart(name)
		}
		if err := zw.Copy(part); err != nil {
			return nil, damaged(err)
		}
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	// A library that takes a whole format may fall over a file that was made
	// to make it.
	defer func() {
		if p := recover(); p != nil {
			err = damaged(fmt.Errorf("%v", p))
		}
	}()
	limit := int64(len(names) * maxPart)
	file, err = excelize.OpenReader(&buf, excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: limit, TmpDir: "\x00"})
	if err != nil {
		return nil, damaged(err)
	}
	return file, nil
}
