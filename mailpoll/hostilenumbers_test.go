package mailpoll_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestHeads: what can be wrong in what is told of messages before their bodies.
func TestHeads(t *testing.T) {
	t.Parallel()
	heads := func(c lied, uids ...int) (all string) {
		for _, uid := range uids {
			all += head(uid, uint32(uid), len(c.raws[uid-1]))
		}
		return all
	}
	saying := func(name string, change func(c lied) string, w wanted) lie {
		return lie{name: name, step: "heads", say: func(c lied) string { return change(c) + c.ok() }, want: w}
	}
	size := func(text string) func(c lied) string {
		return func(c lied) string {
			return heads(c, 1) + strings.Replace(heads(c, 2), fmt.Sprintf("SIZE %d", len(c.raws[1])), "SIZE "+text, 1) + heads(c, 3, 4)
		}
	}
	date := func(text string) func(c lied) string {
		return func(c lied) string {
			return heads(c, 1) + fmt.Sprintf("* 2 FETCH (UID 2 INTERNALDATE %s RFC822.SIZE 9)\r\n", text) + heads(c, 3, 4)
		}
	}
	aside := func(name string) wanted {
		return wanted{aside: 1, texts: []string{"canary " + name + " 1", "", "canary " + name + " 3", "canary " + name + " 4"}}
	}
	lies(t, []lie{
		saying("any order", func(c lied) string { return heads(c, 4, 2, 3, 1) }, wanted{}),
		saying("twice", func(c lied) string { return heads(c, 1, 2, 3, 4, 1, 2) }, wanted{}),
		saying("some missing", func(c lied) string { return heads(c, 4) }, wanted{unread: 3}),
		saying("not asked", func(c lied) string { return head(9, 99, 7) + heads(c, 1, 2, 3, 4) + head(9, 4294967295, 7) }, wanted{}),
		saying("UID at the end", func(c lied) string {
			return strings.ReplaceAll(strings.ReplaceAll(heads(c, 1), "UID 1 ", ""), ")", " UID 1)") + heads(c, 2, 3, 4)
		}, wanted{}),
		saying("size none", size("0"), wanted{}),
		saying("size small", size("1"), wanted{}),
		saying("size the limit", size(fmt.Sprint(most)), wanted{}),
		saying("size over it", size(fmt.Sprint(most+1)), aside("size over it")),
		saying("size of a continent", size("9223372036854775807"), aside("size of a continent")),
		saying("size negative", size("-1"), wanted{trouble: "server"}),
		saying("size over 64 bits", size("99999999999999999999"), wanted{trouble: "server"}),
		saying("no date", date("NIL"), wanted{trouble: "server"}),
		saying("a date of nobody's", date(`"31-Feb-2026 99:00:00 +0800"`), wanted{trouble: "server"}),
		saying("UID none", func(c lied) string { return head(1, 0, 7) + heads(c, 1, 2, 3, 4) }, wanted{}),
		saying("UID over 32 bits", func(c lied) string {
			return strings.Replace(heads(c, 1), "UID 1", "UID 4294967297", 1) + heads(c, 2, 3, 4)
		}, wanted{trouble: "server"}),
		saying("bodies with it", func(c lied) string { return c.body(1, 2) + heads(c, 1, 2, 3, 4) + c.body(3) }, wanted{unread: 2}),
		{name: "cut off", step: "heads", say: func(c lied) string { return heads(c, 1, 2) + "* 3 FETCH (UID 3 INTERCLOSE" }, want: wanted{trouble: "server"}},
		{name: "without end", step: "heads", say: func(c lied) string { return strings.Repeat(heads(c, 1, 2, 3), 20_000) }, want: wanted{trouble: "server"}},
	})
}

// TestNumbers: UIDs, and what is said of them, that make no sense.
func TestNumbers(t *testing.T) {
	t.Parallel()
	search := func(name, numbers string, w wanted) lie {
		return lie{name: name, step: "SEARCH", say: plain("* SEARCH" + numbers + "\r\n%s OK\r\n"), want: w}
	}
	selects := func(name, text string) lie {
		return lie{name: name, step: "SELECT", say: plain(text + "%s OK [READ-WRITE] done\r\n")}
	}
	lies(t, []lie{
		search("descending", " 4 3 2 1", wanted{}),
		search("twice", " 1 2 3 4 1 2 3 4", wanted{}),
		search("none of them", "", wanted{}),
		search("the first of them", " 1 2", wanted{}),
		search("more than there are", " 1 2 3 4 5 6 70", wanted{unread: 3}),
		search("only others", " 5 6 70", wanted{unread: 3}),
		search("the last there can be", " 1 2 3 4 4294967295", wanted{unread: 1}),
		search("nothing but the last", " 4294967295", wanted{unread: 1}),
		search("zero", " 0 1 2 3 4", wanted{}),
		search("an asterisk", " 1 *", wanted{trouble: "server"}),
		search("over 32 bits", " 1 4294967296", wanted{trouble: "server"}),
		search("below zero", " 1 -1", wanted{trouble: "server"}),
		search("words", " canary", wanted{trouble: "server"}),
		{name: "everything", step: "SEARCH", say: plain("* ESEARCH (TAG \"%s\") UID ALL 1:4294967295\r\n%s OK\r\n"), heads: "%s OK\r\n", want: wanted{unread: 50_000}},
		{name: "open end", step: "SEARCH", say: plain("* ESEARCH (TAG \"%s\") UID ALL 1:*\r\n%s OK\r\n"), want: wanted{trouble: "server"}},
		{name: "of another tag", step: "SEARCH", say: plain("* ESEARCH (TAG \"T9999\") UID ALL 7:9\r\n* SEARCH 1 2 3 4\r\n%s OK\r\n")},
		selects("UIDNEXT small", "* 4 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n"),
		selects("UIDNEXT large", "* 4 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4294967295] x\r\n"),
		selects("no UIDNEXT", "* 4 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n"),
		selects("EXISTS none", "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n"),
		selects("EXISTS four billion", "* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n"),
		selects("another UIDVALIDITY", "* 4 EXISTS\r\n* OK [UIDVALIDITY 4294967295] x\r\n"),
		selects("two UIDVALIDITY", "* 4 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDVALIDITY 1] x\r\n"),
	})
}
