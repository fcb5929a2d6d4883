package mailpoll_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"dengwen/store/storetest"
)

// The rounds in which each of the two empties or copies a mailbox: no more are
// begun after a while. The metrics are medians.
const (
	leastRounds = 3
	mostRounds  = 7
	roundsUntil = 50 * time.Second
)

// BenchmarkMailbox takes 5,000 Chinese mails from a Dovecot on loopback, over
// TLS, into a box on disk, and has mbsync copy the same mails from the same
// server into a maildir on the same disk, one after the other in each round.
// "ratio" is our wall time by mbsync's; the aim is 0.5.
//
// mbsync syncs every mail (FSync yes: by strace an fsync of its file and an
// fdatasync of the journal), but no directory, seals nothing, and leaves the
// mails where they are. The poller parses each mail, seals it and logs it, has
// the server move it to another folder, and forgets it.
func BenchmarkMailbox(b *testing.B) {
	if _, err := exec.LookPath("mbsync"); err != nil {
		b.Fatalf("this benchmark needs mbsync: apt-get install isync (%v)", err)
	}
	f := newFarm(b)
	var ours, theirs, ratios []float64
	b.ResetTimer()
	b.StopTimer()
	for n := range b.N {
		for i, begun := 0, time.Now(); i < leastRounds || i < mostRounds && time.Since(begun) < roundsUntil; i++ {
			name := fmt.Sprintf("%d-%d", n, i)
			var us, them float64
			both := []func(){
				func() { them = benchSync(b, f, "their-"+name) },
				func() { us = benchPass(b, f, "our-"+name) },
			}
			if i%2 == 1 {
				slices.Reverse(both)
			}
			for _, one := range both {
				syscall.Sync() // what was written before is not for the next to wait for
				one()
			}
			ours, theirs, ratios = append(ours, benchMails/us), append(theirs, benchMails/them), append(ratios, us/them)
			b.Logf("round %s: ours %.2f s, mbsync %.2f s", name, us, them)
		}
	}
	b.ReportMetric(median(ours), "msgs/s")
	b.ReportMetric(median(theirs), "mbsync-msgs/s")
	b.ReportMetric(median(ratios), "ratio")
}

// benchPass is one pass over a user's mailbox, in seconds: from the dial to
// the end of LOGOUT.
func benchPass(b *testing.B, f *farm, name string) float64 {
	b.Helper()
	box, o := storetest.New(b), f.user(b, name)
	onDisk(b, box.Path)
	o.Accepted, o.Refused, o.Quarantine, o.KeepDays, o.Now = "已收", "Refused", "Quarantine", &week, box.Clock.Now
	p := newPoller(b, box, o)
	begun := time.Now()
	b.StartTimer()
	sum, err := p.Pass(b.Context())
	b.StopTimer()
	took := time.Since(begun).Seconds()
	if err != nil {
		b.Fatal(err)
	}
	same(b, "pass", benchMails, sum.Accepted)
	same(b, "left in the mailbox", 0, f.left(b, name))
	return took
}

// mbsyncConfig pulls an INBOX into a maildir that is not there yet. mbsync 1.4
// calls implicit TLS IMAPS.
const mbsyncConfig = `
FSync yes

IMAPAccount bench
Host %[1]s
Port %[2]s
User %[3]s
Pass %[4]s
AuthMechs LOGIN
SSLType IMAPS
SystemCertificates no
CertificateFile %[5]s

IMAPStore far
Account bench

MaildirStore near
Path %[6]s/
Inbox %[6]s/INBOX

Channel pull
Far :far:
Near :near:
Sync Pull New
Create Near
SyncState *
`

// benchSync is one pull of a user's mailbox by mbsync, in seconds: from the
// start of the process to its end.
func benchSync(b *testing.B, f *farm, name string) float64 {
	b.Helper()
	o, dir := f.user(b, name), b.TempDir()
	onDisk(b, dir)
	host, port, err := net.SplitHostPort(o.Address)
	if err != nil {
		b.Fatal(err)
	}
	write(b, dir, "rc", fmt.Appendf(nil, mbsyncConfig, host, port, name, o.Password, filepath.Join(f.dir, "cert.pem"), dir))
	cmd := exec.Command("mbsync", "-q", "-c", filepath.Join(dir, "rc"), "pull")
	cmd.Env = append(os.Environ(), "HOME="+dir)
	begun := time.Now()
	said, err := cmd.CombinedOutput()
	took := time.Since(begun).Seconds()
	if err != nil {
		b.Fatalf("mbsync: %v\n%s", err, said)
	}
	same(b, "copied", benchMails, filesIn(b, filepath.Join(dir, "INBOX", "new"))+filesIn(b, filepath.Join(dir, "INBOX", "cur")))
	return took
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
