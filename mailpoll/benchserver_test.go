package mailpoll_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"dengwen/mailpoll"
)

// farmConfig is dovecotConfig for as many users as there are names: each has a
// maildir of its own below home.
const farmConfig = `
protocols = imap
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = /dev/stderr
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
first_valid_uid = 1
mail_location = maildir:%%h
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %[4]d
    ssl = yes
  }
}
passdb {
  driver = static
  args = password=%[5]s
}
userdb {
  driver = static
  args = uid=%[2]s gid=%[3]s home=%[1]s/home/%%u
}
`

// farmPassword opens every mailbox of a farm.
const farmPassword = "secret"

// A farm is a Dovecot whose users all have the same mails, which are links to
// one copy: nobody writes into a mail.
type farm struct {
	dir   string
	port  int
	roots *x509.CertPool
	cred  *syscall.Credential // nil when the tests are nobody special
	names []string            // of the files in a maildir
}

func newFarm(b testing.TB) *farm {
	b.Helper()
	dir, err := os.MkdirTemp("", "dv") // short, for the sockets in it
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			b.Error(err)
		}
	})
	onDisk(b, dir)
	f := &farm{dir: dir, port: freePort(b), roots: writeCertificate(b, dir)}
	who, cred := unprivileged(b)
	f.cred = cred
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		b.Fatal(err)
	}
	write(b, dir, "dovecot.conf", fmt.Appendf(nil, farmConfig, dir, who.Username, group.Name, f.port, farmPassword))
	f.mkdir(b, "home")
	f.fill(b)
	for _, name := range []string{"", "cert.pem", "key.pem", "dovecot.conf"} {
		f.own(b, name)
	}
	run(b, filepath.Join(dir, "dovecot.conf"), cred)
	return f
}

// fill writes the mails, as Dovecot's own delivery names them.
func (f *farm) fill(b testing.TB) {
	b.Helper()
	f.mkdir(b, "mails")
	p := &penman{Rand: rand.New(rand.NewPCG(5, benchMails))}
	for i := range benchMails {
		raw := p.benchLetter(b)
		at := benchArrival(i)
		name := fmt.Sprintf("%d.M%dP1.mail,S=%d,W=%d:2,", at.Unix(), i, len(raw), len(raw)+bytes.Count(raw, []byte("\n")))
		write(b, f.dir, filepath.Join("mails", name), raw)
		if err := os.Chtimes(filepath.Join(f.dir, "mails", name), at, at); err != nil {
			b.Fatal(err)
		}
		f.own(b, filepath.Join("mails", name))
		f.names = append(f.names, name)
	}
}

// user makes one more mailbox with all the mails.
func (f *farm) user(b testing.TB, name string) mailpoll.Options {
	b.Helper()
	home := filepath.Join("home", name)
	for _, sub := range []string{"", "cur", "new", "tmp"} {
		f.mkdir(b, filepath.Join(home, sub))
	}
	for _, mail := range f.names {
		if err := os.Link(filepath.Join(f.dir, "mails", mail), filepath.Join(f.dir, home, "cur", mail)); err != nil {
			b.Fatal(err)
		}
	}
	return mailpoll.Options{Address: "127.0.0.1:" + strconv.Itoa(f.port), Security: mailpoll.ImplicitTLS, Roots: f.roots, Username: name, Password: farmPassword}
}

// left is how many mails a user's mailbox has still.
func (f *farm) left(b testing.TB, name string) int {
	b.Helper()
	return filesIn(b, filepath.Join(f.dir, "home", name, "cur")) + filesIn(b, filepath.Join(f.dir, "home", name, "new"))
}

func (f *farm) mkdir(b testing.TB, name string) {
	b.Helper()
	if err := os.Mkdir(filepath.Join(f.dir, name), 0o700); err != nil {
		b.Fatal(err)
	}
	f.own(b, name)
}

// own gives a file to whom Dovecot runs as.
func (f *farm) own(b testing.TB, name string) {
	b.Helper()
	if f.cred == nil {
		return
	}
	if err := os.Chown(filepath.Join(f.dir, name), int(f.cred.Uid), int(f.cred.Gid)); err != nil {
		b.Fatal(err)
	}
}

func filesIn(b testing.TB, dir string) int {
	b.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	return len(list)
}

// onDisk refuses to measure what is durable where nothing is.
func onDisk(b testing.TB, dir string) {
	b.Helper()
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		b.Fatal(err)
	}
	const tmpfs = 0x01021994 // statfs(2)
	if st.Type == tmpfs {
		b.Fatalf("%s is in memory, where fsync does nothing: let TMPDIR name a directory on a disk", dir)
	}
}
