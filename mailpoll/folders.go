package mailpoll

import (
	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// overQuota reports whether a refusal means that the account is full: by the
// code of RFC 5530, which RFC 9208 asks for, or by the words of servers that
// have none.
func overQuota(no *imap.Error) bool {
	return code(no) == imap.ResponseCodeOverQuota || says(no, "quota", " full ", "not enough space", "insufficient space", "no space", "storage limit", "空间不足", "容量", "已满")
}

// unmoved is the failure that messages are still in the mailbox after MOVE, or
// COPY and what goes with it: no is the refusal, or nil where the server said
// that it had moved them. Nothing is lost: they are moved by a later pass.
func (s *session) unmoved(no *imap.Error, folder string) error {
	switch {
	case no != nil && overQuota(no):
		return &failure{intake.QuotaFull, intake.Explain(nil, "mail.quota", "the account mail.username on %s is full, and messages cannot be moved to the folder %q", s.address, folder)}
	case no != nil && busy(no):
		return &failure{intake.FolderTrouble, intake.Explain(nil, "mail.busy-folder", "%s does not move messages to the folder %q of mail.%s at the moment", s.address, folder, s.key(folder))}
	}
	return &failure{intake.FolderTrouble, intake.Explain(nil, "mail.unmoved", "%s does not let mail.username move messages to the folder %q of mail.%s, or delete them", s.address, folder, s.key(folder))}
}

// unmade is the failure that a folder is not there, and CREATE is refused. A
// server that says that it is there after all has refused for another reason.
func (s *session) unmade(no *imap.Error, folder string) error {
	if overQuota(no) || busy(no) || code(no) == imap.ResponseCodeAlreadyExists {
		return s.unmoved(no, folder)
	}
	return &failure{intake.FolderTrouble, intake.Explain(nil, "mail.unmade", "%s has no folder %q, which mail.%s names, and does not make one", s.address, folder, s.key(folder))}
}

// missing reports whether a refusal of MOVE, COPY or SELECT says that there is
// no such mailbox.
func missing(no *imap.Error) bool {
	return code(no) == imap.ResponseCodeTryCreate || code(no) == imap.ResponseCodeNonExistent
}

// absent reports the same of servers that have no code for it, too, such as
// Dovecot 2.3 at SELECT.
func absent(no *imap.Error) bool {
	return missing(no) || says(no, " doesn t exist ", " does not exist ", " no such mailbox ", "不存在")
}

// folderKeys is the key of the configuration for the name of each folder.
func (o *Options) folderKeys() map[string]string {
	return map[string]string{o.Quarantine: string(quarantine), o.Refused: string(refused), o.Accepted: string(accepted)}
}

// key is where the configuration names a folder, in its section on mail.
func (s *session) key(folder string) string {
	if key := s.keys[folder]; key != "" {
		return key
	}
	return string(accepted)
}
