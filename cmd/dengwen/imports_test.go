package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms is the table of the design: which of our packages each may import. A
// package that is not here must not exist.
var rooms = map[string][]string{
	"intake":             {},
	"intake/triage":      {"intake"},
	"intake/photo":       {"intake"},
	"intake/hotline":     {"intake"},
	"store":              {"intake", "store/entry", "store/merkle", "store/seal"},
	"store/entry":        {"intake"},
	"store/merkle":       {"intake"},
	"store/seal":         {"intake"},
	"store/socket":       {"intake", "intake/photo", "store/entry"},
	"store/reader":       {"intake", "intake/triage", "store/entry", "store/seal"},
	"store/export":       {"intake", "store/entry", "store/merkle", "store/seal"},
	"store/storetest":    {"intake", "store", "store/entry", "store/merkle", "store/seal"},
	"mailpoll":           {"intake", "mailpoll/message"},
	"mailpoll/message":   {"intake", "intake/photo"},
	"mailpoll/memserver": {},
	"web/public":         {"intake", "intake/photo", "web/ui"},
	"web/desk":           {"intake", "intake/triage", "web/ui"},
	"web/ui":             {},
	"cmd/dengwen": {"intake", "intake/triage", "intake/hotline", "store", "store/entry", "store/merkle", "store/seal", "store/socket",
		"store/reader", "store/export", "mailpoll", "mailpoll/memserver", "web/public", "web/desk", "web/ui"},
}

// modules lists who imports each module that is not ours; docs/dependencies.md
// says why. pflag comes with cobra: its errors are put into words.
var modules = map[string][]string{
	"filippo.io/age":                      {"store/seal"},
	"go.etcd.io/bbolt":                    {"store"},
	"golang.org/x/crypto":                 {"store", "store/reader", "cmd/dengwen"},
	"golang.org/x/time":                   {"web/public"},
	"github.com/boombuler/barcode":        {"web/ui"},
	"golang.org/x/mod":                    {"store/merkle"},
	"github.com/transparency-dev/formats": {"store/merkle"},
	"github.com/xuri/excelize/v2":         {"intake/hotline"},
	"golang.org/x/text":                   {"intake/hotline", "mailpoll/message", "web/ui", "store/storetest"},
	"github.com/spf13/cobra":              {"cmd/dengwen"},
	"github.com/spf13/pflag":              {"cmd/dengwen"},
	"github.com/pelletier/go-toml/v2":     {"cmd/dengwen", "web/ui"},
	"golang.org/x/term":                   {"cmd/dengwen"},
	"golang.org/x/net":                    {"cmd/dengwen"},
	"github.com/nicksnyder/go-i18n/v2":    {"web/ui"},
	"github.com/labstack/echo/v4":         {"web/public", "web/desk"},
	"github.com/emersion/go-imap/v2":      {"mailpoll", "mailpoll/memserver"},
	"github.com/emersion/go-message":      {"mailpoll/message"},
	"github.com/emersion/go-sasl":         {"mailpoll"},
	"github.com/prometheus/client_golang": {"cmd/dengwen"},
}

const module = "dengwen/"

type listed struct {
	ImportPath string
	Imports    []string
}

func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir, cmd.Stderr = "../..", os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
}

// TestImports holds the packages to the table of the design.
func TestImports(t *testing.T) {
	packages := list(t)
	if len(packages) < 10 {
		t.Fatalf("go list finds %d packages", len(packages))
	}
	for _, p := range packages {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := rooms[name]
		if !known {
			t.Errorf("%s: the design has no such package", name)
		}
		for _, path := range p.Imports {
			if ours, is := strings.CutPrefix(path, module); is {
				if !slices.Contains(allowed, ours) {
					t.Errorf("%s imports %s, which the design does not let it", name, ours)
				}
			} else if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && !slices.Contains(importers(path), name) {
				t.Errorf("%s imports %s, which it does not according to docs/dependencies.md", name, path)
			}
		}
	}
}

// importers are the packages that may import path.
func importers(path string) []string {
	for m, by := range modules {
		if path == m || strings.HasPrefix(path, m+"/") {
			return by
		}
	}
	return nil
}

// Every module that is named is used, and docs/dependencies.md names it.
func TestDependenciesAreTold(t *testing.T) {
	text, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, p := range list(t) {
		for _, path := range p.Imports {
			for m := range modules {
				used[m] = used[m] || path == m || strings.HasPrefix(path, m+"/")
			}
		}
	}
	for m := range modules {
		if !used[m] {
			t.Errorf("nothing imports %s", m)
		}
		if !strings.Contains(string(text), m) && m != "github.com/spf13/pflag" {
			t.Errorf("docs/dependencies.md does not name %s", m)
		}
	}
}

// TestLayout holds the top level to the design.
func TestLayout(t *testing.T) {
	allowed := []string{"cmd", "intake", "store", "mailpoll", "web", "go.mod", "go.sum", "README.md", "Makefile", "LICENSE", "SECURITY.md", "docs", "deploy"}
	names, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), ".") && !slices.Contains(allowed, n.Name()) {
			t.Errorf("%s does not belong at the top level", n.Name())
		}
	}
}
