package main

import (
	"encoding/base32"
	"strings"
	"testing"

	"dengwen/store/entry"
)

// Addresses of the test vectors of Tor's rend-spec-v3.
const (
	onionA = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
	onionB = "sp3k262uwy4r2k3ycr5awluarykdpag6a7y33jxop4cs2lu5uz5sseqd.onion"
)

func TestOnionAddress(t *testing.T) {
	// A version that there is not yet, with a checksum that fits.
	fourth := append(make([]byte, 32), append(onionSum(make([]byte, 32), 4), 4)...)
	for _, tt := range []struct{ text, want string }{
		{onionA, "http://" + onionA},
		{onionB, "http://" + onionB},
		{"http://" + onionA + "/", "http://" + onionA},
		{"https://" + onionB, "https://" + onionB},
		{" HTTP://" + strings.ToUpper(onionA) + "\n", "http://" + onionA},
		{"q" + onionA[1:], ""}, // another key: the checksum does not fit
		{strings.ToLower(base32.StdEncoding.EncodeToString(fourth)) + ".onion", ""},
		{onionA[:54] + "a" + onionA[55:], ""},                           // another version
		{onionA[:30] + onionA[31:32] + onionA[30:31] + onionA[32:], ""}, // two letters that changed places
		{"expyuzz4wqqyqhjn.onion", ""},                                  // version 2
		{"www." + onionA, ""},
		{onionA + "/report", ""},
		{onionA + ":8080", ""},
		{"ftp://" + onionA, ""},
		{"http://http://" + onionA, ""},
		{strings.TrimSuffix(onionA, ".onion"), ""},
		{strings.Repeat("=", 56) + ".onion", ""},
		{strings.Repeat("\n", 56) + ".onion", ""},
		{".onion", ""},
		{"", ""},
	} {
		got, ok := onionAddress(tt.text)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzOnion: what is taken is an address as Tor writes it.
func FuzzOnion(f *testing.F) {
	for _, s := range []string{onionA, "https://" + onionB + "/", "http://x.onion", "a\n" + onionA} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := onionAddress(text)
		if !ok {
			return
		}
		again, ok := onionAddress(got)
		if !ok || again != got || strings.ToLower(got) != got || len(strings.TrimPrefix(strings.TrimPrefix(got, "http://"), "https://")) != len(onionA) {
			t.Errorf("%q is taken as %q, and that as %q", text, got, again)
		}
	})
}

func TestSiteAddress(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"https://report.example.cn/", "https://report.example.cn/"},
		{" HTTPS://Report.Example.CN", "https://report.example.cn/"},
		{"http://" + onionA, "http://" + onionA + "/"},
		{"https://举报.example.cn:8443/a b", "https://xn--wiq401c.example.cn:8443/a%20b"},
		{"http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
		{"http://[::1]:8080", "http://[::1]:8080/"},
		{"https://localhost/", "https://localhost/"},
		{"report.example.cn", ""},
		{"//report.example.cn/", ""},
		{"ftp://report.example.cn/", ""},
		{"javascript:alert(1)", ""},
		{"https:///", ""},
		{"https://:443/", ""},
		{"https://me@report.example.cn/", ""},
		{"https://report.example.cn/?unit=x", ""},
		{"https://report.example.cn/?", ""},
		{"https://report.example.cn/#x", ""},
		{"https://report.example.cn/#", ""},
		{"https://report.example.cn/" + strings.Repeat("x", longestAddress), ""},
		{"https://re port.example.cn/", ""},
		{"https://report.example.cn:x/", ""},
	} {
		got, ok := siteAddress(tt.text)
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%q: %q %v, want %q", tt.text, got, ok, tt.want)
		}
	}
}

func TestDemoAddress(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080/", "localhost:80": "http://localhost:80/", "[::1]:8080": "http://[::1]:8080/", "127.0.0.1:http": "http://127.0.0.1:80/",
		"127.0.0.1:0": "", "127.0.0.1:": "", "": "", "127.0.0.1:nothing": "",
	} {
		if got := demoAddress(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		} else if want != "" {
			if _, ok := siteAddress(got); !ok {
				t.Errorf("%s is no address for a notice", got)
			}
		}
	}
}

// smallConfig is a configuration that has nothing but what it must, and a
// section [public] with these keys.
func smallConfig(public string) []byte {
	return []byte("[inspection]\nname='x'\ntimezone='UTC'\nfirst='2026-09-07'\nlast='2026-09-08'\n[hours]\n[box]\ndir='box'\n[keys]\narchive='archive.pub'\noffice='keys/office.pub'\n[public]\n" + public)
}

// What the public site may not be asked to do, each with a word of the answer.
func TestPublicSection(t *testing.T) {
	const here, wide, names = "listen='127.0.0.1:0'\n", "listen='0.0.0.0:8443'\n", "acme_domains=['report.example.cn']\n"
	for _, tt := range []struct{ public, refused string }{
		{here, ""},
		{wide + names, ""}, // a port that is forwarded to
		{wide, "without TLS"},
		{wide + "acme_domains=[]", "without TLS"},
		{wide + names + "tls_cert='c.pem'\ntls_key='k.pem'", "Take one of the two out"},
		{wide + names + "tls_cert='c.pem'", "Take one of the two out"},
		{here + "acme_domains=['report']", "acme_domains: report "},
		{here + "acme_domains=['*.example.cn']", "acme_domains: *"},
		{here + "acme_domains=['192.0.2.1']", "acme_domains: 192.0.2.1 "},
		{here + "acme_domains=['https://example.cn']", "acme_domains: https"},
		{here + "acme_domains=['example.cn.']", "acme_domains: example"},
		{here + "acme_domains=['']", "acme_domains"},
		{here + "acme_domains=['" + onionA + "']", "acme_domains: pg6"},
		{here + "acme_domains=['a.example.cn','A.example.cn']", "there twice"},
		{here + "acme_directory='https://a.example.cn/dir'", "public.acme_domains is missing"},
		{here + names + "acme_directory='https://a.example.cn/dir'", ""},
		{here + names + "acme_directory='http://127.0.0.1/dir'", "https://"},
		{here + names + "acme_directory='https://'", "https://"},
		{here + "onion='" + onionA + "'", ""},
		{here + "onion='x.onion'", "public.onion: x.onion"},
		{here + "address='report.example.cn'", "public.address"},
		{here + "rate=0", ""},
		{here + "rate=100000", ""},
		{here + "rate=-1", "public.rate is -1"},
		{here + "rate=100000.5", "public.rate is 100000.5"},
		{here + "rate=nan", "public.rate is NaN"},
		{here + "rate=inf", "public.rate is +Inf"},
	} {
		s, err := readConfig(layOut(t, smallConfig(tt.public)))
		switch {
		case tt.refused == "" && err != nil:
			t.Errorf("%s: %s", tt.public, explain(english, err))
		case tt.refused != "" && err == nil:
			t.Errorf("%s: taken as %+v", tt.public, *s.Public)
		case tt.refused != "" && !strings.Contains(explain(english, err), tt.refused):
			t.Errorf("%s: refused with %s", tt.public, explain(english, err))
		}
	}
}

// What is left out has its default, and what is said reaches the site.
func TestPublicOptions(t *testing.T) {
	for _, tt := range []struct {
		public, address, onion string
		rate                   float64
	}{
		{"", "", "", defaultRate},
		{"rate=0\nonion='" + onionA + "'", "", "http://" + onionA, 0},
		{"acme_domains=['Report.example.cn','b.example.cn']\nrate=2.5", "https://report.example.cn/", "", 2.5},
		{"acme_domains=['report.example.cn']\naddress='https://www.example.cn/report/'", "https://www.example.cn/report/", "", defaultRate},
	} {
		s, err := readConfig(layOut(t, smallConfig("listen='127.0.0.1:0'\n"+tt.public)))
		if err != nil {
			t.Fatal(explain(english, err))
		}
		a := &app{console: console{now: clockAt(testNow)}}
		o := a.publicOptions(s, entry.State{})
		if o.Address != tt.address || o.Onion != tt.onion || o.Rate != tt.rate {
			t.Errorf("%s: %q %q %v", tt.public, o.Address, o.Onion, o.Rate)
		}
	}
}
