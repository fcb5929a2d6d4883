package main

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/web/ui"
)

var (
	english = ui.NewWords(ui.English)
	chinese = ui.NewWords(ui.Chinese)
)

// declared reads the texts of the exported sentinels from the source, so that
// one that is added there cannot be forgotten here.
func declared(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../intake/errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Err") {
			return true
		}
		lit := spec.Values[0].(*ast.CallExpr).Args[0].(*ast.BasicLit)
		if texts[spec.Names[0].Name], err = strconv.Unquote(lit.Value); err != nil {
			t.Fatal(err)
		}
		return true
	})
	return texts
}

func TestEverySentinelIsExplained(t *testing.T) {
	names := declared(t)
	if len(names) < 20 {
		t.Fatalf("only %d sentinels found", len(names))
	}
	for name, text := range names {
		found := false
		for _, s := range sentinels {
			if s.err.Error() != text {
				continue
			}
			found = true
			for _, w := range []ui.Words{english, chinese} {
				if !w.Has(s.id) {
					t.Errorf("%s: the catalogue has no %s in %s", name, s.id, w.Language())
				}
			}
			if got := explain(chinese, fmt.Errorf("here: %w", s.err)); got != chinese.Text(s.id)+"\n  here" {
				t.Errorf("%s: %q", name, got)
			}
		}
		if !found {
			t.Errorf("%s has no sentence", name)
		}
	}
}

func TestExplain(t *testing.T) {
	_, noFile := os.Open("/there/is/no/such/file")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"bare", intake.ErrClosed, "The box is closed and takes nothing more."},
		{"behind what it is about", fmt.Errorf("entry 7: %w", intake.ErrClosed), "The box is closed and takes nothing more.\n  entry 7"},
		{"before what it is about", fmt.Errorf("%w: inspection.first: wrong", intake.ErrSchedule), "The announced hours cannot be used as they are.\n  inspection.first: wrong"},
		{"the more telling of two", fmt.Errorf("disk: %w: %w", intake.ErrInvalid, intake.ErrFull), english.Text("error.full") + "\n  disk"},
		{"the system's", noFile, "There is no such file or directory.\n  /there/is/no/such/file"},
		{"stopped", context.Canceled, "Interrupted. Nothing half-done is left, and what was accepted before is kept."},
		{"stopped, and it looks damaged", fmt.Errorf("box.db: %w: %w", intake.ErrDamaged, context.Canceled), english.Text("error.interrupted") + "\n  box.db"},
		{"our own, with its cause", fail("out.exists", "File", "x.tar").because(fs.ErrPermission), "x.tar exists already and is left as it is. Choose another name.\n  The system does not permit it to this user."},
		{"joined", errors.Join(fmt.Errorf("a: %w", intake.ErrKey), nil), "A key is wrong.\n  a"},
		{"unknown", errors.New("odd"), "odd"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, explain(english, tt.err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
