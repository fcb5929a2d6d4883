package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// speaking are the functions of this package that take an id of the
// catalogue, with the place of that argument.
var speaking = map[string]int{"Text": 0, "say": 0, "warn": 0, "fail": 0, "misuse": 1, "do": 1, "showAccount": 0}

// spokenIDs finds the ids in the source of this package.
func spokenIDs(t *testing.T) []string {
	t.Helper()
	var ids []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id := spokenID(call); id != "" {
					ids = append(ids, id)
				}
			}
			return true
		})
	}
	return ids
}

func spokenID(call *ast.CallExpr) string {
	var name string
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	place, speaks := speaking[name]
	if !speaks || place >= len(call.Args) {
		return ""
	}
	lit, ok := call.Args[place].(*ast.BasicLit)
	if !ok {
		return ""
	}
	id, err := strconv.Unquote(lit.Value)
	if err != nil || strings.HasPrefix(id, "-") {
		return ""
	}
	return id
}

// madeIDs are the ids that are put together at run time.
func madeIDs() []string {
	ids := []string{"reason." + string(intake.Duplicate)}
	for _, r := range intake.Reasons() {
		ids = append(ids, "reason."+string(r))
	}
	for _, t := range intake.Troubles() {
		ids = append(ids, "trouble."+string(t), "trouble."+string(t)+"-do")
	}
	for _, q := range intake.Quarantines() {
		ids = append(ids, "quarantine."+string(q), "quarantine."+string(q)+"-text") // the latter at the desk
	}
	for _, h := range triage.Heaps(intake.Mailbox{}) {
		ids = append(ids, "mailbox."+h.Name)
	}
	ids = append(ids, "mailbox.lag-seconds", "mailbox.lag-minutes", "mailbox.lag-hours",
		"tally.unread", "tally.expunged", "tally.left", "tally.aside-by", "tally.refused-by", "pass.pending")
	for _, r := range hotline.Reasons() {
		ids = append(ids, "reason."+string(r))
	}
	for _, c := range intake.Channels() {
		ids = append(ids, "channel."+string(c))
	}
	for _, r := range triage.Roles() {
		ids = append(ids, "role."+string(r))
	}
	for _, c := range intake.Categories() {
		ids = append(ids, "term.category-"+string(c))
	}
	for _, p := range []intake.Progress{intake.Received, intake.Seen, intake.InHand, intake.Replied} {
		ids = append(ids, "progress."+string(p))
	}
	for _, s := range triage.States() {
		ids = append(ids, "state."+string(s))
	}
	for _, r := range triage.Routes() {
		ids = append(ids, "route."+string(r))
	}
	for _, s := range sentinels {
		ids = append(ids, s.id)
	}
	return ids
}

// shownHelp walks the commands and returns every text of their help.
func shownHelp(w ui.Words) (texts []string) {
	root := (&app{words: w}).root()
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		texts = append(texts, cmd.Short)
		cmd.Flags().VisitAll(func(f *pflag.Flag) { texts = append(texts, f.Usage) })
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return texts
}

// sitesSay reports whether a sentence belongs to the sites' pages, whose own
// tests look after them.
func sitesSay(id string) bool {
	section, _, _ := strings.Cut(id, ".")
	return section == "page" || section == "public" || section == "desk" || section == "channels" || section == "mark" || section == "hotline" || section == "calls"
}

// TestWords: all that is said is in the catalogue, in both languages, and the
// catalogue has nothing that is never said.
func TestWords(t *testing.T) {
	ids := slices.Concat(spokenIDs(t), madeIDs())
	if len(ids) < 100 {
		t.Fatalf("only %d ids found", len(ids))
	}
	for _, id := range ids {
		for _, w := range []ui.Words{english, chinese} {
			if !w.Has(id) {
				t.Errorf("the catalogue has no %s in %s", id, w.Language())
			}
		}
	}
	for _, w := range []ui.Words{english, chinese} {
		texts := shownHelp(w)
		for _, text := range texts {
			if strings.HasPrefix(text, "help.") || strings.HasPrefix(text, "flag.") {
				t.Errorf("the catalogue has no %s in %s", text, w.Language())
			}
		}
		for _, id := range ui.IDs() {
			if sitesSay(id) {
				continue
			}
			if !slices.Contains(ids, id) && !slices.Contains(texts, w.Text(id)) {
				t.Errorf("nothing says %s", id)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "en"},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, "zh-CN"},
		{map[string]string{"LANG": "ZH"}, "zh-CN"},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"},
		{map[string]string{"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh-CN"},
		{map[string]string{"LC_ALL": "de_DE", "LC_MESSAGES": "zh_CN"}, "en"},
		{map[string]string{"LC_ALL": "", "LANG": "zh"}, "zh-CN"},
	} {
		c := console{env: func(name string) string { return tt.env[name] }}
		if got := ui.NewWords(c.language()).Language(); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.env, got, tt.want)
		}
	}
}
