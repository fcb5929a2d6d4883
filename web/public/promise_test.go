package public_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dengwen/web/ui"
)

// What a sentence is that promises nothing of the program.
const (
	label  = "label"  // a title, or the words on a button or a field
	advice = "advice" // what the reader can do, or should not
	fact   = "fact"   // about others than this program: networks, rules, its own limits
)

// promises says of every sentence in the groups below which tests show that it
// is true: a test of this package by its name, one of another by its package's
// path and name.
var promises = map[string][]string{
	"anonymous":      {label},
	"anonymous-more": {label},
	"anonymous-text": {"TestNoTraces", fact},

	"named":        {label},
	"named-hint":   {"TestFields"},
	"named-open":   {label},
	"named-rights": {fact},
	"named-sealed": {"TestWhoReads", advice},
	"team":         {label},
	"team-hint":    {"TestAboutTeam", "TestPhotosAboutTeam", "TestWhoReads"},

	"files":           {label},
	"files-hint":      {"TestAgain"},
	"files-choose":    {label},
	"files-more":      {label},
	"files-more-hint": {advice},
	"files-second":    {label},
	"files-third":     {label},
	"files-photos":    {"TestPhotos", "TestPhotoWords"},
	"files-heic":      {"TestPhotos", "TestPhotoWords", advice},
	"files-others":    {"TestPhotos", advice},
	"files-office":    {"TestPhotosAboutTeam"},

	"refused-title":   {label},
	"refused-kept":    {"TestForeignOutside", "TestClosed"},
	"refused-counted": {"TestClosed", "TestNoTraces"},
	"refused-copy":    {advice},
	"refused-text":    {label},
	"refused-files":   {"TestClosed"},

	"receipt-title":        {"TestDay"},
	"receipt-code":         {label},
	"receipt-why":          {advice},
	"receipt-why-text":     {"TestTwiceLater", "TestNoTraces", "TestDay", "store TestSeizedDisk"},
	"receipt-copy":         {"TestCodeOnPaper"},
	"receipt-safe":         {label},
	"receipt-safe-paper":   {advice},
	"receipt-safe-picture": {fact},
	"receipt-safe-share":   {"TestCodeOpens", advice},
	"receipt-safe-print":   {"TestCodeOnPaper", "cmd/dengwen TestBrowserStates", fact},
	"receipt-next":         {label},
	"receipt-next-team":    {"TestWhoReads"},
	"receipt-next-office":  {"TestWhoReads", "TestAboutTeam", "store TestReportAboutTheTeamGoesToTheOffice"},
	"receipt-next-files":   {"TestPhotoWords"},
	"receipt-next-cleaned": {"TestPhotos", "TestPhotoWords"},
	"receipt-next-apart":   {"TestPhotos", "TestPhotoWords"},
	"receipt-next-back":    {"TestDelete", advice},

	"delete":      {label},
	"delete-does": {"TestDelete", "store TestWhatAReceiptOpensAfterADeletion", "store TestEraseReplyTellsTheDayOnly"},
	"delete-not":  {"TestDelete", "store TestEraseReply", fact},
	"delete-send": {label},
	"delete-done": {"TestDelete", "TestDeleteRefused"},

	"prove":             {label},
	"prove-open":        {label},
	"prove-what":        {"TestProve", "store/export TestVerifyProof", "store TestProofIsOfTheReportAlone"},
	"prove-danger":      {fact},
	"prove-danger-text": {advice},
	"prove-send":        {label},
	"prove-later":       {"TestProve", "TestProveRefused", "store TestProofComesWithTheClosedDay"},
	"prove-text":        {label},
	"prove-copy":        {"TestProve"},
	"prove-file":        {"TestProve"},
	"prove-check":       {label},
	"prove-how":         {"TestProve", "cmd/dengwen TestVerifyAProof"},
	"prove-back":        {label},

	"privacy-title":          {label},
	"privacy-lead":           {fact},
	"privacy-before":         {label},
	"privacy-office":         {advice},
	"privacy-only-you":       {advice},
	"privacy-metadata":       {"TestPhotos", "intake/photo TestNothingPlantedIsLeft"},
	"privacy-traces":         {advice},
	"privacy-without":        {label},
	"privacy-no-address":     {"TestNoTraces", "TestClients"},
	"privacy-no-cookie":      {"TestEveryPage", "TestPages", "cmd/dengwen TestBrowserDay"},
	"privacy-no-third":       {"TestEveryPage", "cmd/dengwen TestBrowserDay"},
	"privacy-no-code":        {"TestNoTraces", "TestOnceBounded", "store TestSeizedDisk"},
	"privacy-stored":         {label},
	"privacy-report":         {"TestDay", "TestWhoReads"},
	"privacy-identity":       {"TestSizes", "TestWhoReads", "store TestIdentitySizesDependOnTheHeaderAlone"},
	"privacy-day":            {"TestWithoutAKey", "TestSizes", "store TestCiphertextSizesTellNothing"},
	"privacy-seal":           {"TestNoTraces", "store TestSeizedDisk", "cmd/dengwen TestSeizedDisk"},
	"privacy-read":           {label},
	"privacy-read-team":      {"TestWhoReads", "TestPhotos"},
	"privacy-read-custodian": {"TestWhoReads", "TestPhotos"},
	"privacy-read-office":    {"TestWhoReads", "TestPhotosAboutTeam"},
	"privacy-read-archive":   {"TestWhoReads", "TestPhotos", "store TestSeizedDisk"},
	"privacy-read-server":    {fact},
	"privacy-known":          {label},
	"privacy-network":        {fact},
	"privacy-wechat":         {fact},
	"privacy-call":           {fact},
	"privacy-mail":           {fact},
	"privacy-receipt":        {label},
	"privacy-receipt-text":   {"TestCodeOpens", "intake TestNewReceipt"},
	"privacy-deleted":        {label},
	"privacy-deleted-text":   {"TestDelete", "store TestEraseReply", fact},
}

// groups are the sentences that the table has: what is said about being found
// out, and about who reads and keeps what.
var groups = regexp.MustCompile(`^(privacy|anonymous|named|team|files|refused|receipt|delete|prove)(-|$)`)

// What the words promise is tested: no sentence is added to these groups without
// somebody saying which test shows it, and no such test goes unnoticed.
func TestPromises(t *testing.T) {
	there := map[string]bool{}
	for _, id := range ui.IDs() {
		name, ours := strings.CutPrefix(id, "public.")
		if ours && groups.MatchString(name) {
			there[name] = true
			if len(promises[name]) == 0 {
				t.Errorf("nothing shows that public.%s is true", name)
			}
		}
	}
	tests := map[string]map[string]bool{}
	for name, shown := range promises {
		if !there[name] {
			t.Errorf("there is no sentence public.%s", name)
		}
		for _, by := range shown {
			if by == label || by == advice || by == fact {
				if by == label && len(shown) > 1 {
					t.Errorf("public.%s is a label and more", name)
				}
				continue
			}
			dir, test, elsewhere := strings.Cut(by, " ")
			if !elsewhere {
				dir, test = "web/public", by
			}
			if tests[dir] == nil {
				tests[dir] = testsOf(t, dir)
			}
			if !tests[dir][test] {
				t.Errorf("public.%s: there is no test %s in %s", name, test, dir)
			}
		}
	}
	if len(there) < 80 || len(tests) < 5 {
		t.Errorf("only %d sentences and %d packages were looked at", len(there), len(tests))
	}
}

// testsOf lists the test functions of a package, by its path below the module.
func testsOf(t testing.TB, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				found[f.Name.Name] = true
			}
		}
	}
	return found
}
