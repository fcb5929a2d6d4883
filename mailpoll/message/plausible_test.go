package message

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func inEncoding(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return b
}

// windows are all runs of n characters of the sentences.
func windows(sentences []string, n int) (out []string) {
	for _, s := range sentences {
		rs := []rune(s)
		for i := 0; i+n <= len(rs); i++ {
			out = append(out, string(rs[i:i+n]))
		}
	}
	return out
}

// TestLabels: eight characters are read rightly whatever their label says, and
// with the right label any number.
func TestLabels(t *testing.T) {
	gb, big5, plain := encoding.Encoding(simplifiedchinese.GB18030), encoding.Encoding(traditionalchinese.Big5), encoding.Encoding(unicode.UTF8)
	for _, tt := range []struct {
		name      string
		sentences []string
		in        encoding.Encoding
		right     []string
	}{
		{"simplified in GB18030", simplified, gb, []string{"gb18030", "GBK", "gb2312"}},
		{"traditional in GB18030", traditional, gb, []string{"gb18030", "gbk"}},
		{"traditional in Big5", traditional, big5, []string{"big5", "cp950", "big5-hkscs", "windows-950"}},
		{"simplified in UTF-8", simplified, plain, []string{"utf-8"}},
		{"traditional in UTF-8", traditional, plain, []string{"UTF-8"}},
	} {
		try := func(n int, labels ...string) {
			texts := windows(tt.sentences, n)
			if n == 0 {
				texts = append(slices.Clone(tt.sentences), strings.Join(tt.sentences, "\r\n"))
			}
			for _, text := range texts {
				b := inEncoding(t, tt.in, text)
				for _, label := range labels {
					if got := convert(b, label); got != text {
						t.Errorf("%s as %q: %q, want %q", tt.name, label, got, text)
					}
				}
			}
		}
		for n := range 8 {
			try(n, tt.right[0])
		}
		wrong := []string{"", "no-such", "gb2312", "big5", "iso-8859-1"}
		try(8, append(wrong, tt.right[0])...)
		try(0, append(append(wrong, "utf-8", "us-ascii", "windows-1252", "hz-gb-2312", "iso-2022-jp", "iso-2022-kr", "utf-7", "utf-16"), tt.right...)...)
	}
}

// TestOtherScripts: what is not Chinese stays what its label says, although it
// would read as common Chinese characters in another encoding.
func TestOtherScripts(t *testing.T) {
	for _, tt := range []struct {
		label string
		in    encoding.Encoding
		text  string
	}{
		{"gb2312", simplifiedchinese.GB18030, "Прошу проверить работу заведующего складом, деньги пропали."},
		{"gb2312", simplifiedchinese.GB18030, "このままではこまります、どうかしらべてください。カメラもとられました。"},
		{"gb2312", simplifiedchinese.GB18030, "┌────┬────┐\n│张某│李某│\n└────┴────┘"},
		{"gb2312", simplifiedchinese.GB18030, "ＡＢＣ公司２０２６年１２３４５６７元"},
		{"gb2312", simplifiedchinese.GB18030, "================\n****************\n－－－－－－－－－－－－\n一、二、三"},
		{"gbk", simplifiedchinese.GB18030, "陶喆、朱镕、堃堃、玥玥、李甡、赵犇、孙垚、吴淼、郑焱、王喆。"},
		{"gbk", simplifiedchinese.GB18030, "€100 × 20℃，①甲②乙③丙 → 共计№5※"},
		{"big5", traditionalchinese.Big5, "┌──┬──┐\n│王某│李某│\n└──┴──┘"},
		{"big5", traditionalchinese.Big5, "林堃、陳喆、黃琇瑩、郭芃、廖姵、游玟、趙垚"},
		{"euc-kr", korean.EUCKR, "이 사람은 회사의 돈을 가져갔습니다. 조사해 주세요."},
		{"ks_c_5601-1987", korean.EUCKR, "한국어 메일입니다."},
		{"shift_jis", japanese.ShiftJIS, "水道局の職員が業者から金を受け取っています。調べてください。"},
		{"euc-jp", japanese.EUCJP, "水道局の職員が業者から金を受け取っています。"},
		{"koi8-r", charmap.KOI8R, "Прошу проверить работу заведующего складом."},
		{"windows-1251", charmap.Windows1251, "Прошу проверить работу заведующего складом."},
		{"iso-8859-1", charmap.ISO8859_1, "Überprüfen Sie bitte die Größe der Fässer; très cher, déjà payé à l'été, señor Núñez."},
		{"windows-1252", charmap.Windows1252, "„Schöne Grüße“ – l’œuvre coûte 100 €, à côté de la forêt, où êtes-vous allé?"},
	} {
		if got := convert(inEncoding(t, tt.in, tt.text), tt.label); got != tt.text {
			t.Errorf("%s: %q, want %q", tt.label, got, tt.text)
		}
		for _, label := range []string{"gbk", "big5"} { // in UTF-8, whatever programs put on it
			if got := convert([]byte(tt.text), label); got != tt.text {
				t.Errorf("UTF-8 as %s: %q, want %q", label, got, tt.text)
			}
		}
	}
}

// TestFewBytes: what may be either is what its label says if that makes sense.
func TestFewBytes(t *testing.T) {
	for _, tt := range []struct{ b, label, want string }{
		{"\xc1\xaa\xcd\xa8", "gbk", "联通"}, {"\xc1\xaa\xcd\xa8", "", "联通"}, {"Нет", "gbk", "Нет"}, {"Нет", "", "Нет"},
	} {
		if got := convert([]byte(tt.b), tt.label); got != tt.want {
			t.Errorf("%q as %q: %q, want %q", tt.b, tt.label, got, tt.want)
		}
	}
}

// TestLevels: the sets have as many characters as the standards say.
func TestLevels(t *testing.T) {
	size := func(s *runeSet) (n int) {
		for _, word := range s {
			n += bits.OnesCount64(word)
		}
		return n
	}
	if l := levelOne(); size(&l.simple) != 3755 || size(&l.traditional) != 5401 {
		t.Errorf("%d and %d characters", size(&l.simple), size(&l.traditional))
	}
}

// TestManyBytes: deciding takes no more than a few readings of the bytes, and
// of a long text only its beginning.
func TestManyBytes(t *testing.T) {
	text := strings.Repeat("English words. ", 200_000) + strings.Join(simplified, "")
	if got := convert(inEncoding(t, simplifiedchinese.GB18030, text), "big5"); got != text {
		t.Errorf("%.60q", got[len(got)-200:])
	}
	var r counted
	r.Reader.Reset(inEncoding(t, simplifiedchinese.GB18030, strings.Repeat(simplified[0], 100_000)))
	weigh(simplifiedchinese.GB18030.NewDecoder().Reader(&r))
	if r.n == 0 || r.n > 64<<10 {
		t.Errorf("%d bytes were read", r.n)
	}
}

type counted struct {
	bytes.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func FuzzConvert(f *testing.F) {
	for _, label := range []string{"", "gbk", "big5", "hz", "utf-7", "utf-16", "iso-2022-cn", "iso-8859-1", "euc-kr", "no-such"} {
		f.Add([]byte(simplified[0]), label)
		f.Add([]byte("\xb7\xb4\xd3\xb3~{VPND~}\x1b$)A\x0e+Zi4-\xff\xfe\x00"), label)
	}
	f.Fuzz(func(t *testing.T, b []byte, label string) {
		s := convert(b, label)
		if strings.ToValidUTF8(s, "") != s {
			t.Fatalf("%q as %q: %q", b, label, s)
		}
		if s == "" && len(b) > 4 && len(strings.Trim(string(b), "\x0e\x0f~{}\r\n\x1b$)AC+-")) > 4 {
			t.Fatalf("%q as %q is lost", b, label)
		}
	})
}
