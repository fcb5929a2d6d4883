package main

import (
	"bytes"
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"dengwen/store/export"
	"dengwen/store/seal"
)

// maxKeyFile is the size of the largest key file that is read, in bytes.
const maxKeyFile = 64 << 10

func (a *app) openCommand() *cobra.Command {
	cmd := a.command("open FILE --identity KEYFILE --out DIR", "open", 1)
	identity, out := a.text(cmd, "identity"), cmd.Flags().String("out", "", a.words.Text("flag.out-open"))
	return runs(cmd, func(ctx context.Context, args []string) error {
		ids, err := readIdentities(*identity)
		if err != nil {
			return fail("open.key", "File", *identity).because(err)
		}
		f, err := openRegular(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		found, err := export.Open(ctx, f, ids, *out)
		if err != nil {
			return fail("open.failed", "File", args[0]).because(err)
		}
		for _, p := range found.Problems {
			a.warn("open.problem", "Entry", a.entryName(p.Entry), "What", p.What)
		}
		a.say("open.done", "Count", found.Records, "Files", found.Files, "Dir", filepath.Clean(*out))
		a.sayCalls(found, filepath.Clean(*out))
		return nil
	}, "identity", "out")
}

// sayCalls says what came of holding the exchange's calls against the ledger,
// if the export has any.
func (a *app) sayCalls(found export.Opened, dir string) {
	if found.Calls == 0 {
		return
	}
	a.say("open.calls", "Count", found.Calls, "Without", found.WithoutRecord, "File", filepath.Join(dir, "calls.csv"))
	if found.OutsideHours > 0 {
		a.say("open.outside", "Count", found.OutsideHours)
	}
	if found.Unsure > 0 {
		a.say("open.unsure", "Count", found.Unsure)
	}
}

func readIdentities(path string) ([]seal.Identity, error) {
	text, err := readSmall(path, maxKeyFile)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	return seal.ReadIdentities(bytes.NewReader(text))
}
