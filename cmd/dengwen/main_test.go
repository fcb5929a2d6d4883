package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/store/storetest"

	"github.com/rogpeppe/go-internal/testscript"
)

// testNow is what the clock shows in tests, unless a script sets NOW: a Friday
// morning inside the sample inspection.
const testNow = "2026-09-11T10:00:00+08:00"

// nowRuns as NOW leaves a process its own clock, which runs: demo --at then
// begins at an instant of the inspection.
const nowRuns = "running"

func TestMain(m *testing.M) {
	storetest.SetWorkFactor(storetest.CheapFactor)
	testscript.Main(m, map[string]func(){"dengwen": func() {
		c := processConsole()
		if now := os.Getenv("NOW"); now != nowRuns {
			c.now = clockAt(now)
		}
		os.Exit(run(untilSignal(), os.Args[1:], c))
	}})
}

func clockAt(text string) func() time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return at }
}

// TestScripts runs the program as a process, as people and scripts do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NOW", testNow)
			e.Setenv("LANG", "C")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"keys": scriptKeys, "inspection": scriptInspection, "fails": scriptFails, "json": scriptJSON,
			"flip": scriptFlip, "savekey": scriptSaveKey, "savephrase": scriptSavePhrase, "await": scriptAwait, "term": scriptTerm, "mode": scriptMode,
			"noenglish": scriptNoEnglish, "mailbox": scriptMailbox, "until": scriptUntil,
		},
	})
}

// A fixture is an inspection's directory before and after init, made once.
type fixture struct{ before, after map[string][]byte }

var theFixture = sync.OnceValues(func() (fixture, error) {
	dir, err := os.MkdirTemp("", "dengwen-fixture-")
	if err != nil {
		return fixture{}, err
	}
	defer os.RemoveAll(dir)
	a := &app{console: console{now: clockAt(testNow)}}
	if err := a.furnish(dir, sample{}); err != nil {
		return fixture{}, err
	}
	config := filepath.Join(dir, "dengwen.toml")
	text, err := os.ReadFile(config)
	if err != nil {
		return fixture{}, err
	}
	text = text[:bytes.Index(text, []byte("# Moves the clock"))]
	if err := os.WriteFile(config, text, 0o600); err != nil {
		return fixture{}, err
	}
	t := fixture{before: map[string][]byte{}, after: map[string][]byte{}}
	if err := load(dir, t.before); err != nil {
		return fixture{}, err
	}
	var out bytes.Buffer
	c := console{out: &out, err: os.Stderr, env: func(string) string { return "" }, now: a.now}
	run(context.Background(), []string{"init", "--json", "--config", config, "--passphrase-file", filepath.Join(dir, "passphrase.txt")}, c)
	var made founded
	if err := json.Unmarshal(out.Bytes(), &made); err != nil {
		return fixture{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, "verifier.key"), []byte(made.Key+"\n"), 0o600); err != nil {
		return fixture{}, err
	}
	return t, load(dir, t.after)
})

// load reads all files below dir; a directory that is empty is kept by a name
// that ends with a slash.
func load(dir string, files map[string][]byte) error {
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name := strings.TrimPrefix(path, dir+"/")
		if d.IsDir() {
			files[name+"/"] = nil
			return nil
		}
		files[name], err = os.ReadFile(path)
		return err
	})
}

func unload(files map[string][]byte, dir string) error {
	for name, data := range files {
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o700); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
