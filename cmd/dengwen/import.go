package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"dengwen/intake/hotline"
)

// importFlags are how a ledger is to be read and told about.
type importFlags struct {
	format  string
	zone    *time.Location
	columns map[hotline.Field]string
	errors  *string
	dryRun  *bool
	asJSON  *bool
}

func (a *app) importCommand() *cobra.Command {
	cmd := a.command("import --config FILE LEDGER [--format F] [--tz ZONE] [--map field=column,…] [--dry-run] [--errors FILE] [--json]", "import", 1)
	f := &importFlags{errors: a.text(cmd, "errors"), dryRun: a.toggle(cmd, "dry-run"), asJSON: a.toggle(cmd, "json")}
	parsed := func(name string, parse func(string) error) { cmd.Flags().Func(name, a.words.Text("flag."+name), parse) }
	parsed("format", func(v string) error {
		if !slices.Contains([]string{hotline.CSV, hotline.TSV, hotline.XLSX}, v) {
			return errors.New("csv, tsv, xlsx")
		}
		f.format = v
		return nil
	})
	parsed("tz", func(v string) (err error) {
		f.zone, err = loadZone(v)
		return err
	})
	parsed("map", func(v string) (err error) {
		f.columns, err = hotline.AddMap(f.columns, v)
		return err
	})
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, args []string) error {
		return a.importLedger(ctx, s, b, args[0], f)
	})
}

// importLedger takes a whole file or nothing of it.
func (a *app) importLedger(ctx context.Context, s *settings, b openBox, path string, f *importFlags) (err error) {
	ledger, file, err := openLedger(path, s.ledgerOptions(f))
	if err != nil {
		return fail("import.file", "File", path).because(err)
	}
	defer file.Close()
	for _, name := range ledger.Skipped() {
		a.warn("import.skipped", "Sheet", name)
	}
	if err := a.beforeImport(ctx, b, s, *f.dryRun); err != nil {
		return err
	}
	in := newImporting(ledger)
	var out *outFile
	if *f.errors != "" {
		if out, err = createOut(*f.errors); err != nil {
			return err
		}
		in.sheet = a.newRowsSheet(out, ledger)
	}
	if err := b.SubmitAll(ctx, *f.dryRun, in.reports(), in.outcome); err != nil {
		if out != nil {
			err = out.finish(err)
		}
		if !*f.dryRun && b.held == nil && in.asked && (unheard(err) || errors.Is(err, context.Canceled)) {
			return fail("import.unknown", "File", path)
		}
		return fail("import.file", "File", path).because(err)
	}
	late := in.end()
	if out != nil {
		late = out.finish(late)
	}
	if *f.asJSON {
		err = a.printJSON(in.result)
	} else {
		a.showImported(path, in.result, *f.dryRun)
	}
	if late != nil {
		return fail("import.late", "File", *f.errors).because(late)
	}
	return err
}

// beforeImport puts the configuration in force; a dry run only says where it
// would have to.
func (a *app) beforeImport(ctx context.Context, b openBox, s *settings, dryRun bool) error {
	if !dryRun {
		return a.apply(ctx, b, s)
	}
	differs, err := s.compare(ctx, b)
	if differs && err == nil {
		a.warn("box.dry-schedule")
	}
	return err
}

func openLedger(path string, o hotline.Options) (hotline.File, *os.File, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	ledger, err := hotline.Open(file, info.Size(), o)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return ledger, file, nil
}

// ledgerOptions joins what the command line and the configuration say; the
// command line goes first.
func (s *settings) ledgerOptions(f *importFlags) hotline.Options {
	o := hotline.Options{Zone: f.zone, Format: f.format, Columns: map[hotline.Field]string{}}
	if o.Zone == nil {
		o.Zone = s.ledgerZone
	}
	for field, column := range s.Hotline.Columns {
		o.Columns[hotline.Field(field)] = column
	}
	maps.Copy(o.Columns, f.columns)
	return o
}

func (a *app) showImported(path string, r imported, dryRun bool) {
	refused := 0
	for _, n := range r.Refused {
		refused += n
	}
	a.say("import.read", "Count", r.Read, "File", path, "Accepted", r.Accepted, "Refused", refused, "Duplicate", r.Duplicate, "Bad", r.Bad)
	if len(r.Rows) > 0 {
		t := table{{a.words.Text("import.line"), a.words.Text("import.column"), a.words.Text("import.reason")}}
		for _, row := range r.Rows {
			t = append(t, []string{row.where(), shorten(row.Column, 30), a.words.Text("reason." + row.Reason)})
		}
		fmt.Fprint(a.out, t.String())
	}
	if dryRun {
		a.say("import.dry-run")
	}
}
