package mailpoll_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dengwen/mailpoll"
)

const dovecotPath = "/usr/sbin/dovecot"

// dovecotConfig runs Dovecot 2.3 as one user without privileges. TLS is there
// on both ports; on loopback a password would be taken in clear as well.
const dovecotConfig = `
protocols = imap
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = /dev/stderr
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
first_valid_uid = 1
mail_location = maildir:%[1]s/mail
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
auth_failure_delay = 0
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[4]d
  }
  inet_listener imaps {
    port = %[5]d
    ssl = yes
  }
}
passdb {
  driver = passwd-file
  args = %[1]s/users
}
userdb {
  driver = static
  args = uid=%[2]s gid=%[3]s home=%[1]s/home
}
`

// dovecot starts one for the length of a test; the hosts reach the same
// mailbox by implicit TLS and by STARTTLS.
func dovecot(t testing.TB) (implicit, starttls host) {
	t.Helper()
	return dovecotWith(t, writeCertificate, "")
}

// dovecotWith starts one with another certificate, or with more in its
// configuration.
func dovecotWith(t testing.TB, certify func(testing.TB, string) *x509.CertPool, more string) (implicit, starttls host) {
	t.Helper()
	if _, err := os.Stat(dovecotPath); err != nil {
		t.Fatalf("this test needs Dovecot: apt-get install dovecot-imapd (%v)", err)
	}
	dir, err := os.MkdirTemp("", "dv") // short, for the sockets in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	roots := certify(t, dir)
	who, cred := unprivileged(t)
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		t.Fatal(err)
	}
	ports := [2]int{freePort(t), freePort(t)}
	write(t, dir, "dovecot.conf", fmt.Appendf(nil, dovecotConfig+more, dir, who.Username, group.Name, ports[0], ports[1]))
	write(t, dir, "users", []byte(username+":{PLAIN}"+password+"::::::\n"))
	if cred != nil {
		err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chown(path, int(cred.Uid), int(cred.Gid))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, filepath.Join(dir, "dovecot.conf"), cred)
	at := func(i int) string { return "127.0.0.1:" + strconv.Itoa(ports[i]) }
	return host{at(1), mailpoll.ImplicitTLS, roots, password}, host{at(0), mailpoll.StartTLS, roots, password}
}

// run starts Dovecot and returns when it listens. Everything that it says is
// shown when the test fails.
func run(t testing.TB, config string, cred *syscall.Credential) {
	t.Helper()
	// The shell ends it when its input ends: also when the test is killed.
	cmd := exec.Command("/bin/sh", "-c", `"$0" -F -c "$1" & exec 2>/dev/null; read _; kill $!; wait`, dovecotPath, config)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	alive, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started, ended := make(chan bool, 1), make(chan string, 1)
	go func() {
		var all strings.Builder
		in := bufio.NewScanner(io.TeeReader(said, &all))
		for in.Scan() {
			if strings.Contains(in.Text(), "starting up") {
				started <- true
			}
		}
		ended <- all.String()
	}()
	stop := func() string {
		_ = alive.Close()
		log := <-ended
		_ = cmd.Wait() // its status says less than its log
		return log
	}
	select {
	case <-started:
	case log := <-ended:
		ended <- log
		t.Fatalf("Dovecot does not start:\n%s", stop())
	}
	t.Cleanup(func() {
		if log := stop(); t.Failed() {
			t.Logf("Dovecot said:\n%s", log)
		}
	})
}

// unprivileged is who Dovecot runs as: nobody for root, who may become anyone.
func unprivileged(t testing.TB) (*user.User, *syscall.Credential) {
	t.Helper()
	if os.Getuid() != 0 {
		who, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		return who, nil
	}
	who, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return who, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}
}

func freePort(t testing.TB) int {
	t.Helper()
	l := listen(t)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func write(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeCertificate makes a certificate for 127.0.0.1 that vouches for itself.
// mbsync looks for the address where there is no DNS name: in the subject.
func writeCertificate(t testing.TB, dir string) *x509.CertPool {
	t.Helper()
	now := time.Now()
	return writeCertificateFor(t, dir, now.Add(-time.Hour), now.Add(time.Hour), net.IPv4(127, 0, 0, 1))
}

// writeCertificateFor makes one that is valid at other times, or for another
// address.
func writeCertificateFor(t testing.TB, dir string, from, to time.Time, ip net.IP) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: ip.String()}, NotBefore: from, NotAfter: to,
		IPAddresses: []net.IP{ip}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	write(t, dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	parsed, err := x509.ParseCertificate(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return roots
}
