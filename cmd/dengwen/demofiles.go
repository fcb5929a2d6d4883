package main

import (
	"bytes"
	"embed"
	"net"
	"path/filepath"
	"strconv"
	"text/template"

	"dengwen/store/seal"
)

// The sample inspection: its configuration, a week's ledger, what the exchange
// recorded in that week, and a week's mails, each named by when it reached the mail server.
//
//go:embed sample/dengwen.toml sample/ledger.csv sample/calls.csv sample/mail/*.eml
var samples embed.FS

// A sample is what the sample configuration leaves open.
// Address is how a browser finds Public; where the system is to choose the port
// it is not known yet, and empty.
type sample struct{ Clock, Public, Address, Desk, Mail, Password string }

// demoAddress is the address of what listens at hostPort.
func demoAddress(hostPort string) string {
	host, service, err := net.SplitHostPort(hostPort)
	if err != nil {
		return ""
	}
	port, err := net.LookupPort("tcp", service)
	if err != nil || port == 0 {
		return ""
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port)) + "/"
}

// furnish writes all that an inspection has before its box is made: the
// configuration, the keys that are kept elsewhere, a passphrase, a ledger, and
// the exchange's record of its calls.
func (a *app) furnish(dir string, with sample) error {
	var config bytes.Buffer
	t, err := template.ParseFS(samples, "sample/dengwen.toml")
	if err == nil {
		err = t.Execute(&config, with)
	}
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"dengwen.toml": config.Bytes(), "passphrase.txt": []byte(seal.NewPassphrase() + "\n"), "mail.password": []byte(with.Password + "\n"),
	}
	for _, name := range []string{"archive", "office"} {
		id, err := seal.NewIdentity()
		if err != nil {
			return err
		}
		files[name+".key"], files[name+".pub"] = []byte(id.String()+"\n"), []byte(id.Recipient().String()+"\n")
	}
	for _, name := range []string{"ledger.csv", "calls.csv"} {
		if files[name], err = samples.ReadFile("sample/" + name); err != nil {
			return err
		}
	}
	for name, data := range files {
		if err := writeOut(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return nil
}
