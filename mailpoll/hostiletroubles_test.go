package mailpoll_test

import (
	"slices"
	"strings"
	"time"
)

// longest is how long a pass may take that a server breaks at a step.
func longest(step, manner string) time.Duration {
	name, _, _ := strings.Cut(step, " ")
	silence, whole := time.Minute, 2*time.Minute
	switch name {
	case "SELECT", "SEARCH", "present":
		silence, whole = 2*time.Minute, 5*time.Minute
	case "MOVE", "COPY", "STORE", "EXPUNGE":
		silence, whole = 5*time.Minute, 10*time.Minute
	case "LOGOUT":
		silence, whole = 0, 0
	}
	bye := 5 * time.Second
	switch manner {
	case "silence", "done, silence":
		return silence + bye
	case "drip":
		return whole + bye
	}
	return bye // nothing is waited for
}

// troubles are what a manner may be taken for at a step.
func troubles(step, manner string) []string {
	kind := strings.TrimSuffix(step, " again")
	refused := map[string]string{"greeting": "busy", "LOGIN": "login", "ID": "", "SELECT": "mailbox", "heads": "", "bodies": "", "MOVE": "folder", "COPY": "folder", "STORE": "folder", "EXPUNGE": "folder",
		"CREATE": "folder", "SELECT in A": "folder", "STORE in A": "folder", "EXPUNGE in A": "folder", "bodies in A": ""}
	no, known := refused[kind]
	if !known {
		no = "server" // CAPABILITY, SEARCH and what is like it cannot be done without
	}
	switch {
	case kind == "LOGOUT":
		return []string{""}
	case kind == "greeting" && manner == "BYE":
		return []string{"busy"}
	case strings.HasSuffix(manner, "silence") || manner == "drip":
		return []string{"silent"}
	case manner == "NO", manner == "BAD":
		return []string{no}
	case manner == "done, NO":
		if slices.Contains([]string{"MOVE", "EXPUNGE", "CREATE"}, step) {
			return []string{""} // it is found out that the message is gone, or the folder there
		}
		return []string{no}
	case manner == "OK alone":
		switch kind {
		case "CAPABILITY", "SELECT", "SELECT in A": // nothing is known without their answers
			return []string{"server"}
		case "MOVE", "STORE", "EXPUNGE", "CREATE": // and it was not done; of COPY nobody can tell
			return []string{"folder"}
		}
		return []string{""}
	case kind == "greeting" && manner == "twice":
		return []string{""}
	case manner == "twice", manner == "BYE after it":
		if kind == "MOVE" || kind == "present" || step == "SELECT again" { // nothing is asked after it but LOGOUT
			return []string{"", "server"}
		}
	}
	return []string{"server"}
}
