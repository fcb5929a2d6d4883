package socket

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dengwen/intake"
)

// sentinels reads the source of package intake: name of every exported error
// made by errors.New, and its text.
func sentinels(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../intake/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no source of package intake: %v", err)
	}
	found := map[string]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, name := range spec.Names {
				if !strings.HasPrefix(name.Name, "Err") {
					continue
				}
				call, ok := spec.Values[i].(*ast.CallExpr)
				if !ok || len(call.Args) != 1 {
					t.Fatalf("%s is not made by errors.New", name.Name)
				}
				text, err := strconv.Unquote(call.Args[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				found[name.Name] = text
			}
			return true
		})
	}
	return found
}

// TestEverySentinelCrosses fails when a sentinel is added to package intake
// and not given a code here.
func TestEverySentinelCrosses(t *testing.T) {
	want := sentinels(t)
	if len(want) < 20 {
		t.Fatalf("only %d sentinels found", len(want))
	}
	for name, text := range want {
		var local error
		for _, c := range codes {
			if c.err.Error() == text {
				local = c.err
			}
		}
		if local == nil {
			t.Errorf("intake.%s has no code", name)
			continue
		}
		err := fmt.Errorf("entry 7: %w", local)
		got := cross(t, err)
		if !errors.Is(got, local) || got.Error() != err.Error() {
			t.Errorf("intake.%s came back as %v", name, got)
		}
		for _, c := range codes {
			if c.err != local && errors.Is(got, c.err) {
				t.Errorf("intake.%s came back as %v too", name, c.err)
			}
		}
	}
}

// cross sends an error over the wire.
func cross(t *testing.T, err error) error {
	t.Helper()
	b, encErr := encodeJSON(failed(err))
	if encErr != nil {
		t.Fatal(encErr)
	}
	var f *failure
	if err := decodeJSON(b, &f); err != nil {
		t.Fatal(err)
	}
	return f.error()
}

func TestErrorsCross(t *testing.T) {
	for _, c := range codes {
		if got := cross(t, c.err); !errors.Is(got, c.err) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if got := cross(t, nil); got != nil {
		t.Errorf("no error became %v", got)
	}
	two := fmt.Errorf("a: %w: %w", intake.ErrDamaged, intake.ErrFull)
	if got := cross(t, two); !errors.Is(got, intake.ErrDamaged) || !errors.Is(got, intake.ErrFull) {
		t.Errorf("two sentinels became %v", got)
	}
	plain := cross(t, errors.New("disk 3 said no\xff"))
	if plain.Error() != "disk 3 said no" {
		t.Errorf("plain error became %q", plain)
	}
	if got := cross(t, errors.New(strings.Repeat("长", maxMessage))); len(got.Error()) > maxMessage+len("…") {
		t.Errorf("a message of %d bytes", len(got.Error()))
	}
	if got := (&failure{Codes: []string{"from-the-future", "full"}, Message: "m"}).error(); !errors.Is(got, intake.ErrFull) || got.Error() != "m" {
		t.Errorf("unknown code: %v", got)
	}
}

// placed is an error about a report, as that of another package.
type placed struct{ error }

func (placed) Report() int     { return 0 }
func (p placed) Unwrap() error { return p.error }

func TestErrorsCrossWithTheirReport(t *testing.T) {
	err := fmt.Errorf("group: %w", placed{intake.ErrMoved})
	got := cross(t, err)
	one, ok := errors.AsType[aboutReport](got)
	if !ok || one.Report() != 0 || !errors.Is(got, intake.ErrMoved) || got.Error() != err.Error() {
		t.Errorf("%v came back as %v", err, got)
	}
	if one, ok := errors.AsType[aboutReport](cross(t, intake.ErrMoved)); ok {
		t.Errorf("an error about no report is about report %d", one.Report())
	}
}

func TestCodesAreDistinct(t *testing.T) {
	names, errs := map[string]bool{}, map[error]bool{}
	for _, c := range codes {
		if names[c.name] || errs[c.err] {
			t.Errorf("%s (%v) is there twice", c.name, c.err)
		}
		names[c.name], errs[c.err] = true, true
	}
}
