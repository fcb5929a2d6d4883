package mailpoll_test

import (
	"fmt"
	"slices"
	"strings"
)

// do carries a command out, and answers.
func (c *fakeConn) do(tag string, words []string, step string) string {
	ok := tag + " OK done\r\n"
	here, all := c.folders[c.selected], ""
	switch words[0] {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 " + c.caps + "\r\n" + ok
	case "ID":
		return "* ID (\"name\" \"canary\")\r\n" + ok
	case "SELECT":
		if here == nil {
			return tag + " NO [NONEXISTENT] canary\r\n"
		}
		return fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT %d] x\r\n%s", len(here.mails), here.validity, here.next, ok)
	case "SEARCH":
		for i, m := range here.mails {
			if words[1] != "UID" || inSet(words[2], m.uid) || strings.HasSuffix(words[2], "*") && i == len(here.mails)-1 {
				all += fmt.Sprintf(" %d", m.uid)
			}
		}
		return "* SEARCH" + all + "\r\n" + ok
	case "FETCH":
		for i, m := range here.mails {
			switch {
			case !inSet(words[1], m.uid):
			case strings.HasPrefix(step, "bodies"):
				all += body(i+1, m.uid, m.raw)
			default:
				all += headAt(m.at, i+1, m.uid, len(m.raw))
			}
		}
		return all + ok
	case "MOVE", "COPY":
		return c.take(tag, words)
	case "STORE":
		for i, m := range here.mails {
			here.mails[i].deleted = m.deleted || inSet(words[1], m.uid)
		}
	case "EXPUNGE":
		here.mails = slices.DeleteFunc(here.mails, func(m fakeMail) bool { return m.deleted && inSet(words[1], m.uid) })
	case "CREATE":
		if c.folders[strings.Trim(words[1], `"`)] != nil {
			return tag + " NO [ALREADYEXISTS] canary\r\n"
		}
		c.folders[strings.Trim(words[1], `"`)] = &fakeFolder{validity: 3, next: 1}
	case "IDLE":
		return "+ canary\r\n"
	case "LOGOUT":
		return "* BYE canary\r\n" + ok + "CLOSE"
	}
	return ok
}

// take is MOVE and COPY.
func (c *fakeConn) take(tag string, words []string) string {
	here, to := c.folders[c.selected], c.folders[strings.Trim(words[2], `"`)]
	if to == nil {
		return tag + " NO [TRYCREATE] canary\r\n"
	}
	var from, into, gone []string
	for i := len(here.mails) - 1; i >= 0; i-- {
		m := here.mails[i]
		if !inSet(words[1], m.uid) {
			continue
		}
		from, into = append(from, fmt.Sprint(m.uid)), append(into, fmt.Sprint(to.add(m)))
		if words[0] == "MOVE" {
			here.mails = slices.Delete(here.mails, i, i+1)
			gone = append(gone, fmt.Sprintf("* %d EXPUNGE\r\n", i+1))
		}
	}
	if len(from) == 0 { // RFC 4315 section 3: no code
		return tag + " OK none\r\n"
	}
	code := fmt.Sprintf("[COPYUID %d %s %s] x", to.validity, strings.Join(from, ","), strings.Join(into, ","))
	if words[0] == "COPY" {
		return tag + " OK " + code + "\r\n"
	}
	return "* OK " + code + "\r\n" + strings.Join(gone, "") + tag + " OK done\r\n"
}
