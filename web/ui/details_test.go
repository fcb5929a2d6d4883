package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// parseSources calls visit with every file of the module's folder, tests
// aside, and its path.
func parseSources(t *testing.T, folder string, visit func(path string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join("../..", folder), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err == nil {
			visit(path, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// called is the name of the function that a call calls, with its package's.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if in, ok := f.X.(*ast.Ident); ok {
			return in.Name + "." + f.Sel.Name
		}
	}
	return ""
}

// literal is the text of a string literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// explained finds every detail that the module's sources explain: the English
// formats by id.
func explained(t *testing.T) map[string]string {
	t.Helper()
	formats := map[string]string{}
	parseSources(t, ".", func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || called(call) != "intake.Explain" && (called(call) != "Explain" || file.Name.Name != "intake") {
				return true
			}
			id, isID := literal(call.Args[1])
			format, isFormat := literal(call.Args[2])
			if !isID || !isFormat {
				t.Errorf("%s: an id or a format is not a literal", path)
			} else if before, twice := formats[id]; twice && before != format {
				t.Errorf("%s: %s is %q, and elsewhere %q", path, id, format, before)
			}
			formats[id] = format
			return true
		})
	})
	return formats
}

var verb = regexp.MustCompile(`%[-+# 0]*[0-9]*(\.[0-9]+)?(?:\[([0-9]+)\])?(.)`)

// verbs lists how a format shows each argument: verb and precision.
func verbs(format string) map[int]string {
	shown, next := map[int]string{}, 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[3] == "%" {
			continue
		}
		if m[2] != "" {
			next, _ = strconv.Atoi(m[2])
		}
		shown[next] += m[1] + m[3]
		next++
	}
	return shown
}

// TestDetails: every detail has a Chinese sentence for the same arguments, and
// there is no sentence that nothing says.
func TestDetails(t *testing.T) {
	english, chinese := explained(t), theCatalogue().details[Chinese]
	if len(english) < 60 {
		t.Fatalf("only %d details found", len(english))
	}
	for id, format := range english {
		there, known := chinese[id]
		if !known {
			t.Errorf("%s has no sentence in Chinese: %q", id, format)
			continue
		}
		if diff := cmp.Diff(verbs(format), verbs(there)); diff != "" {
			t.Errorf("%s: %q and %q show other arguments:\n%s", id, format, there, diff)
		}
	}
	names := map[string]bool{}
	for _, n := range intake.Names() {
		names[n.WordID()] = true
		if chinese[n.WordID()] == "" {
			t.Errorf("the field %s has no name in Chinese", n)
		}
	}
	for id, there := range chinese {
		if _, is := english[id]; !is && !names[id] {
			t.Errorf("nothing says %s", id)
		}
		if strings.IndexFunc(there, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 || strings.HasSuffix(there, "。") {
			t.Errorf("%s: %q", id, there)
		}
	}
	for language, formats := range theCatalogue().details {
		for id, there := range formats {
			if chinese[id] == "" {
				t.Errorf("nothing says %s, which is there in %s", id, language)
			} else if diff := cmp.Diff(verbs(chinese[id]), verbs(there)); diff != "" {
				t.Errorf("%s: %q and %q show other arguments:\n%s", id, chinese[id], there, diff)
			}
		}
	}
}

// TestVerbs: what compares the arguments tells formats apart.
func TestVerbs(t *testing.T) {
	for format, want := range map[string]map[int]string{
		"100 %%":               {},
		"%d of %q, %v":         {1: "d", 2: "q", 3: "v"},
		"%[2]s %s %[1]d %.24s": {1: "d", 2: "s.24s", 3: "s"},
		"%.24[2]s":             {2: ".24s"},
	} {
		if diff := cmp.Diff(want, verbs(format)); diff != "" {
			t.Errorf("%q: %s", format, diff)
		}
	}
}

// sentence tells a plain error that says something in English; what stands
// before a colon, such as a key of the configuration, is no sentence.
var sentence = regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)

// TestRefusalsAreDetails: where people are refused, English that no catalogue
// knows is left only for mistakes of a program that calls.
func TestRefusalsAreDetails(t *testing.T) {
	allowed := map[string]bool{}
	for _, format := range []string{
		"%w: there is none", "the ledger's time zone is not given: %w", "format %q: want one of %v: %w",
		"no list of sheets",               // stands behind what the page says of a damaged workbook
		"failed, as the output says",      // never shown
		"not a photo that can be cleaned", // the site says it in its own words
		"no certificate for that name",    // goes to crypto/tls, which hangs up
		"no certificate yet",              // and so does this
	} {
		allowed[format] = true
	}
	seen := map[string]bool{}
	for _, folder := range []string{"intake", "cmd"} {
		parseSources(t, folder, func(path string, file *ast.File) {
			if strings.HasSuffix(path, "intake/errors.go") || strings.Contains(path, "triage") {
				return
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is || called(call) != "fmt.Errorf" && called(call) != "errors.New" {
					return true
				}
				format, ok := literal(call.Args[0])
				seen[format] = true
				if !ok || sentence.MatchString(format) && !allowed[format] {
					t.Errorf("%s: %q is no detail", path, format)
				}
				return true
			})
		})
	}
	for format := range allowed {
		if !seen[format] {
			t.Errorf("nothing says %q any more", format)
		}
	}
}

func TestDetail(t *testing.T) {
	for _, tt := range []struct {
		words Words
		id    string
		text  string
		args  []any
		want  string
	}{
		{Words{}, "ledger.empty", "the file is empty", nil, "the file is empty"},
		{NewWords(English), "schedule.midnight", "x crosses", []any{"x"}, "x crosses"},
		{NewWords(Chinese), "ledger.empty", "the file is empty", nil, "文件是空的"},
		{NewWords(Chinese), "schedule.midnight", "18:00-08:30 crosses", []any{"18:00-08:30"}, "18:00-08:30 跨过了午夜；请拆成两段，或对调两个时间"},
		{NewWords(Chinese), "report.characters", "subject", []any{intake.Name("subject"), 201, 200}, "标题：201 个字，最多 200 个字"},
		{NewWords(Chinese), "report.characters", "mood", []any{intake.Name("mood"), 201, 200}, "mood：201 个字，最多 200 个字"},
		{NewWords(Chinese), "keys.differ", "", []any{"keys.office", "age1pq1aaaa", "x.toml", "age1pq1bbbb"}, "keys.office：x.toml 中是 age1pq1aaaa…，日志中是 age1pq1bbbb…"},
		{NewWords(Chinese), "no.such", "in English", nil, "in English"},
	} {
		if got := tt.words.Detail(tt.id, tt.text, tt.args...); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.id, got, tt.want)
		}
	}
	args := []any{intake.Name("subject"), 201, 200}
	NewWords(Chinese).Detail("report.characters", "", args...)
	if args[0] != intake.Name("subject") {
		t.Errorf("the caller's arguments are changed: %v", args)
	}
}
