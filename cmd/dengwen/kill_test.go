package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// killedRows is the size of a file whose import is killed, in rows: enough for
// some transactions before the last one, which has all of it go in.
const killedRows = 120

// killedLedger writes a ledger whose rows are no other ledger's, and are all to
// be accepted.
func killedLedger(t testing.TB, name string) (path string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("来电时间,反映问题\n")
	for i := range killedRows {
		fmt.Fprintf(&text, "2026-09-08 09:%02d:%02d,%s的第%d件事\n", i/60%60, i%60, name, i)
	}
	path = filepath.Join(t.TempDir(), name+".csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kill ends a process as a cut of the power would, unless it has ended.
func (p *process) kill() {
	p.Process.Kill()
	<-p.ended
	p.ended <- nil // as it was meant to be
}

// killAfter kills a process after a while, and reports whether it was running.
func (p *process) killAfter(while time.Duration) bool {
	timer := time.NewTimer(while)
	defer timer.Stop()
	select {
	case <-timer.C:
		p.kill()
		return true
	case err := <-p.ended:
		p.ended <- err
		return false
	}
}

// hotlineReports is how many reports of the hotline a box has.
func hotlineReports(t testing.TB, config string) int {
	t.Helper()
	code, out, errs := here(t.Context(), nil, "status", "--config", config, "--json")
	var s entry.Status
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != exitDone {
		t.Fatalf("status: %d %q %v", code, errs, err)
	}
	return int(s.Accepted[intake.Hotline])
}

// once imports a file again of which all rows or none are in, and checks that
// exactly the others go in.
func once(t testing.TB, config, path string, in bool) {
	t.Helper()
	code, out, errs := here(t.Context(), nil, "import", "--config", config, path, "--json")
	var r intake.Imported
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitDone {
		t.Fatalf("import: %d %q %v", code, errs, err)
	}
	accepted, known := killedRows, 0
	if in {
		accepted, known = 0, killedRows
	}
	if r.Accepted != accepted || r.Duplicate != known || r.Read != killedRows {
		t.Errorf("once more: %d accepted, %d duplicates of %d, want %d and %d", r.Accepted, r.Duplicate, r.Read, accepted, known)
	}
}

// wholeBox checks a box of which nobody has hold.
func wholeBox(t testing.TB, dir string) {
	t.Helper()
	if code, out, errs := here(t.Context(), nil, "verify", filepath.Join(dir, "box"), "--key", filepath.Join(dir, "verifier.key")); code != exitDone {
		t.Errorf("verify: %d %s%s", code, out, errs)
	}
}

// TestKillImport kills the command that imports a file, at several points of
// the time that one takes: all of the file is in then or nothing, and importing
// it again has all in once.
func TestKillImport(t *testing.T) {
	t.Parallel()
	config, dir := inspection(t)
	begun := time.Now()
	whole := start(t, nil, "import", "--config", config, killedLedger(t, "一"))
	if err := <-whole.ended; err != nil {
		t.Fatalf("%v\n%s", err, whole.said())
	}
	whole.ended <- nil
	took, killed := time.Since(begun), 0
	for i, share := range []float64{0.55, 0.9} {
		before := hotlineReports(t, config)
		path := killedLedger(t, fmt.Sprint("第", i, "轮"))
		if start(t, nil, "import", "--config", config, path).killAfter(time.Duration(share * float64(took))) {
			killed++
		}
		n := hotlineReports(t, config) - before
		if n != 0 && n != killedRows {
			t.Fatalf("killed after %v of an import: %d of %d rows are in", share, n, killedRows)
		}
		t.Logf("killed after %v: %d rows are in", share, n)
		once(t, config, path, n != 0)
	}
	if killed == 0 {
		t.Error("every import had ended before it was killed")
	}
	wholeBox(t, dir)
}

// TestKillServe kills the process that holds the box while the command and
// somebody at the desk import a file each.
func TestKillServe(t *testing.T) {
	t.Parallel()
	d := beginDay(t, nil)
	phrase, err := readPassphrase(filepath.Join(d.dir, "passphrase.txt"))
	if err != nil {
		t.Fatal(err)
	}
	c := staffBrowser(t)
	_, at := d.signIn(c, phrase)
	begun := time.Now()
	once(t, d.config, killedLedger(t, "一"), false)
	took := 2 * time.Since(begun)
	for i, share := range []float64{0.5, 0.85} {
		before := hotlineReports(t, d.config)
		typed, sent := killedLedger(t, fmt.Sprint("命令", i)), killedLedger(t, fmt.Sprint("工作台", i))
		form := d.checkAtDesk(c, at, sent, url.Values{}, fmt.Sprint(">", killedRows, "</span> accepted"))
		// The desk waits for the file to go in; it is killed meanwhile.
		answered := make(chan error, 1)
		go func() {
			r, err := c.PostForm(at+"import/confirm", form)
			if err == nil {
				err = r.Body.Close()
			}
			answered <- err
		}()
		command := start(t, nil, "import", "--config", d.config, typed, "--json")
		d.serve.killAfter(time.Duration(share * float64(took)))
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
		err := <-command.ended
		command.ended <- nil
		d.serve = start(t, []string{"DENGWEN_MAIL_PASSWORD=secret"}, "serve", "--config", d.config)
		d.serve.await(`for=public at=(\S+)`)
		n := hotlineReports(t, d.config) - before
		if n != 0 && n != killedRows && n != 2*killedRows {
			t.Fatalf("killed after %v: %d of two files of %d rows are in", share, n, killedRows)
		}
		if err == nil && n == 0 {
			t.Errorf("the command said that its file is in:\n%s", command.said())
		}
		t.Logf("killed after %v: %d rows are in; the command ended with %v", share, n, err)
		// Whichever was in: sent again, both are, and once.
		if page := d.get(c, at+"import"); !strings.Contains(page, english.Text("hotline.unsure")) && !strings.Contains(page, fmt.Sprint(killedRows, " reports were taken in")) {
			t.Errorf("the desk does not say what may have become of the file:\n%s", page)
		}
		for _, path := range []string{typed, sent} {
			if code, out, errs := here(t.Context(), nil, "import", "--config", d.config, path, "--json"); code != exitDone {
				t.Fatal(out, errs)
			}
			once(t, d.config, path, true)
		}
		if n := hotlineReports(t, d.config) - before; n != 2*killedRows {
			t.Errorf("%d reports of two files of %d", n, killedRows)
		}
	}
	d.desk.end()
	d.serve.end()
	wholeBox(t, d.dir)
}
