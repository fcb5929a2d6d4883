package message

import (
	"strings"
	"testing"

	"dengwen/intake"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestDecodeWords(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                      "plain",
		"=?utf-8?q?a=20b_c?=":                        "a b c",
		"=?UTF-8*zh?B?6LSm?=":                        "账",
		"a =?utf-8?B?6LSm?= b":                       "a 账 b",
		"=?utf-8?B?6LSm?==?utf-8?B?55uu?=":           "账目",
		"=?utf-8?B?6LQ=?= \t =?UTF-8?Q?=A6?=":        "账",
		"=?gbk?B?1cvE?= =?gbk?B?vw==?=":              "账目",
		"=?gbk?B?1cs=?= =?utf-8?B?55uu?=":            "账目",
		"=?gbk?B?1cs=?= x =?gbk?B?xL8=?=":            "账 x 目",
		"=?utf-8?X?6LSm?=":                           "=?utf-8?X?6LSm?=",
		"=?utf-8?B?6LSm":                             "=?utf-8?B?6LSm",
		"=?=?=?utf-8?B?6LSm?=":                       "=?=?账",
		"=??B?6LSm?=":                                "=??B?6LSm?=",
		"=?utf-8?B??= x":                             " x",
		"=?no-such?B?6LSm?=":                         "账",
		"=?utf-8?Q?=E8=B4=A6?=\u3000tail":            "账\u3000tail",
		"=?" + strings.Repeat("a", 80) + "?B?QQ==?=": "=?" + strings.Repeat("a", 80) + "?B?QQ==?=",
	} {
		if got := decodeWords(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestConvert(t *testing.T) {
	const simple = "反映水库工程招标中的问题，请核查。"
	const traditional = "反映水庫工程招標中的問題，請核查。"
	in := func(e encoding.Encoding, s string) string {
		b, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	gbk, big5 := in(simplifiedchinese.GBK, simple), in(traditionalchinese.Big5, traditional)
	for _, tt := range []struct{ b, label, want string }{
		{"", "", ""}, {"ascii", "gbk", "ascii"}, {simple, "", simple}, {"\ufeff" + simple, "gbk", simple},
		{gbk, "", simple}, {gbk, "utf-8", simple}, {gbk, "gb2312", simple}, {gbk, `"GBK"`, simple}, {gbk, "charset=gbk", simple},
		{gbk, "iso-8859-1", simple}, {gbk, "windows-1252", simple}, {gbk, "no-such", simple}, {gbk, "us-ascii", simple},
		{simple, "gb2312", simple}, {simple, "big5", simple}, {simple, "iso-8859-1", simple}, {simple, "no-such", simple},
		{big5, "big5", traditional}, {big5, "", traditional}, {big5, "gb2312", traditional}, {big5, "cp950", traditional},
		{"\xc1\xaa\xcd\xa8", "gbk", "联通"}, // UTF-8 by chance
		{in(simplifiedchinese.GB18030, "𠮷字"), "gb2312", "𠮷字"},
		{in(simplifiedchinese.HZGB2312, "水库"), "hz-gb-2312", "水库"},
		{in(japanese.ISO2022JP, "水"), "iso-2022-jp", "水"}, {in(japanese.ShiftJIS, "水の話"), "shift_jis", "水の話"},
		{in(charmap.ISO8859_1, "déjà vu, André"), "iso-8859-1", "déjà vu, André"}, {in(charmap.KOI8R, "жалоба"), "koi8-r", "жалоба"},
		{in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), simple), "utf-8", simple}, {in(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), simple), "utf-16be", simple},
		{simple[:len(simple)-1], "utf-8", "反映水库工程招标中的问题，请核查\uFFFD"}, {simple[:len(simple)-1], "", "反映水库工程招标中的问题，请核查\uFFFD"},
		{strings.Repeat("水", 10)[:28], "utf-8", strings.Repeat("水", 9) + "\uFFFD"}, // GB18030 by chance
		{"谢谢\ue415", "utf-8", "谢谢\ue415"}, {"\xff", "", "\uFFFD"},
	} {
		if got := convert([]byte(tt.b), tt.label); got != tt.want {
			t.Errorf("%q as %s: %q, want %q", tt.b, tt.label, got, tt.want)
		}
	}
}

func TestSender(t *testing.T) {
	long := strings.Repeat("字", intake.MaxField+1)
	for _, tt := range []struct{ from, name, contact string }{
		{"", "", ""},
		{"a@b.example", "", "a@b.example"},
		{"<a@b.example>", "", "a@b.example"},
		{"A B <a@b.example>", "A B", "a@b.example"},
		{`"=?gb18030?B?1sGhow==?=" <a@b.example>`, "至。", "a@b.example"},
		{`=?utf-8?B?6LQ=?= =?utf-8?B?pg==?= <a@b.example>`, "账", "a@b.example"},
		{`"一，二" <a@b.example>, c@d.example`, "一，二", "a@b.example, c@d.example"},
		{`broken "name <a@b.example>`, `broken "name`, "a@b.example"},
		{"nobody", "", ""}, {"<nobody>", "", ""}, {"undisclosed:;", "", ""},
		{long + " <a@b.example>", strings.Repeat("字", intake.MaxField-1) + "…", "a@b.example"},
		{"<" + strings.Repeat("a", intake.MaxField) + "@b.example>", "", ""},
	} {
		name, contact := sender(tt.from)
		if name != tt.name || contact != tt.contact {
			t.Errorf("%q: %q, %q", tt.from, name, contact)
		}
	}
}

func TestIdentity(t *testing.T) {
	raw := "Received: a\r\n b\r\nsubject: one\r\nContent-Type: text/plain\r\n; x=y\r\nSubject: two\r\nX: \xd6\xa4\xc8\xcb\r\nFrom: c@d.example\r\nstrange\r\n\r\nbody"
	r := read(t, raw)
	if want := "Received: a\r\n b\r\n; x=y\r\nSubject: two\r\nX: 证人\r\nFrom: c@d.example\r\nstrange\r\n"; r.Identity.Headers != want || r.Subject != "one" {
		t.Errorf("%q, %q", r.Subject, r.Identity.Headers)
	}
	// A header within the guard's limit may be longer in UTF-8.
	r = read(t, "X: "+strings.Repeat("\xb1\xa8", intake.MaxHeaders/2-10)+"\n\nbody")
	if n := len(r.Identity.Headers); n > intake.MaxHeaders || n < intake.MaxHeaders-3 || r.Text != "body" {
		t.Errorf("%d bytes, %q", n, r.Text)
	}
}
