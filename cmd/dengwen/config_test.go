package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/seal"
)

// layOut puts a configuration and the keys that it names into a directory.
func layOut(t testing.TB, config []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"archive.pub", "keys/office.pub"} {
		id, err := seal.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("# a comment\n"+id.Recipient().String()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "dengwen.toml")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFullConfig(t *testing.T) {
	text, err := os.ReadFile("testdata/config/full.toml")
	if err != nil {
		t.Fatal(err)
	}
	path := layOut(t, text)
	s, err := readConfig(path)
	if err != nil {
		t.Fatal(explain(english, err))
	}
	notThere := []string{"config.Public.TLSCert", "config.Public.TLSKey", "config.Desk.Insecure"} // the last is said, and false
	if diff := cmp.Diff(notThere, unset(reflect.ValueOf(s.Config), "config")); diff != "" {
		t.Error("full.toml does not set what it should:", diff)
	}
	public := []any{s.Public.Address, s.Public.ACMEDomains, s.Public.Onion, *s.Public.Rate}
	if diff := cmp.Diff([]any{"https://a.example.invalid/", []string{"a.example.invalid", "xn--ojq.example.invalid"}, "http://pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion", 30.5}, public); diff != "" {
		t.Error(diff)
	}
	rules := s.schedule.Rules()
	if diff := cmp.Diff([]string{"08:30-12:00", "14:00-18:00"}, rules.Hours.Windows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]intake.ChannelHours{
		{Channel: intake.Web, Hours: intake.Hours{Windows: []string{"00:00-24:00"}}},
		{Channel: intake.Mail, Hours: intake.Hours{Weekdays: []string{"mon"}}},
		{Channel: intake.Hotline, Hours: intake.Hours{Closed: []string{}}},
	}, rules.Channels); diff != "" {
		t.Error(diff)
	}
	if want := filepath.Join(filepath.Dir(path), "box"); s.Box.Dir != want {
		t.Errorf("box.dir is %s, want %s", s.Box.Dir, want)
	}
	if s.ledgerZone != time.UTC {
		t.Errorf("ledgers are read in %s", s.ledgerZone)
	}
	if at := clockAt(testNow); s.clock(at)().Sub(at()) != -90*time.Minute {
		t.Errorf("the demo's clock is off by %s", s.clock(at)().Sub(at()))
	}
}

// unset lists the fields that have no value.
func unset(v reflect.Value, name string) (names []string) {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Anonymous || f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Struct {
				if opening := strings.HasSuffix(f.Type.String(), "main.Opening"); opening && !f.Anonymous {
					if v.Field(i).IsNil() {
						names = append(names, name+"."+f.Name)
					}
					continue // an override sets what it changes
				}
			}
			names = append(names, unset(v.Field(i), name+"."+f.Name)...)
		}
		return names
	}
	if v.IsZero() {
		return []string{name}
	}
	return nil
}

// Every key of the configuration is a documented field.
func TestSmallestConfig(t *testing.T) {
	path := layOut(t, []byte("[inspection]\nname='x'\ntimezone='UTC'\nfirst='2026-09-07'\nlast='2026-09-08'\n[hours]\n[box]\ndir='/there/box'\n[keys]\narchive='archive.pub'\noffice='keys/office.pub'\n"))
	s, err := readConfig(path)
	if err != nil {
		t.Fatal(explain(english, err))
	}
	if got := s.schedule.Rules().Hours.Windows; len(got) != 1 || got[0] != "08:30-18:00" {
		t.Errorf("windows %v", got)
	}
	if s.Box.Dir != "/there/box" || s.ledgerZone.String() != "UTC" {
		t.Errorf("%s, %s", s.Box.Dir, s.ledgerZone)
	}
}

// FuzzConfig: whatever a file holds, it is read or refused with an error that
// names it, and nothing of a secret key is repeated.
func FuzzConfig(f *testing.F) {
	text, err := os.ReadFile("testdata/config/full.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	if text, err = samples.ReadFile("sample/dengwen.toml"); err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("[inspection]\nfirst = 2026-09-07\n"))
	f.Add([]byte("\ufeff[hours]\n[hours.web]\nwindows = 3"))
	f.Add([]byte("[keys]\narchive = 'AGE-SECRET-KEY-PQ-1QQQQ'\n"))
	path := layOut(f, nil)
	f.Fuzz(func(t *testing.T, config []byte) {
		if err := os.WriteFile(path, config, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := readConfig(path)
		if err != nil {
			if said := explain(english, err); !strings.Contains(said, path) || strings.Contains(said, "AGE-SECRET-KEY-PQ-1") {
				t.Errorf("%q", said)
			}
			return
		}
		if s.schedule.IsZero() || s.Box.Dir == "" || s.archive.String() == "" {
			t.Errorf("read, but not whole: %+v", s.Config)
		}
	})
}
