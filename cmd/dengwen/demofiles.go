package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"dengwen/store/export"
	"dengwen/store/seal"
)

//go:embed sample/ledger.csv
var sampleLedger []byte

//go:embed sample/dengwen.toml
var sampleConfig string

// furnish writes all that an inspection has before its box is made: the
// configuration, the keys that are kept elsewhere, and a week's ledger.
func (a *app) furnish(dir string, offset time.Duration) error {
	var config bytes.Buffer
	t, err := template.New("dengwen.toml").Parse(sampleConfig)
	if err == nil {
		err = t.Execute(&config, offset.String())
	}
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"dengwen.toml": config.Bytes(), "ledger.csv": sampleLedger, "passphrase.txt": []byte(seal.NewPassphrase() + "\n"),
	}
	for _, name := range []string{"archive", "office"} {
		id, err := seal.NewIdentity()
		if err != nil {
			return err
		}
		files[name+".key"], files[name+".pub"] = []byte(id.String()+"\n"), []byte(id.Recipient().String()+"\n")
	}
	for name, data := range files {
		if err := writeOut(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return nil
}

// showRecords shows the opened reports as a table.
func (d demo) showRecords(path string) error {
	f, err := openRegular(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := d.words
	t := table{{w.Text("demo.arrived"), w.Text("demo.unit"), w.Text("demo.person"), w.Text("demo.text"), w.Text("demo.caller")}}
	for lines := json.NewDecoder(f); ; {
		var r export.Record
		if err := lines.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		t = append(t, demoRow(r))
	}
	fmt.Fprintln(d.out)
	fmt.Fprint(d.out, t.String())
	return nil
}

func demoRow(r export.Record) []string {
	var persons []string
	for _, p := range r.Persons {
		persons = append(persons, strings.TrimSpace(p.Name+" "+p.Post))
	}
	caller := ""
	if r.Identity != nil {
		caller = strings.TrimSpace(r.Identity.Name + " " + r.Identity.Phone)
	}
	return []string{r.Arrived.Format("01-02 15:04:05"), shorten(r.Unit, 22), shorten(strings.Join(persons, "、"), 18), shorten(r.Text, 44), shorten(caller, 22)}
}
