package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dengwen/intake"
	"dengwen/intake/hotline"
)

// importFlags are how a file is to be read and told about.
type importFlags struct {
	format  string
	zone    *time.Location
	columns map[hotline.Field]string
	errors  *string
	dryRun  *bool
	asJSON  *bool
}

func (a *app) importCommand() *cobra.Command {
	cmd := a.command("import --config FILE LOG [--format F] [--tz ZONE] [--map field=column,…] [--dry-run] [--errors FILE] [--json]", "import", 1)
	f := &importFlags{errors: a.text(cmd, "errors"), dryRun: a.toggle(cmd, "dry-run"), asJSON: a.toggle(cmd, "json")}
	parsed := func(name string, parse func(string) error) { cmd.Flags().Func(name, a.words.Text("flag."+name), parse) }
	parsed("format", func(v string) error {
		if !slices.Contains(hotline.Formats(), v) {
			return fmt.Errorf("%s", strings.Join(hotline.Formats(), ", "))
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
		return a.importFile(ctx, s, b, args[0], f)
	})
}

// importFile takes a whole file or nothing of it.
func (a *app) importFile(ctx context.Context, s *settings, b openBox, path string, f *importFlags) (err error) {
	opened, file, err := openFile(path, s.fileOptions(f))
	if err != nil {
		return fail("import.file", "File", path).because(err)
	}
	defer file.Close()
	for _, name := range opened.Skipped() {
		a.warn("import.skipped", "Sheet", name)
	}
	if err := a.beforeImport(ctx, b, s, *f.dryRun); err != nil {
		return err
	}
	in := newImporting(opened)
	in.told = a.progress
	if in.result.Exchange != "" && len(f.columns) > 0 {
		a.warn("import.no-map")
	}
	var out *outFile
	if *f.errors != "" {
		if out, err = createOut(*f.errors); err != nil {
			return err
		}
		in.sheet = newRowsSheet(out, opened, a.words)
	}
	err = in.into(ctx, b, *f.dryRun)
	a.progress(0)
	if err != nil {
		if out != nil {
			err = out.finish(err)
		}
		if !*f.dryRun && b.held == nil && in.asked && (unheard(err) || errors.Is(err, context.Canceled)) {
			return fail("import.unknown", "File", path)
		}
		return fail("import.file", "File", path).because(err)
	}
	late := in.end()
	switch {
	case out == nil:
	case late == nil && in.work() == 0:
		late = out.drop()
	default:
		late = out.finish(late)
	}
	if *f.asJSON {
		err = a.printJSON(in.result)
	} else {
		a.showImported(path, in, s.schedule.Location(), f)
	}
	if late != nil {
		return fail("import.late", "File", *f.errors).because(late)
	}
	return err
}

// progress shows on a terminal how many rows were read; 0 is the end.
func (a *app) progress(rows int) {
	switch {
	case !a.terminal:
	case rows == 0:
		fmt.Fprint(a.err, "\r\x1b[K") // ECMA-48: erase to the end of the line
	default:
		fmt.Fprint(a.err, "\r", a.words.Text("import.progress", "Count", rows))
	}
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

func openFile(path string, o hotline.Options) (hotline.File, *os.File, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	opened, err := hotline.Open(file, info.Size(), o)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return opened, file, nil
}

// fileOptions joins what the caller and the configuration say of a file; the
// caller goes first. The zone of a ledger is the inspection's where nobody says
// otherwise, and that of a call record is not known then.
func (s *settings) fileOptions(f *importFlags) hotline.Options {
	o := hotline.Options{Zone: s.ledgerZone, CallZone: s.callZone, Format: f.format, Columns: f.columns, Usual: map[hotline.Field]string{}}
	if f.zone != nil {
		o.Zone, o.CallZone = f.zone, f.zone
	}
	for field, column := range s.Hotline.Columns {
		o.Usual[hotline.Field(field)] = column
	}
	return o
}

// showImported says what became of a file. Duplicates are counted and not
// listed: there is nothing to do about them.
func (a *app) showImported(path string, in *importing, zone *time.Location, f *importFlags) {
	r := in.result
	refused := 0
	for _, n := range r.Refused {
		refused += n
	}
	counts := []any{"Count", r.Read, "File", path, "Accepted", r.Accepted, "Refused", refused, "Duplicate", r.Duplicate, "Bad", r.Bad}
	if r.Exchange == "" {
		a.say("import.read", counts...)
	} else {
		a.say("import.calls", append(counts, "Exchange", r.Exchange)...)
		if !in.first.IsZero() {
			const layout = "2006-01-02 15:04"
			a.say("import.span", "First", in.first.In(zone).Format(layout), "Last", in.last.In(zone).Format(layout), "Zone", zone.String())
		}
	}
	t := table{{a.words.Text("import.line"), a.words.Text("import.column"), a.words.Text("import.reason")}}
	for _, row := range r.Rows {
		if row.Reason != string(intake.Duplicate) {
			t = append(t, []string{whereOf(row), shorten(row.Column, 30), a.words.Text("reason." + row.Reason)})
		}
	}
	if len(t) > 1 {
		fmt.Fprint(a.out, t.String())
	}
	if in.damaged > 0 {
		a.say("import.damaged", "Count", in.damaged)
	}
	switch {
	case *f.errors == "":
	case in.work() == 0:
		a.say("import.no-errors", "File", *f.errors)
	default:
		a.say("import.errors", "File", *f.errors, "Count", in.work())
	}
	if *f.dryRun {
		a.say("import.dry-run")
	}
}
