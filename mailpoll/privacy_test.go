package mailpoll_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// TestPrivacy: what tells who sent a mail is in the identity part and the raw
// mail, which the team's key does not open; nothing of the mail is on the disk
// in any other form, or in the log.
func TestPrivacy(t *testing.T) {
	who := map[string]string{"From": "canary-sender-7001", "Reply-To": "canary-reply-7002", "Message-ID": "canary-id-7003", "Received": "canary-host-7004", "X-Mailer": "canary-mailer-7005",
		"Date": "Mon, 07 Sep 2026 23:59:58 +0845", "X-Originating-IP": "canary-ip-7010", "Sender": "canary-sender-7011", "Return-Path": "canary-path-7012", "To": "canary-to-7013", "Cc": "canary-cc-7014",
		"In-Reply-To": "canary-before-7015", "References": "canary-thread-7016", "DKIM-Signature": "canary-key-7017", "User-Agent": "canary-agent-7018", "X-QQ-mid": "canary-qq-7019", "Thread-Topic": "canary-topic-7020",
		"Disposition-Notification-To": "canary-receipt-7021", "Return-Receipt-To": "canary-receipt-7022", "X-Confirm-Reading-To": "canary-receipt-7023", "Authentication-Results": "canary-results-7024"}
	var headers strings.Builder
	for name, value := range who {
		fmt.Fprintf(&headers, "%s: %s\r\n", name, value)
	}
	what := map[string]string{"subject": "金丝雀标题7006", "text": "金丝雀正文7007", "file name": "canary-name-7008", "file": "canary-file-7009"}
	raw := fmt.Appendf(nil, "%sSubject: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n"+
		"--b\r\nContent-Type: text/plain; name=%s.txt\r\nContent-Disposition: attachment; filename=%s.txt\r\n\r\n%s\r\n--b--\r\n",
		headers.String(), what["subject"], what["text"], what["file name"], what["file name"], what["file"])
	h, b := memory(t), storetest.New(t)
	h.put(t, "INBOX", inHours, raw)
	h.put(t, "INBOX", evening, raw)
	var log bytes.Buffer
	o := h.options()
	o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	same(t, "pass", 1, pass(t, newPoller(t, b, o)).Accepted)

	size, err := b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind == entry.KindAccepted {
			lookInto(t, b, rec, who, what)
		}
	}
	all := map[string]string{}
	for _, m := range []map[string]string{who, what} {
		for k, v := range m {
			all[k] = v
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, found := range append(storetest.FindTraces(t, all, b.Path), storetest.TracesIn("the log", log.Bytes(), all)...) {
		t.Error(found)
	}
}

// lookInto opens every part that is not a file with each key.
func lookInto(t *testing.T, b *storetest.Box, rec entry.Record, who, what map[string]string) {
	t.Helper()
	roles := map[entry.Role]int{}
	for i, part := range rec.Header.Parts {
		roles[part.Role]++
		sealed, err := storetest.ReadPart(b.Box, rec.Index, i)
		if err != nil {
			t.Fatal(err)
		}
		team, teamErr := seal.Open(sealed, 64<<20, b.Keys.Team)
		_, custodianErr := seal.Open(sealed, 64<<20, b.Keys.Custodian)
		switch part.Role {
		case entry.RoleReport:
			if teamErr != nil || custodianErr == nil {
				t.Errorf("report part: %v, %v", teamErr, custodianErr)
			}
			same(t, "of the sender in the report part", []string(nil), storetest.TracesIn("", team, who))
			for _, k := range []string{"subject", "text", "file name"} {
				if !bytes.Contains(team, []byte(what[k])) {
					t.Errorf("the report part has no %s", k)
				}
			}
		case entry.RoleIdentity:
			if teamErr == nil || custodianErr != nil {
				t.Errorf("identity part: %v, %v", teamErr, custodianErr)
			}
			in, err := storetest.OpenPart(b.Box, rec, i, b.Keys.Custodian)
			if err != nil {
				t.Fatal(err)
			}
			for k := range who {
				if !strings.Contains(in.Identity.Headers, k+": "+who[k]) {
					t.Errorf("the identity part has no %s", k)
				}
			}
		case entry.RoleOriginal:
			if teamErr == nil {
				t.Error("the team's key opens the raw mail")
			}
		}
	}
	want := []int{1, 1, 1, 1}
	if got := []int{roles[entry.RoleReport], roles[entry.RoleIdentity], roles[entry.RoleFile], roles[entry.RoleOriginal]}; !slices.Equal(got, want) {
		t.Errorf("the parts are %v", roles)
	}
}
