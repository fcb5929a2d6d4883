package message

import (
	"path/filepath"
	"testing"
)

// traits are the shared samples, whose names say what each one tries, and those
// of testdata that have the same, so that a checkout without the samples tries
// all of it.
var traits = map[string][]string{
	"alternative-plus-attachments":          {"alternative-and-attachments", "named-text-beside-text", "two-texts"},
	"attachment-only":                       {"attachment-only", "photo-only"},
	"encoded-word-split-inside-a-character": {"word-cut-inside-character"},
	"forwarded-message":                     {"forwarded-mail", "forwarded-mail-in-base64", "forwarded-mail-as-a-file"},
	"gb2312-label-gbk-bytes":                {"gb2312-label-on-gbk"},
	"gbk-body-labelled-utf8":                {"utf8-label-on-gbk"},
	"html-only-tracking-image":              {"html-only-with-tracker"},
	"junk-inside-base64":                    {"junk-in-base64", "one-base64-character-too-many"},
	"no-headers-at-all":                     {"no-header"},
	"pgp-armoured":                          {"pgp-armoured"},
	"qq-gb18030-plain":                      {"gb18030-base64"},
	"raw-gbk-subject-and-body-no-charset":   {"raw-gbk-everywhere"},
	"unterminated-multipart":                {"boundary-never-appears", "final-boundary-missing"},
	"uuencode":                              {"uuencoded-part", "uuencoded-in-text"},
}

func TestTraits(t *testing.T) {
	own := samples(t)
	for shared, names := range traits {
		for _, name := range names {
			if own[name] == nil {
				t.Errorf("testdata has no %s, which is of the trait %s", name, shared)
			}
		}
	}
	// A sample that was added needs one of ours.
	paths, err := filepath.Glob("../../../shared/samples/mail/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if name := filepath.Base(path); traits[name[:len(name)-len(".eml")]] == nil {
			t.Errorf("nothing in testdata has the trait of %s", name)
		}
	}
}

// TestMarksOfSamples: of the mails in testdata these hold what may name the
// sender, and no other.
func TestMarksOfSamples(t *testing.T) {
	want := map[string]int{"signed-and-quoted": 2, "forwarded-mail": 1, "forwarded-mail-in-base64": 1, "forwarded-mail-as-a-file": 1, "digest": 1}
	for name, raw := range samples(t) {
		if got := marks(textOf(t, raw)); len(got) != want[name] {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// textOf is what a mail says.
func textOf(t testing.TB, raw []byte) string {
	t.Helper()
	return read(t, string(raw)).Text
}
